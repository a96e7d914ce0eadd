import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  defaultTemplate,
  type Placeholder,
  placeholders,
  renderTemplate,
  templateProblems,
} from './prompt-template.ts';

const empty = Object.fromEntries(placeholders.map((name) => [name, ''])) as Record<Placeholder, string>;
const render = (template: string, values: Partial<Record<Placeholder, string>> = {}): string =>
  renderTemplate(template, { ...empty, ...values });

describe('a template', () => {
  it('is filled in, with and without spaces in its braces', () => {
    expect(render('Do {{task}} ({{ title }}).\n', { task: 'T-1', title: 'Cart' })).toBe('Do T-1 (Cart).\n');
  });

  it('loses its empty sections and their blank lines', () => {
    const values = { task: 'T-1', title: 'Cart', rules: '## Rules\n\n- Stay here.' };
    expect(render(defaultTemplate, values)).toBe('# T-1: Cart\n\n## Rules\n\n- Stay here.\n');
    expect(render('{{note}}\n\nBefore:\n{{files}}\n\nAfter\n{{note}}\n')).toBe('Before:\n\nAfter\n');
  });

  it('keeps blank lines of its own', () => {
    expect(render('One\n\n\nTwo {{note}}.\n')).toBe('One\n\n\nTwo .\n');
  });

  it('does not look at what it was filled with', () => {
    const body = 'Write {{title}} and $& and $1 and \\{{rules}} in the docs.';
    expect(render('{{body}}\n', { body, title: 'x', rules: 'y' })).toBe(`${body}\n`);
  });

  it('leaves other braces alone, and can say a placeholder', () => {
    expect(render('{{ a.b }} {{"x"}} {{}} { {task} } \\{{task}}', { task: 'T-1' })).toBe(
      '{{ a.b }} {{"x"}} {{}} { {task} } {{task}}\n',
    );
  });

  it('can be filled with anything, and then has all of it', () => {
    const text = fc.string({ unit: 'binary', maxLength: 200 });
    const template = fc.array(
      fc.oneof(text, fc.constantFrom('\n', '\\', ...placeholders.map((name) => `{{${name}}}`))),
    );
    fc.assert(
      fc.property(template, text, (parts, body) => {
        const told = render(parts.join(''), { body: `<${body}>` });
        const isAsked = parts
          .join('')
          .replace(/\\\{\{/g, '')
          .includes('{{body}}');
        return !isAsked || told.includes(`<${body}>`);
      }),
    );
  });
});

describe('the problems of a template', () => {
  it('are none for the one that is used by default', () => {
    expect(templateProblems(defaultTemplate, 'prompt.md')).toEqual([]);
  });

  it('tell a placeholder that does not exist, with its line and what was meant', () => {
    const template = 'Hello\n\\{{nonsense}}\n{{body}} {{tittle}}\n{{rules}}{{lastTime}}\n{{x-y}}\n';
    expect(templateProblems(template, 'prompt.md')).toMatchObject([
      {
        code: 'invalid-config',
        severity: 'error',
        message: 'The prompt template has no placeholder {{tittle}}.',
        fix: 'Did you mean title?',
        location: { file: 'prompt.md', line: 3 },
      },
      { severity: 'error', fix: expect.stringContaining('There are: task, title'), location: { line: 5 } },
    ]);
  });

  it('warn of what agents would not be told', () => {
    const problems = templateProblems('{{title}} \\{{rules}}\n', 'prompt.md');
    expect(problems.map(({ severity, message }) => [severity, /\{\{(\w+)/.exec(message)?.[1]])).toEqual([
      ['warning', 'body'],
      ['warning', 'lastTime'],
      ['warning', 'rules'],
    ]);
  });
});
