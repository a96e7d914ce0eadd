import { describe, expect, it } from 'vitest';
import { planFrom } from '../../test/rig/plan-text.ts';
import {
  baselineGreen,
  failedGate,
  integrated,
  started,
  stateAfter,
  succeeded,
} from '../../test/rig/story.ts';
import { commit, taskId } from './plan.ts';
import { nextWake, schedule } from './schedule.ts';

const HOUR = 3_600_000;

const startedTasks = (state: Parameters<typeof schedule>[0], now = 0): string[] =>
  schedule(state, now).flatMap((command) => (command.type === 'start-attempt' ? [command.task] : []));

describe('schedule', () => {
  it('tries the gate on the base before anything starts', () => {
    expect(schedule(stateAfter(planFrom('A\nB'), {}), 0)).toEqual([{ type: 'check-baseline' }]);
  });

  it('has no base to try when there is no gate, or no branch', () => {
    expect(startedTasks(stateAfter(planFrom('A'), { gate: [] }))).toEqual(['A']);
    const plain = planFrom('A', (task) => ({ ...task, workspace: 'none' }));
    expect(startedTasks(stateAfter(plain, {}))).toEqual(['A']);
  });

  it('fills the slots along the critical path', () => {
    const plan = planFrom('short\nlong1\nlong2: long1\nother', (task) => ({
      ...task,
      estimate: { durationMs: task.id === 'other' ? 1.5 * HOUR : HOUR },
    }));
    expect(startedTasks(stateAfter(plan, { slots: 2 }, baselineGreen))).toEqual(['long1', 'other']);
  });

  it('breaks ties by priority, then by the plan', () => {
    const plan = planFrom('A\nB\nC', (task) => (task.id === 'C' ? { ...task, priority: 3 } : task));
    expect(startedTasks(stateAfter(plan, {}, baselineGreen))).toEqual(['C', 'A', 'B']);
  });

  it('keeps plan order when told to', () => {
    const plan = planFrom('A\nB\nC: B');
    expect(startedTasks(stateAfter(plan, { order: 'plan' }, baselineGreen))).toEqual(['A', 'B']);
  });

  it('starts a dependent from the commit that has its dependency, in the lowest free slot', () => {
    const state = stateAfter(
      planFrom('A\nB: A\nC'),
      {},
      baselineGreen,
      started('A', 1, 0),
      started('C', 1, 1),
      succeeded('A'),
      ...integrated('A'),
    );
    expect(schedule(state, 0)).toEqual([
      {
        type: 'start-attempt',
        task: 'B',
        attempt: 'B.1',
        kind: 'work',
        slot: 0,
        agent: 'scripted',
        base: 'A-merge',
        branch: 'feat/B',
        restart: false,
      },
    ]);
  });

  it('starts no dependent of a task that is verified but not integrated', () => {
    const state = stateAfter(planFrom('A\nB: A'), {}, baselineGreen, started('A'), succeeded('A'));
    expect(schedule(state, 0)).toEqual([{ type: 'integrate', task: 'A', commit: 'A-work', onto: 'base' }]);
  });

  it('integrates one at a time, first come first', () => {
    const state = stateAfter(
      planFrom('A\nB'),
      {},
      baselineGreen,
      started('A', 1, 0),
      started('B', 1, 1),
      succeeded('B'),
      succeeded('A'),
      { type: 'integration-started', task: taskId('B'), commit: commit('B-work'), onto: commit('base') },
    );
    expect(schedule(state, 0)).toEqual([]);
  });

  it('waits out a back-off and says until when', () => {
    const state = stateAfter(planFrom('A'), {}, baselineGreen, started('A'), {
      type: 'attempt-failed',
      task: taskId('A'),
      attempt: 'A.1' as never,
      failure: { reason: 'agent-crashed', message: 'ended by SIGKILL' },
    });
    const wake = nextWake(state, state.record.at) ?? 0;
    expect(wake - state.record.at).toBeGreaterThan(700);
    expect(startedTasks(state, wake - 1)).toEqual([]);
    expect(startedTasks(state, wake)).toEqual(['A']);
  });

  it('goes on with a branch from where that branch began', () => {
    const state = stateAfter(
      planFrom('A\nB'),
      { slots: 2 },
      baselineGreen,
      started('A', 1, 0),
      started('B', 1, 1),
      succeeded('B'),
      ...integrated('B'),
      failedGate('A'),
    );
    const [command] = schedule(state, 0);
    expect(command).toMatchObject({ type: 'start-attempt', attempt: 'A.2', kind: 'repair', base: 'base' });
  });

  it('drains: starts nothing, integrates what is verified, then pauses', () => {
    const draining = stateAfter(planFrom('A\nB\nC'), { slots: 1 }, baselineGreen, started('A'), {
      type: 'pause-requested',
    });
    expect(schedule(draining, 0)).toEqual([]);
    const verified = stateAfter(
      planFrom('A\nB'),
      { slots: 1 },
      baselineGreen,
      started('A'),
      { type: 'pause-requested' },
      succeeded('A'),
    );
    expect(schedule(verified, 0).map(({ type }) => type)).toEqual(['integrate']);
    const idle = stateAfter(
      planFrom('A\nB'),
      { slots: 1 },
      baselineGreen,
      started('A'),
      { type: 'pause-requested' },
      succeeded('A'),
      ...integrated('A'),
    );
    expect(schedule(idle, 0)).toEqual([{ type: 'pause-run', reason: 'paused by request' }]);
  });

  it('stops: cancels what runs, and integrates nothing more', () => {
    const state = stateAfter(
      planFrom('A\nB'),
      {},
      baselineGreen,
      started('A'),
      started('B', 1, 1),
      succeeded('B'),
      {
        type: 'stop-requested',
      },
    );
    expect(schedule(state, 0)).toEqual([
      { type: 'cancel-attempt', task: 'A', attempt: 'A.1', because: 'stopped by request' },
    ]);
  });

  it('sets a worktree aside for a task that needs a person, and ends with its dependents blocked', () => {
    const plan = planFrom('A\nB: A');
    const broken = stateAfter(plan, { retries: 0 }, baselineGreen, started('A'), failedGate('A'));
    expect(schedule(broken, 0)).toEqual([{ type: 'keep-workspace', task: 'A' }]);
    const kept = stateAfter(
      plan,
      { retries: 0 },
      baselineGreen,
      started('A'),
      failedGate('A'),
      { type: 'workspace-keep-started', task: taskId('A') },
      { type: 'workspace-kept', task: taskId('A'), path: '/kept' },
    );
    expect(schedule(kept, 0)).toEqual([
      {
        type: 'end-run',
        outcome: 'incomplete',
        counts: expect.objectContaining({ 'needs-attention': 1, blocked: 1 }),
      },
    ]);
  });
});
