import { describe, expect, it } from 'vitest';
import type { Failure, FailureReason } from '../failure.ts';
import { type Allowance, backOffMs, type FailedAttempt, type NextStep, nextStep } from './retry.ts';

const fresh: Allowance = { charged: 1, chargedLimit: 4, uncharged: 1, unchargedLimit: 10 };
const usedUp: Allowance = { charged: 4, chargedLimit: 4, uncharged: 10, unchargedLimit: 10 };
const work: FailedAttempt = { kind: 'work', merge: false };
const failure = (reason: FailureReason): Failure => ({ reason, message: reason });

const withoutDelay = (step: NextStep): unknown =>
  step.type === 'again' ? { ...step, delayMs: step.delayMs > 0 } : step;

describe('nextStep', () => {
  const again = (kind: string, delayed: boolean, merge: boolean): unknown => ({
    type: 'again',
    kind,
    delayMs: delayed,
    merge,
  });
  const attention = { type: 'person', status: 'needs-attention' };
  const review = { type: 'person', status: 'needs-review' };

  it.each<[FailureReason, FailedAttempt, unknown, unknown]>([
    ['gate-failed', work, again('repair', false, false), attention],
    ['empty-result', work, again('work', false, false), attention],
    ['conflict-markers', work, again('repair', false, false), attention],
    ['left-workspace', work, again('work', false, false), attention],
    ['agent-failed', work, again('work', false, false), attention],
    ['command-failed', work, again('work', false, false), attention],
    ['stalled', work, again('work', false, false), attention],
    ['timed-out', work, again('work', false, false), attention],
    ['merge-conflict', work, again('conflict', false, true), review],
    ['merge-gate-failed', work, again('repair', false, true), review],
    ['agent-crashed', work, again('work', true, false), attention],
    ['workspace-failed', work, again('work', true, false), attention],
    ['engine-died', work, again('work', false, false), attention],
    ['cancelled', work, again('work', false, false), attention],
    // What was interrupted goes on as what it was, on the same merge.
    ['agent-crashed', { kind: 'conflict', merge: true }, again('conflict', true, true), attention],
    ['engine-died', { kind: 'repair', merge: true }, again('repair', false, true), attention],
    ['gate-failed', { kind: 'conflict', merge: true }, again('repair', false, false), attention],
    // Markers that are left of a conflict are still that conflict.
    ['conflict-markers', { kind: 'conflict', merge: true }, again('conflict', false, false), review],
    // A person's work that fails goes back to the person.
    ['gate-failed', { kind: 'resolve', merge: false }, attention, attention],
    ['engine-died', { kind: 'resolve', merge: false }, again('resolve', false, false), attention],
  ])('%s of %o', (reason, attempt, withAllowance, without) => {
    expect(withoutDelay(nextStep(attempt, failure(reason), fresh, 'T.1'))).toEqual(withAllowance);
    expect(withoutDelay(nextStep(attempt, failure(reason), usedUp, 'T.1'))).toEqual(without);
  });
});

describe('backOffMs', () => {
  it('doubles from 1 s to 30 s, within 20 %', () => {
    const bases = [1, 2, 4, 8, 16, 30, 30].map((seconds) => seconds * 1000);
    bases.forEach((base, index) => {
      for (const seed of ['a', 'b', 'T-001.3', 'T-002.3']) {
        const delay = backOffMs(index + 1, seed);
        expect(delay).toBeGreaterThanOrEqual(base * 0.8);
        expect(delay).toBeLessThanOrEqual(base * 1.2);
      }
    });
  });

  it('spreads attempts that fail at the same time, and repeats itself in a replay', () => {
    const delays = Array.from({ length: 50 }, (_, index) => backOffMs(1, `T-${index}.1`));
    expect(new Set(delays).size).toBeGreaterThan(40);
    expect(backOffMs(1, 'T-7.1')).toBe(delays[7]);
  });
});
