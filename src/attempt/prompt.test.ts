import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createdEvent } from '../../test/rig/story.ts';
import { attemptId, commit, makeTask, runId, taskId } from '../core/plan.ts';
import type { CommitHistory, CommittedWork } from '../ports/commit-history.ts';
import type { AttemptRequest } from '../ports/executor.ts';
import { buildPrompt, promptFor } from './prompt.ts';
import { noFacts, type PromptFacts } from './prompt-facts.ts';

const task = makeTask({
  id: taskId('T-1'),
  title: 'Cart model',
  body: 'Add a cart.\n',
  files: ['src/cart/**'],
  outline: [{ phase: 'Model', commits: ['feat(cart): add line items'] }],
});
const request: AttemptRequest = {
  run: runId('r1'),
  planName: 'Shop',
  settings: createdEvent({ name: 'Shop', source: '', format: '', tasks: [task], pools: {} }).settings,
  task,
  attempt: attemptId(task.id, 1),
  ordinal: 1,
  kind: 'work',
  slot: 0,
  agent: 'fake',
  base: commit('base'),
  branch: 'feat/T-1',
  restart: false,
  baselineRed: [],
  dependencies: [],
  furtherDependencies: [],
};

const RULES = `## Rules

- Work only in this folder, on the branch feat/T-1 that is checked out here.
- Commit as the outline says, or leave your changes: they are committed for you.
- Do not push, do not switch branches, do not touch other worktrees.
- Do not change the status of tasks in the plan.
`;

it('tells the task, its outline, its files and the rules', () => {
  expect(buildPrompt(request, noFacts)).toBe(`# T-1: Cart model

Add a cart.

## Planned commits

### Model

- feat(cart): add line items

## Files this task is expected to touch

- src/cart/**

${RULES}`);
});

it('adds what went wrong and what a person says', () => {
  const text = buildPrompt(
    { ...request, kind: 'repair', feedback: 'test 3 failed', note: 'use v2' },
    noFacts,
  );
  expect(text).toContain('## What went wrong last time\n\ntest 3 failed\n\n## A note');
  expect(text).toContain('## A note from the person in charge\n\nuse v2\n\n## Rules');
});

it('explains a conflict as a conflict', () => {
  const text = buildPrompt({ ...request, kind: 'conflict', feedback: 'both changed a.ts' }, noFacts);
  expect(text).toContain('## Resolve a merge conflict');
  expect(text).toContain('both changed a.ts');
  expect(text).not.toContain('What went wrong last time');
});

it('has no rules about branches for a plain command', () => {
  const plain = { ...request, task: makeTask({ id: task.id, workspace: 'none' }) };
  expect(buildPrompt(plain, noFacts)).toBe('# T-1: T-1\n');
});

const bare = { ...request, task: makeTask({ id: task.id, title: 'Cart model', body: 'Add a cart.' }) };
const upTo = (text: string): string => text.slice(0, text.indexOf('## Rules'));
const numbered = (count: number, name: string): string[] =>
  Array.from({ length: count }, (_, index) => `${name} ${index + 1}`);
const done = (id: string, title: string) =>
  ({ task: taskId(id), title, outcome: 'done', commit: commit(`${id}-merge`) }) as const;

describe('the dependencies', () => {
  it('are told with what they brought', () => {
    const facts: PromptFacts = {
      ...noFacts,
      brought: new Map([
        [
          taskId('T-0'),
          {
            subjects: ['feat: add prices', 'feat: \u001b[31mround\n them'],
            files: [
              { path: 'src/price.ts', added: 40, deleted: 2 },
              { path: 'logo.png', added: null, deleted: null },
            ],
          },
        ],
      ]),
    };
    const dependencies = [
      { ...done('T-0', 'Prices'), summary: 'Prices are in cents.' },
      { ...done('T-00', 'Look around'), commit: null },
      { task: taskId('T-9'), title: 'Taxes', outcome: 'given-up', commit: null },
      { task: taskId('T-8'), title: 'Fees', outcome: 'open', commit: null },
    ] as const;
    const furtherDependencies = [taskId('S-1'), taskId('S-2')];
    expect(upTo(buildPrompt({ ...bare, dependencies, furtherDependencies }, facts))).toBe(`# T-1: Cart model

Add a cart.

## What is done already

These tasks come before yours. Their work is in this folder.

### T-0: Prices

- feat: add prices
- feat: round  them

Files: src/price.ts (+40 −2), logo.png

Its agent said: "Prices are in cents."

### T-00: Look around

It left no commit.

### T-9: Taxes

It was given up: do not count on it.

### T-8: Fees

It is not done yet.

Before these: S-1, S-2.

`);
  });

  it('are cut short when they are many or did much', () => {
    const work: CommittedWork = {
      subjects: numbered(12, 'Commit'),
      files: numbered(10, 'file').map((path) => ({ path, added: 1, deleted: 0 })),
    };
    const dependencies = numbered(70, 'D').map((id) => done(id, id));
    const text = buildPrompt(
      { ...bare, dependencies },
      { ...noFacts, brought: new Map([[taskId('D 1'), work]]) },
    );
    expect(text).toContain('- Commit 10\n\n(2 commits after these)\n\nFiles: file 1 (+1 −0), ');
    expect(text).toContain('file 8 (+1 −0) and 2 more\n');
    expect(text).toContain('### D 10: D 10\n\nAnd: D 11, D 12, ');
    expect(text).toContain('D 60 and 10 more.\n');
  });
});

