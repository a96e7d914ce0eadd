import { expect, it } from 'vitest';
import { planFrom } from '../../test/rig/plan-text.ts';
import {
  baselineGreen,
  failedGate,
  integrated,
  started,
  stateAfter,
  succeeded,
} from '../../test/rig/story.ts';
import { reduce } from '../core/reduce.ts';
import { runView } from './run-view.ts';

const state = stateAfter(
  planFrom('A\nB\nC: A\nD: B'),
  { retries: 0 },
  baselineGreen,
  started('A', 1, 0),
  started('B', 1, 1),
  succeeded('A'),
  ...integrated('A'),
  failedGate('B'),
  { ...started('C', 1, 0) },
);

it('is what `status --json` prints', () => {
  expect(runView(state, 60_000)).toMatchObject({
    schemaVersion: 1,
    kind: 'status',
    run: 'r1',
    state: 'running',
    outcome: null,
    target: { branch: 'tutti/r1', commit: 'A-merge' },
    counts: { done: 1, running: 1, needsAttention: 1, blocked: 1, ready: 0, waiting: 0 },
    slots: { used: 1, limit: 3 },
    budget: { tokens: { used: 0, reserved: 0, limit: null }, cost: { used: 0, reserved: 0, limit: null } },
    eta: null,
    elapsedMs: 60_000,
  });
  expect(JSON.parse(JSON.stringify(runView(state, 0)))).toEqual(runView(state, 0));
});

it('never counts what runs as done', () => {
  expect(runView(state, 0).waves).toEqual([
    { wave: 0, total: 2, done: 1, active: 0, stuck: 1 },
    { wave: 1, total: 2, done: 0, active: 1, stuck: 1 },
  ]);
});

it('tells each task and each slot', () => {
  const view = runView(state, 0);
  expect(view.active.map(({ slot, task, attempt }) => [slot, task, attempt])).toEqual([[0, 'C', 'C.1']]);
  expect(view.tasks.map(({ id, status, blockedBy, failure }) => [id, status, blockedBy, failure])).toEqual([
    ['A', 'done', null, null],
    ['B', 'needs-attention', null, 'The gate step "test" ended with code 1.'],
    ['C', 'running', null, null],
    ['D', 'blocked', 'B', null],
  ]);
});

it('stops the clock of a run that has ended', () => {
  const over = stateAfter(
    planFrom('A'),
    {},
    { type: 'cancel-requested' },
    {
      type: 'run-ended',
      outcome: 'incomplete',
      counts: stateAfter(planFrom('A'), {}).index.counts,
    },
  );
  expect(runView(over, 9_000_000).elapsedMs).toBe(2_000);
});

it('tells how much longer it takes in whole seconds, and nothing where nobody knows', () => {
  expect(runView(state, 0).eta).toBeNull();
  const { eta } = runView(state, 0, { forecast: { p50Ms: 61_400, p90Ms: 120_600, rough: true } });
  expect(eta).toEqual({ p50: 61, p90: 121, rough: true });
});

it('tells what a waiting task waits for, and whether that is under way', () => {
  const waiting = stateAfter(planFrom('A\nB\nC: A\nD: A, B'), {}, baselineGreen, started('A', 1, 0));
  const told = runView(waiting, 0).tasks.map(({ id, waitsFor, soon }) => [id, waitsFor, soon]);
  expect(told).toEqual([
    ['A', [], false],
    ['B', [], false],
    ['C', ['A'], true],
    ['D', ['A', 'B'], false],
  ]);
});

it('leaves pauses and dead engines out of the time by which it measures speed', () => {
  const engine = { type: 'engine-started', pid: 1, version: '1' } as const;
  const resumed = stateAfter(
    planFrom('A\nB'),
    {},
    engine,
    baselineGreen,
    started('A'),
    succeeded('A'),
    ...integrated('A'),
    { type: 'run-paused', reason: 'paused by request' },
    { type: 'resume-requested' },
    engine,
    { type: 'clock-jumped', gapMs: 1_000 },
  );
  // One event a second: the pause lasted two of them, before the first engine one passed, and one was slept away.
  const { elapsedMs, activeMs, velocity, commits } = runView(resumed, 11_000);
  expect([elapsedMs, activeMs]).toEqual([11_000, 7_000]);
  expect(commits.made).toBe(1);
  expect(velocity.commitsPerHour).toBeCloseTo(3_600 / 7, 1);
});

it('counts a dead engine as idle from its last event on, whatever people said meanwhile', () => {
  const engine = { type: 'engine-started', pid: 1, version: '1' } as const;
  const died = stateAfter(planFrom('A\nB'), {}, engine, baselineGreen, started('A'), {
    type: 'slots-requested',
    slots: 2,
  });
  reduce(died, { ...engine, seq: died.record.seq + 1, at: 9_000 });
  // From its first event after 1 s to its last at 3 s, and one since the second engine came.
  expect(runView(died, 10_000).activeMs).toBe(3_000);
});
