import { describe, expect, it } from 'vitest';
import { type TaskId, taskId } from '../../src/core/plan.ts';
import type { RunState } from '../../src/core/run-state.ts';
import { type Recipe, World } from '../fakes/world.ts';
import { planFrom } from '../rig/plan-text.ts';
import { casesOf, sampleOf } from '../rig/thoroughness.ts';
import { type Outcome, runScript, seeded } from './run.ts';

const plan = planFrom(`
  T01
  T02
  T03: T01
  T04: T01, T02
  T05: T03, T04
  T06
  T07: T06
  T08: T06
  T09: T07, T08
  T10: T05, T09
  T11
  T12: T11
  T13: T12
  T14: T12
  T15: T13, T14
  T16: T10
  T17: T10, T15
  T18: T02
  T19: T18
  T20: T17, T19
`);

const recipes = new Map<TaskId, Recipe>([
  [taskId('T04'), { failsOnce: true }],
  [taskId('T08'), { conflictsWith: taskId('T07') }],
  [taskId('T12'), { crashesOnce: true }],
  [taskId('T18'), { failsAlways: true }],
]);

const statusOf = (state: RunState): Record<string, string> =>
  Object.fromEntries(state.plan.tasks.map(({ id }, position) => [id, state.tasks[position]?.status ?? '']));

const expected: Record<string, string> = {
  ...Object.fromEntries(plan.tasks.map(({ id }) => [id, 'done'])),
  T18: 'needs-attention',
  T19: 'blocked',
  T20: 'blocked',
};

function expectSound({ state }: Outcome, world: World): void {
  expect(statusOf(state)).toEqual(expected);
  const merged = world.target.map(({ task }) => task);
  expect([...merged].sort()).toEqual(
    Object.keys(expected)
      .filter((id) => expected[id] === 'done')
      .sort(),
  );
  expect(new Set(merged).size).toBe(merged.length);
  // Every merge comes after the merges it depends on.
  for (const task of plan.tasks) {
    const place = merged.indexOf(task.id);
    if (place < 0) continue;
    for (const dependency of task.dependsOn) expect(merged.indexOf(dependency)).toBeLessThan(place);
  }
  expect([...world.kept]).toEqual(['feat/T18']);
}

describe('a run that is killed', () => {
  it('ends the same after whichever event its journal was cut', async () => {
    const whole = await runScript({ plan, world: new World(recipes), choose: seeded(1) });
    expect(whole.events.length).toBeGreaterThan(150);
    for (const last of sampleOf(whole.events.map((_, index) => index + 1))) {
      const world = new World(recipes);
      let cut = false;
      const outcome = await runScript({
        plan,
        world,
        choose: seeded(1),
        // Cuts groups in two as well: harsher than a real journal, which keeps all of a group or nothing.
        crashAtAppend: (_, events) => {
          const kept = events.findIndex(({ seq }) => seq > last);
          if (cut || kept < 0) return undefined;
          cut = true;
          return kept;
        },
      });
      expectSound(outcome, world);
      expect(outcome.crashes).toBe(last < whole.events.length ? 1 : 0);
    }
  });

  it('ends the same whichever effect was the last', async () => {
    const whole = await runScript({ plan, world: new World(recipes), choose: seeded(2) });
    for (const position of sampleOf(Array.from({ length: whole.effects }, (_, index) => index))) {
      const world = new World(recipes);
      let killed = false;
      const outcome = await runScript({
        plan,
        world,
        choose: seeded(2),
        crashBeforeEffect: (effects) => {
          const now = !killed && effects === position;
          killed ||= now;
          return now;
        },
      });
      expectSound(outcome, world);
    }
  });

  it('ends the same in hundreds of interleavings with several crashes each', async () => {
    for (let seed = 1; seed <= casesOf(300); seed++) {
      const world = new World(recipes);
      const choose = seeded(seed);
      const fate = seeded(seed * 7919);
      const outcome = await runScript({
        plan,
        world,
        choose,
        slots: 1 + fate(7),
        // Rare enough that no task uses up its uncharged sessions.
        crashBeforeEffect: () => fate(60) === 0,
        snapshotEvery: 1 + fate(40),
      });
      expectSound(outcome, world);
    }
  });
});

describe('a run that nobody kills', () => {
  it('uses all its slots, and never more', async () => {
    const world = new World(new Map());
    const { events } = await runScript({ plan, world, choose: seeded(3), slots: 4 });
    let running = 0;
    let most = 0;
    for (const event of events) {
      if (event.type === 'attempt-started') running++;
      if (event.type === 'attempt-succeeded' || event.type === 'attempt-failed') running--;
      most = Math.max(most, running);
    }
    expect(most).toBe(4);
  });

  it('pauses when asked and goes on when an engine takes it up', async () => {
    const world = new World(recipes);
    const paused = await runScript({
      plan,
      world,
      choose: seeded(4),
      requests: new Map([[20, { type: 'pause-requested' }]]),
    });
    expect(paused.state.record).toMatchObject({ phase: 'paused', reason: 'paused by request' });
    expect(paused.events.at(-1)?.type).toBe('run-paused');
  });

  it('cancels what runs when stopped, and charges nobody for it', async () => {
    const world = new World(new Map());
    const { state, events } = await runScript({
      plan,
      world,
      choose: seeded(5),
      requests: new Map([[12, { type: 'stop-requested' }]]),
    });
    expect(state.record.phase).toBe('paused');
    const cancelled = events.filter((event) => event.type === 'attempt-failed');
    expect(cancelled.length).toBeGreaterThan(0);
    expect(cancelled.every((event) => event.failure.reason === 'cancelled')).toBe(true);
    expect(state.tasks.every(({ charged, status }) => charged <= 1 || status === 'done')).toBe(true);
  });

  it('pays no agent twice for work that was finished when it was stopped', async () => {
    let interrupted = 0;
    for (let effects = 4; effects < 60; effects++) {
      const { events } = await runScript({
        plan,
        world: new World(new Map()),
        choose: seeded(effects),
        resume: true,
        requests: new Map([[effects, { type: 'stop-requested' }]]),
      });
      const finished = new Set<string>();
      for (const event of events) {
        if (event.type === 'verification-started') finished.add(event.task);
        if (event.type !== 'attempt-started' || !finished.has(event.task)) continue;
        interrupted++;
        expect(event.kind).toBe('verify');
      }
    }
    expect(interrupted).toBeGreaterThan(5);
  });

  it('pauses at a fault in a merge instead of meeting it for ever, and goes on once it is mended', async () => {
    const world = new World(new Map([[taskId('T06'), { faultsInMerge: true }]]));
    const broken = await runScript({ plan, world, choose: seeded(8) });
    expect(broken.state.record).toMatchObject({ phase: 'paused', faulted: true });
    expect(broken.events.filter(({ type }) => type === 'fault-raised')).toHaveLength(1);
    world.mended = true;
    const mended = await runScript({ plan, world, choose: seeded(8), disk: broken.disk });
    expect(mended.state.record).toMatchObject({ phase: 'ended', outcome: 'all-done' });
  });

  it('cancels the whole run', async () => {
    const world = new World(new Map());
    const { state } = await runScript({
      plan,
      world,
      choose: seeded(6),
      requests: new Map([[40, { type: 'cancel-requested' }]]),
    });
    expect(state.record).toMatchObject({ phase: 'ended', outcome: 'incomplete' });
    expect(new Set(Object.values(statusOf(state)))).toEqual(new Set(['done', 'cancelled']));
  });
});
