import { execFileSync } from 'node:child_process';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { makeScratch, type Scratch } from '../../test/rig/scratch-repository.ts';
import { taskId } from '../core/plan.ts';
import { nameBranches, slugOf } from './branch-name.ts';
import { runGit } from './run-git.ts';

const TEMPLATE = 'feat/{id}-{slug}';
const task = (id: string, title = '') => ({ id: taskId(id), title });
const names = (template: string, ...tasks: readonly ReturnType<typeof task>[]): readonly string[] => [
  ...nameBranches(template, tasks).values(),
];

describe('branch names', () => {
  it('say the id and the title', () => {
    expect(names(TEMPLATE, task('T-001', 'GraphQL: Subscriptions & Café'))).toEqual([
      'feat/T-001-graphql-subscriptions-cafe',
    ]);
  });

  it('do without a title', () => {
    expect(names(TEMPLATE, task('01.2'))).toEqual(['feat/01.2']);
  });

  it('of hostile ids and titles are plain', () => {
    const [path, command, option] = names(
      TEMPLATE,
      task('../../x', '../..'),
      task('$(touch pwned)', '`id`'),
      task('-rf'),
    );
    expect([path, command, option]).toEqual([
      expect.stringMatching(/^feat\/x-[0-9a-f]{8}$/),
      expect.stringMatching(/^feat\/touch-pwned-id-[0-9a-f]{8}$/),
      expect.stringMatching(/^feat\/rf-[0-9a-f]{8}$/),
    ]);
  });

  it('differ where ids differ only by case or by what is left out', () => {
    const all = names(TEMPLATE, task('T-1'), task('t-1'), task('T 1'), task('T/1'), task('T-1!'));
    expect(new Set(all.map((name) => name.toLowerCase())).size).toBe(5);
  });

  it('do not depend on other tasks without need', () => {
    const alone = names(TEMPLATE, task('T-2', 'Two'));
    expect(names(TEMPLATE, task('T-1', 'One'), task('T-2', 'Two'))[1]).toBe(alone[0]);
  });

  it('differ when the template names no id', () => {
    expect(new Set(names('work', task('a'), task('b'), task('c'))).size).toBe(3);
  });

  it('are not HEAD', () => {
    expect(names('{id}', task('HEAD'))[0]).toMatch(/^HEAD-/);
  });

  it('cut long titles at a word', () => {
    expect(slugOf('one two three', 8)).toBe('one-two');
    expect(slugOf('x'.repeat(500), 8)).toBe('xxxxxxxx');
  });
});

describe('branch names, as git sees them', () => {
  let scratch: Scratch;
  let base: string;
  beforeAll(async () => {
    scratch = await makeScratch();
    base = await scratch.commit({ 'a.txt': '' });
  });
  afterAll(() => scratch.remove());

  const nasty = fc.constantFrom(
    '',
    '.',
    '..',
    '@{',
    '.lock',
    'HEAD',
    '-',
    '/',
    '\\',
    '~^:?*[',
    ' ',
    '\0',
    '\n',
    '😀',
    'é',
    'x'.repeat(500),
    'a',
  );
  const text = fc
    .array(fc.oneof(nasty, fc.string({ unit: 'binary', maxLength: 8 })), { maxLength: 5 })
    .map((parts) => parts.join(''));
  const plan = fc.uniqueArray(fc.record({ id: text, title: text }), {
    selector: ({ id }) => id,
    maxLength: 30,
  });
  const template = fc.constantFrom(
    TEMPLATE,
    '{id}',
    'x/{slug}',
    '{slug}/{id}',
    '-{id}.lock',
    '//{id}//',
    '{slug}',
  );

  it('are valid and can all exist together', async () => {
    const seen = new Set<string>();
    // One transaction creates all branches of a plan, and is then given up: real rules, one process.
    await fc.assert(
      fc.asyncProperty(template, plan, async (pattern, tasks) => {
        const all = names(pattern, ...tasks.map(({ id, title }) => task(id, title)));
        expect(all).toHaveLength(tasks.length);
        expect(all.filter((name) => name.length > 100 || name.startsWith('-'))).toEqual([]);
        expect(new Set(all.map((name) => name.toLowerCase())).size).toBe(all.length);
        const commands = [
          'start',
          ...all.map((name) => `create refs/heads/${name} ${base}`),
          'prepare',
          'abort',
          '',
        ];
        await runGit(scratch.path, ['update-ref', '--stdin'], { input: commands.join('\n') });
        for (const name of all.slice(0, 4)) seen.add(name);
      }),
      { numRuns: 60 },
    );
    const check = 'for name; do git check-ref-format --branch "$name" >/dev/null || echo "$name"; done';
    const refused = execFileSync('sh', ['-c', check, 'sh', ...[...seen].slice(0, 150)], { encoding: 'utf8' });
    expect(refused).toBe('');
  });
});
