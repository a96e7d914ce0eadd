import { expect, it } from 'vitest';
import { fakeTerminal } from '../../test/rig/fake-terminal.ts';
import type { Event, EventBody } from '../core/event.ts';
import { attemptId, taskId } from '../core/plan.ts';
import { pauseQuestion } from './pause-question.ts';

const advice = (task: string): EventBody => ({
  type: 'pause-advised',
  task: taskId(task),
  attempt: attemptId(taskId(task), 1),
  leftMs: 1,
  waiting: 12,
});

function asking() {
  const terminal = fakeTerminal({ cwd: '.', answer: true });
  const paused: string[] = [];
  let changes = 0;
  const question = pauseQuestion(
    terminal,
    (task) => void paused.push(task),
    () => void changes++,
  );
  const happens = (body: EventBody): void => question.see({ ...body, seq: 1, at: 0 } as Event);
  return { terminal, paused, question, happens, changes: () => changes };
}

it('pauses for y, leaves alone for n, and overhears everything else', () => {
  const { terminal, paused, question, happens, changes } = asking();
  expect([question.text(), terminal.press('y')]).toEqual(['', false]);
  happens(advice('A'));
  expect(question.text()).toBe('Pause A, so that 12 short tasks get through? It goes on later. (y/n)');
  terminal.press('q');
  expect([paused, changes()]).toEqual([[], 0]);
  terminal.press('Y');
  expect([paused, changes(), question.text(), terminal.press('y')]).toEqual([['A'], 1, '', false]);
  happens(advice('B'));
  terminal.press('n');
  expect([paused, changes(), question.text()]).toEqual([['A'], 2, '']);
});

it('asks no more when the attempt has ended, the task is paused, or another task is worth it', () => {
  const { terminal, question, happens } = asking();
  const ids = { task: taskId('A'), attempt: attemptId(taskId('A'), 1) };
  happens(advice('A'));
  happens({ type: 'pause-requested', task: taskId('B') });
  expect(question.text()).not.toBe('');
  happens({ ...ids, type: 'attempt-succeeded', commit: null, commits: 0 });
  expect([question.text(), terminal.press('y')]).toEqual(['', false]);
  happens(advice('A'));
  happens({ type: 'pause-requested', task: taskId('A') });
  expect(question.text()).toBe('');
  happens(advice('A'));
  happens(advice('B'));
  expect(question.text()).toContain('Pause B,');
  question.close();
  expect(terminal.press('y')).toBe(false);
});
