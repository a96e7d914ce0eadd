import { describe, expect, it } from 'vitest';
import { afterPause, reportAfter, untilPause } from '../../../test/rig/report-story.ts';
import type { Report } from '../../view/report.ts';
import { markdownCode, markdownFence, markdownTable, markdownText } from './markdown-safe.ts';
import { reportMarkdown } from './report-markdown.ts';

const hostile = [
  '<img src=x onerror=alert(1)> </details>',
  '| a | b |',
  '`code` ``` ````',
  '[link](https://evil.example) ![x](y)',
  '@octocat fixes #12 and owner/repo#7, closes GH-12',
  'www.evil.example, WWW.evil.example, https://evil.example',
  '**bold** _it_ ~~gone~~ $math$ {{ x }} \\| \\',
  '# heading',
  '- list',
  '1. list',
  '=== ',
  '&lt;b&gt; &#64;octocat',
  'line\n\n## break\r\n```',
];

/** Escaped pairs are out of the way: what is left is read as syntax. */
const bare = (text: string): string => text.replace(/\\[!-/:-@[-`{-~]/g, '');

describe('text in Markdown', () => {
  it.each(hostile)('is text: %j', (text) => {
    const safe = markdownText(text);
    expect(bare(safe)).not.toMatch(/[`*_[\]<>#|~&$@{}\\\n\r]/);
    // Nothing begins a list, a heading or a link, and nobody is told.
    expect(safe).not.toMatch(/^(?:[-+*]|\d+[.)])\s|^=+\s*$|www\.(?!\u2060)|:\/\/|[@#](?!\u2060)|\bGH-\d/i);
    // What was there is still to be read.
    expect(safe.replaceAll('\u2060', '').replace(/\\([!-/:-@[-`{-~])/g, '$1')).toBe(
      text.replaceAll('\r', '').replace(/\n+/g, ' ').trim(),
    );
  });

  it('is left alone where it is plain', () => {
    for (const text of ['Add the cart (again), 40 % faster: 1.5 × +4 −2', "it's T-001, v1.2"])
      expect(markdownText(text)).toBe(text);
    expect(['T-001', 'feat/x#1', ' a', 'a`b', 'a|b'].map(markdownCode)).toEqual([
      ...['`T-001`', '`feat/x#1`', 'a', 'a\\`b', 'a\\|b'],
    ]);
  });

  it('closes no fence', () => {
    expect(markdownFence(['x ````` y', '```'])).toBe('``````text\nx ````` y\n```\n``````');
  });

  it('makes no cell, no row and no heading of a report', () => {
    const whole = reportAfter([...untilPause, ...afterPause]);
    const said = (text: string): Report => ({
      ...whole,
      plan: { ...whole.plan, name: text },
      tasks: whole.tasks.map((task) => ({ ...task, id: text as never, title: text, module: text })),
      modules: whole.modules.map((one) => ({ ...one, module: text })),
      attention: whole.attention.map((one) => ({ ...one, task: text as never, title: text, why: text })),
    });
    const shape = (text: string): string[] =>
      reportMarkdown(said(text))
        .split('\n')
        .map((line) => `${bare(line).replace(/[^|]/g, '').length} ${/^#+ |^[`|<]/.exec(line)?.[0] ?? ''}`);
    for (const text of hostile) expect(shape(text)).toEqual(shape('harmless'));
  });

  it('is cut where it is longer than anybody reads', () => {
    const table = markdownTable([{ head: 'Title', kind: 'text' }], [['x'.repeat(500)]]);
    expect(table).toBe(`| Title |\n| --- |\n| ${'x'.repeat(119)}… |`);
  });
});
