import { expect, it } from 'vitest';
import { planFrom } from '../../test/rig/plan-text.ts';
import { engineStarted, eventsAt, type Moment } from '../../test/rig/story.ts';
import type { EventBody } from '../core/event.ts';
import { runId } from '../core/plan.ts';
import { noCounts } from '../core/run-state.ts';
import { activeTime, type EngineGap, followEngine } from './engine-gaps.ts';

const paused: EventBody = { type: 'run-paused', reason: 'by request' };
const ended: EventBody = { type: 'run-ended', outcome: 'incomplete', counts: noCounts() };
const slots: EventBody = { type: 'slots-requested', slots: 2 };
const jumped = (seconds: number): EventBody => ({ type: 'clock-jumped', gapMs: seconds * 1_000 });
const happened: EventBody = { type: 'foreign-change-seen', what: runId('x') };

function gapsOf(endSeconds: number, ...moments: readonly Moment[]): (readonly [number, number, string])[] {
  const engine = followEngine();
  for (const event of eventsAt(planFrom('A'), {}, ...moments)) engine.see(event);
  return engine
    .gaps(endSeconds * 1_000)
    .map(({ from, to, because }) => [from / 1_000, to / 1_000, because] as const);
}

it('an engine that paused, ended or died leaves a gap up to the next one', () => {
  expect(
    gapsOf(
      100,
      [1, engineStarted],
      [10, paused],
      // What people ask for while nobody is at work is no sign of an engine.
      [20, slots],
      [30, engineStarted],
      [40, ended],
      [50, engineStarted],
      [60, happened],
      [65, slots],
      [80, engineStarted],
    ),
  ).toEqual([
    [0, 1, 'not-started'],
    [10, 30, 'paused'],
    [40, 50, 'ended'],
    [60, 80, 'died'],
  ]);
});

it('a run at rest has none after its rest, unless its end was told later', () => {
  const moments: readonly Moment[] = [
    [0, engineStarted],
    [10, paused],
  ];
  expect(gapsOf(10, ...moments)).toEqual([]);
  expect(gapsOf(25, ...moments, [25, ended])).toEqual([[10, 25, 'paused']]);
});

it('time in which the machine slept is a gap that begins no earlier than the engine, and overlaps no other', () => {
  expect(
    gapsOf(
      200,
      [5, engineStarted],
      [100, jumped(60)],
      [130, jumped(40)],
      [140, paused],
      [150, engineStarted],
      [160, jumped(90)],
    ),
  ).toEqual([
    [0, 5, 'not-started'],
    [40, 100, 'asleep'],
    [100, 130, 'asleep'],
    [140, 150, 'paused'],
    [150, 160, 'asleep'],
  ]);
});

it('active time stands still in gaps', () => {
  const gaps: readonly EngineGap[] = [
    { from: 10, to: 20, because: 'paused' },
    { from: 30, to: 35, because: 'died' },
  ];
  const active = activeTime(2, gaps);
  expect([0, 2, 9, 10, 15, 20, 21, 30, 33, 35, 40].map(active)).toEqual([
    0, 0, 7, 8, 8, 8, 9, 18, 18, 18, 23,
  ]);
  expect([2, 7].map(activeTime(2, []))).toEqual([0, 5]);
});
