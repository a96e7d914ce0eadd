import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { attemptRecord } from '../../../test/rig/attempt-record.ts';
import { PRIOR_SPREAD, plannedEstimate, type TaskEstimate } from '../estimate.ts';
import { makeTask, type Task, taskId } from '../plan.ts';
import type { AttemptRecord } from './attempt-record.ts';
import { calibrationOf } from './calibration.ts';
import { learnEstimates } from './learned-estimates.ts';

const MINUTE = 60_000;

const record = (minutes: number, more: Partial<AttemptRecord> = {}): AttemptRecord =>
  attemptRecord(minutes * MINUTE, { estimatedMs: 30 * MINUTE, spread: PRIOR_SPREAD, ...more });

const task = (more: Partial<Task> = {}): Task => makeTask({ id: taskId('T'), ...more });
const commits = (count: number): Pick<Task, 'outline'> => ({
  outline: [{ phase: 'p', commits: Array.from({ length: count }, String) }],
});

function estimate(history: readonly AttemptRecord[], about: Task = task()): TaskEstimate {
  const prior = { ...plannedEstimate(about), costUsd: 0.3 };
  return learnEstimates([{ task: about, agent: 'mine', prior }], history)[0] as TaskEstimate;
}
const minutesOf = (history: readonly AttemptRecord[], about?: Task): number =>
  Math.round(estimate(history, about).durationMs / MINUTE);
const times = <T>(count: number, value: T): T[] => Array.from({ length: count }, () => value);

describe('learnEstimates', () => {
  it('knows nothing without attempts of the same agent that came to their end', () => {
    const useless = [
      record(5, { agent: 'other' }),
      record(5, { outcome: 'cut-off' }),
      record(5, { kind: 'repair' }),
    ];
    expect(estimate(useless)).toEqual({ ...plannedEstimate(task()), costUsd: 0.3 });
  });

  it('shrinks few attempts to the prior, and believes many', () => {
    // The prior is 30 minutes, each attempt took 5.
    expect([0, 1, 2, 3, 10, 50].map((count) => minutesOf(times(count, record(5))))).toEqual([
      30, 17, 12, 10, 7, 5,
    ]);
    expect([2, 3].map((count) => estimate(times(count, record(5))).from)).toEqual(['default', 'history']);
    expect([2, 3].map((count) => estimate(times(count, record(5))).correctedBy)).toEqual([2, undefined]);
  });

  it('is not moved by outliers', () => {
    const usual = [4, 5, 5, 6, 5, 4, 6, 5, 5].map((minutes) => record(minutes));
    const [without, beside] = [estimate(usual), estimate([...usual, record(5_000)])];
    expect(beside.durationMs / without.durationMs).toBeCloseTo(1, 1);
    expect(beside.spread).toBeLessThan(without.spread * 1.1);
  });

  it('learns how certain it may be', () => {
    const steady = times(40, record(30));
    const wild = Array.from({ length: 40 }, (_, index) => record(index % 2 === 0 ? 5 : 180));
    expect(estimate(steady).spread).toBeLessThan(PRIOR_SPREAD / 2);
    expect(estimate(wild).spread).toBeGreaterThan(PRIOR_SPREAD * 1.5);
  });

  it('asks the module first, and falls back on the agent where the module is unknown', () => {
    const history = [
      ...times(20, record(5, { module: 'shop' })),
      ...times(20, record(60, { module: 'mail' })),
    ];
    const [shop, mail, other] = ['shop', 'mail', 'other'].map((module) =>
      minutesOf(history, task({ module })),
    );
    expect([shop, mail]).toEqual([6, 49]);
    expect(other).toBe(minutesOf(history));
    expect(other).toBeGreaterThan(10);
  });

  it('scales with planned commits', () => {
    const history = times(50, record(20, { commits: 2 }));
    expect([1, 2, 6].map((count) => minutesOf(history, task(commits(count))))).toEqual([11, 21, 67]);
  });

  it("lets the plan's estimate stand, and says how far off such estimates are", () => {
    const stated = task({ estimate: { durationMs: 60 * MINUTE } });
    const right = times(30, record(40, { statedMs: 40 * MINUTE }));
    expect(estimate(right, stated)).toMatchObject({ durationMs: 60 * MINUTE, from: 'plan' });
    expect(estimate(right, stated)).not.toHaveProperty('correctedBy');
    expect(estimate(right, stated).spread).toBeLessThan(PRIOR_SPREAD / 2);
    // Seven attempts may be chance.
    expect(minutesOf(times(7, record(4, { statedMs: 40 * MINUTE })), stated)).toBe(60);
  });

  it("corrects the plan's estimates when many attempts contradict them", () => {
    const stated = task({ estimate: { durationMs: 60 * MINUTE } });
    const off = times(36, record(4, { statedMs: 40 * MINUTE }));
    expect(estimate(off, stated)).toMatchObject({ from: 'plan', correctedBy: 36 });
    expect(minutesOf(off, stated)).toBe(8);
    // Far apart in both directions: that is uncertainty, no bias.
    const both = Array.from({ length: 20 }, (_, index) =>
      record(index % 2 === 0 ? 10 : 160, { statedMs: 40 * MINUTE }),
    );
    expect(minutesOf(both, stated)).toBe(60);
  });

  it('learns tokens and their price, and leaves what the plan says of tokens', () => {
    const history = times(50, record(30, { tokens: 200_000, costUsd: 2 }));
    const { tokens, costUsd } = estimate(history);
    expect([Math.round(tokens / 1000), costUsd.toFixed(2)]).toEqual([190, '1.86']);
    expect(estimate(history, task({ estimate: { tokens: 80_000 } })).tokens).toBe(80_000);
    expect(estimate(history, task({ workspace: 'none' })).tokens).toBe(0);
  });

  it('lies between the prior and what was seen, and is never absurd', () => {
    const minutes = fc.double({ min: 0.01, max: 10_000, noNaN: true });
    fc.assert(
      fc.property(fc.array(minutes, { minLength: 1, maxLength: 30 }), (seen) => {
        const { durationMs, spread } = estimate(seen.map((each) => record(each)));
        const bounds = [...seen, 30].map((each) => each * MINUTE);
        expect(durationMs).toBeGreaterThanOrEqual(Math.min(...bounds) * 0.999);
        expect(durationMs).toBeLessThanOrEqual(Math.max(...bounds) * 1.001);
        expect(spread).toBeGreaterThan(0);
        expect(spread).toBeLessThan(1.5);
      }),
    );
  });
});

it('tells how often the P90 held, of attempts that were measured', () => {
  const records = [...times(9, record(15)), record(61), record(1_000, { outcome: 'cut-off' })];
  expect(calibrationOf(records)).toEqual({ attempts: 10, held: 9, ratio: expect.closeTo(0.5) });
  expect(calibrationOf([])).toEqual({ attempts: 0, held: 0, ratio: 1 });
});
