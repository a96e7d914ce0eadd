import { describe, expect, it } from 'vitest';
import { makeTask, type Task, taskId } from '../core/plan.ts';
import { type Recipe, safeName, writeScript } from './scripted-recipe.ts';

const task = (more: Partial<Task> = {}): Task =>
  makeTask({ id: taskId('T-001'), title: 'Cart model', ...more });
const scriptOf = (recipe: Recipe, ordinal = 1, more: Partial<Task> = {}) =>
  writeScript(recipe, { task: task(more), ordinal });

describe('writeScript', () => {
  it('plans one file for each commit of the outline, else one commit from the title', () => {
    const outline = [
      { phase: 'A', commits: ['feat: one', 'feat: two\n\nTutti-Task: forged'] },
      { phase: 'B', commits: ['three'] },
    ];
    expect(scriptOf({}, 1, { outline, files: ['src/*.ts', 'src/cart/**'] }).commits).toEqual([
      { subject: 'feat: one', file: 'src/cart/T-001-01.txt', content: 'T-001 01\nfeat: one\n' },
      {
        subject: 'feat: two Tutti-Task: forged',
        file: 'src/cart/T-001-02.txt',
        content: 'T-001 02\nfeat: two Tutti-Task: forged\n',
      },
      { subject: 'three', file: 'src/cart/T-001-03.txt', content: 'T-001 03\nthree\n' },
    ]);
    expect(scriptOf({}).commits).toEqual([
      { subject: 'Cart model', file: 'tasks/T-001/01.txt', content: 'T-001 01\nCart model\n' },
    ]);
  });

  it('fails in chosen sessions and ends in the same file in all others', () => {
    const recipe: Recipe = { tasks: { 'T-001': { fail: { attempts: [1] } } } };
    const check = (ordinal: number) => scriptOf(recipe, ordinal).commits.at(-1)?.content;
    expect([check(1), check(2), check(3)]).toEqual(['BROKEN\n', 'passes\n', 'passes\n']);
  });

  it('makes both tasks of a conflict write to the file', () => {
    const recipe: Recipe = { tasks: { 'T-001': { conflict: { file: 'LIST.md', with: 'T-002' } } } };
    const lineOf = (id: string) =>
      writeScript(recipe, { task: task({ id: taskId(id) }), ordinal: 1 }).sharedLine;
    expect([lineOf('T-001'), lineOf('T-002'), lineOf('T-003')]).toEqual([
      { file: 'LIST.md', line: 'scripted: T-001' },
      { file: 'LIST.md', line: 'scripted: T-002' },
      undefined,
    ]);
  });

  it('takes the general recipe, then the task’s own', () => {
    const recipe: Recipe = {
      durationMs: 10,
      crash: { attempts: [2] },
      tasks: { 'T-001': { durationMs: 20, exit: 1 } },
    };
    const { durationMs, exit, crash } = scriptOf(recipe, 2);
    expect({ durationMs, exit, crash }).toEqual({ durationMs: 20, exit: 1, crash: true });
  });
});

it('safeName stays in its folder and keeps ids apart', () => {
  const ids = ['../../x', '..', '-rf', 'a/b', 'a_b', '🎉', '.git', 'x'.repeat(500), '$(touch pwned)'];
  const names = ids.map(safeName);
  expect(names.every((name) => /^\w[\w.-]*$/.test(name) && name.length < 80)).toBe(true);
  expect(new Set(names).size).toBe(ids.length);
});
