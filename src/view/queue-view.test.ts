import { expect, it } from 'vitest';
import { planFrom } from '../../test/rig/plan-text.ts';
import { baselineGreen, started, stateAfter } from '../../test/rig/story.ts';
import { taskId } from '../core/plan.ts';
import { queueView } from './queue-view.ts';

const heldIn = (state: Parameters<typeof queueView>[0], now = 0): (readonly [string, unknown])[] =>
  queueView(state, now).map(({ task, held }) => [task, held === null ? null : held.by]);

it('has ready tasks in start order: those that start now, then those that have no slot', () => {
  const state = stateAfter(planFrom('A\nB\nC\nD: B'), { slots: 2 }, baselineGreen, started('A'));
  // B is on the longest path.
  expect(heldIn(state)).toEqual([
    ['B', null],
    ['C', 'slot'],
  ]);
});

it('names what holds a task: the gate, a person, a back-off, a pool, a file, the run', () => {
  const plan = planFrom('A\nB\nC\nD', (task) => {
    if (task.id === 'A' || task.id === 'B') return { ...task, pools: { db: 1 } };
    return { ...task, files: ['src/**'] };
  });
  const withPool = { ...plan, pools: { db: 1 } };
  const settings = { slots: 4, order: 'plan' } as const;
  expect(heldIn(stateAfter(withPool, settings))[0]).toEqual(['A', 'baseline']);
  const busy = stateAfter(withPool, settings, baselineGreen, started('A'), started('C', 1, 1));
  expect(queueView(busy, 0).map(({ task, held }) => [task, held])).toEqual([
    ['B', { by: 'pool', what: 'db', until: null }],
    ['D', { by: 'files', what: 'src/**', until: null }],
  ]);
  const paused = stateAfter(withPool, settings, baselineGreen, {
    type: 'pause-requested',
    task: taskId('A'),
  });
  expect(heldIn(paused).at(-1)).toEqual(['A', 'paused']);
  expect(heldIn(stateAfter(withPool, settings, baselineGreen, { type: 'pause-requested' }))[0]).toEqual([
    'A',
    'run',
  ]);
  const backsOff = stateAfter(withPool, settings, baselineGreen, started('A'), {
    type: 'attempt-failed',
    task: taskId('A'),
    attempt: 'A.1' as never,
    failure: { reason: 'agent-crashed', message: 'ended by SIGKILL' },
  });
  expect(heldIn(backsOff).at(-1)).toEqual(['A', 'back-off']);
  expect(heldIn(backsOff, 1_000_000)[0]).toEqual(['A', null]);
});

it('takes nothing by looking', () => {
  const plan = planFrom('A\nB', (task) => ({ ...task, files: ['src/**'], pools: { db: 1 } }));
  const state = stateAfter({ ...plan, pools: { db: 1 } }, { slots: 2 }, baselineGreen);
  expect(queueView(state, 0)).toEqual(queueView(state, 0));
  expect(state.index.pools.free('db')).toBe(1);
});
