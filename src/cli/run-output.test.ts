import { expect, it } from 'vitest';
import { fakeTerminal } from '../../test/rig/fake-terminal.ts';
import { planFrom } from '../../test/rig/plan-text.ts';
import { createdEvent, integrated, started, succeeded } from '../../test/rig/story.ts';
import type { Event, EventBody } from '../core/event.ts';
import { taskId } from '../core/plan.ts';
import { createRun, reduce } from '../core/reduce.ts';
import { chooseOutput } from './run-output.ts';

it('tells piped readers how far the run is, every five commits', () => {
  const state = createRun(createdEvent(planFrom('A\nB\nC\nD\nE'), { gate: [], slots: 5 }));
  const terminal = fakeTerminal({ cwd: '.' });
  const output = chooseOutput(state, terminal, { json: false, progressEvery: 5 });
  const happen = (...bodies: readonly EventBody[]): void => {
    for (const body of bodies) {
      const event = { ...body, seq: state.record.seq + 1, at: 0 } as Event;
      reduce(state, event);
      output.show(event);
    }
  };
  const doneWith = (task: string, commits: number): void =>
    happen(started(task), { ...succeeded(task), commits } as EventBody, ...integrated(task));
  happen({ type: 'task-skipped', task: taskId('E'), because: 'done-in-source' });
  doneWith('A', 4);
  doneWith('B', 1);
  doneWith('C', 3);
  doneWith('D', 12);
  output.close();
  const progress = terminal
    .printed()
    .split('\n')
    .filter((line) => line.includes('progress'))
    .map((line) => line.slice('00:00:00 '.length));
  expect(progress).toEqual([
    'progress: 2 of 5 tasks done, 1 skipped, 5 commits',
    'progress: 4 of 5 tasks done, 1 skipped, 20 commits',
  ]);
});