it('tells a later session what is on its branch', () => {
  const earlier = { subjects: numbered(31, 'Commit'), files: [] };
  const text = buildPrompt({ ...bare, feedback: 'red' }, { ...noFacts, earlier });
  expect(text).toContain(
    '## Your earlier work is on this branch\n\n(1 commit before these)\n\n- Commit 2\n- ',
  );
  expect(text).toContain(
    '- Commit 31\n\nWhat an earlier session had not committed was committed for it. Go on from there.\n\n## What went wrong last time\n\nred\n',
  );
});

describe('what is asked of the history', () => {
  const history = (asked: string[]): CommitHistory => ({
    async broughtBy(id) {
      asked.push(id);
      return null;
    },
    async ownWork(...of) {
      asked.push(of.join(' '));
      return { subjects: ['Half of it'], files: [] };
    },
  });

  it('is nothing for a first attempt without dependencies', async () => {
    const asked: string[] = [];
    expect(await promptFor(request, history(asked))).toBe(buildPrompt(request, noFacts));
    expect(await promptFor({ ...request, ordinal: 2, restart: true }, history(asked))).not.toContain('Half');
    expect(asked).toEqual([]);
  });

  it('is the branch of a later attempt, and no more than ten dependencies', async () => {
    const asked: string[] = [];
    const dependencies = [
      { ...done('X', 'X'), commit: null },
      ...numbered(12, 'D').map((id) => done(id, id)),
    ];
    const text = await promptFor({ ...bare, ordinal: 2, merge: commit('tip'), dependencies }, history(asked));
    expect(asked).toEqual(['feat/T-1 base tip', ...numbered(9, 'D').map((id) => `${id}-merge`)]);
    expect(text).toContain('- Half of it\n');
    expect(text).toContain('### D 1: D 1\n\n### D 2: D 2\n');
  });
});

describe('a template of the user', () => {
  const withTemplate = (promptTemplate: string, body: string): AttemptRequest => ({
    ...bare,
    task: { ...bare.task, body },
    settings: { ...request.settings, promptTemplate },
  });

  it('takes the place of the usual prompt', () => {
    const template = 'Attempt {{attempt}} at {{task}} of {{plan}} on {{branch}}:\n\n{{note}}\n\n{{body}}';
    expect(buildPrompt(withTemplate(template, 'Add {{title}}.'), noFacts)).toBe(
      'Attempt 1 at T-1 of Shop on feat/T-1:\n\nAdd {{title}}.\n',
    );
  });

  it('is without control characters, but for line breaks and tabs', () => {
    const body = 'a\0b\u001b[31m\tc\r\nd\u009be';
    expect(buildPrompt(withTemplate('{{body}}', body), noFacts)).toBe('ab[31m\tc\nde\n');
  });

  it('has the whole body, whatever that is, and however long', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 500 }), (body) => {
        const text = buildPrompt(withTemplate('<{{body}}>', body), noFacts);
        return text === `<${body.trim()}>\n`.replace(/[^\P{Cc}\n\t]/gu, '');
      }),
    );
    const huge = 'x'.repeat(3_000_000);
    expect(buildPrompt(withTemplate('{{body}}', huge), noFacts)).toBe(`${huge}\n`);
  });
});
