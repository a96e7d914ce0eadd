/** What follows from a failed attempt: another session, of which kind and when, or a person. */

import type { AttemptKind } from '../event.ts';
import { type Failure, type FailureReason, isCharged } from '../failure.ts';

/** Sessions that were not charged, per allowance (SPEC §4, Retries). */
export const UNCHARGED_PER_ALLOWANCE = 10;

const FIRST_DELAY_MS = 1_000;
const LONGEST_DELAY_MS = 30_000;
const JITTER = 0.2;

/** How far a task has used up what it may use. */
export interface Allowance {
  /** Agent sessions that count, so far. */
  readonly charged: number;
  readonly chargedLimit: number;
  /** Sessions that ended through no fault of the task, so far. */
  readonly uncharged: number;
  readonly unchargedLimit: number;
}

export type NextStep =
  | {
      readonly type: 'again';
      readonly kind: AttemptKind;
      readonly delayMs: number;
      /** Bring the target into the branch first. */
      readonly merge: boolean;
    }
  | { readonly type: 'person'; readonly status: 'needs-attention' | 'needs-review' };

/** The attempt that failed. */
export interface FailedAttempt {
  readonly kind: AttemptKind;
  /** Whether it had the target merged into its branch first. */
  readonly merge: boolean;
}

/**
 * Decides what to do after `failure` of an attempt. `allowance` includes that attempt.
 * @param seed makes the jitter differ from attempt to attempt without being random
 */
export function nextStep(
  attempt: FailedAttempt,
  failure: Failure,
  allowance: Allowance,
  seed: string,
): NextStep {
  // A person's own result failed: it is that person's turn again.
  if (attempt.kind === 'resolve' && isCharged(failure)) return { type: 'person', status: 'needs-attention' };
  const left = isCharged(failure)
    ? allowance.charged < allowance.chargedLimit
    : allowance.uncharged < allowance.unchargedLimit;
  if (!left)
    return { type: 'person', status: isUnresolved(attempt, failure) ? 'needs-review' : 'needs-attention' };
  return {
    type: 'again',
    kind: nextKind(attempt.kind, failure.reason),
    delayMs: isTransient(failure.reason) ? backOffMs(allowance.uncharged, seed) : 0,
    merge: inMerge(failure.reason) || (attempt.merge && !isLookedAt(failure.reason)),
  };
}

/** Whether the session came to an end and its work was looked at: then the merge it was given is in its branch. */
const isLookedAt = (reason: FailureReason): boolean =>
  reason === 'gate-failed' ||
  reason === 'conflict-markers' ||
  reason === 'empty-result' ||
  reason === 'left-workspace';

const inMerge = (reason: FailureReason): boolean =>
  reason === 'merge-conflict' || reason === 'merge-gate-failed';

/** Whether its agent had said all when this came out. */
export const isJudged = (reason: FailureReason): boolean => isLookedAt(reason) || inMerge(reason);

/** A merge that could not be repaired: also one whose conflict the agent was to resolve and left in the files. */
const isUnresolved = ({ kind }: FailedAttempt, { reason }: Failure): boolean =>
  inMerge(reason) || (kind === 'conflict' && reason === 'conflict-markers');

const isTransient = (reason: FailureReason): boolean =>
  reason === 'agent-crashed' || reason === 'rate-limited' || reason === 'workspace-failed';

function nextKind(kind: AttemptKind, reason: FailureReason): AttemptKind {
  switch (reason) {
    case 'merge-conflict':
      return 'conflict';
    case 'gate-failed':
    case 'merge-gate-failed':
      return 'repair';
    case 'conflict-markers':
      return kind === 'conflict' ? 'conflict' : 'repair';
    case 'empty-result':
    case 'left-workspace':
    case 'agent-failed':
    case 'command-failed':
    case 'stalled':
    case 'timed-out':
    case 'overrun':
    case 'agent-crashed':
    case 'rate-limited':
    case 'quota-exhausted':
    case 'context-exhausted':
    case 'declined':
    case 'engine-died':
    case 'cancelled':
    case 'workspace-failed':
      return kind;
  }
}

/** 1 s doubling to 30 s with 20 % jitter; `count` is 1 for the first fault. */
export function backOffMs(count: number, seed: string): number {
  const base = Math.min(LONGEST_DELAY_MS, FIRST_DELAY_MS * 2 ** Math.max(0, count - 1));
  return Math.round(base * (1 + JITTER * (2 * fraction(seed) - 1)));
}

/** A number in [0, 1) from a text (FNV-1a): jitter that a replay repeats. */
function fraction(seed: string): number {
  let hash = 0x811c9dc5;
  for (let index = 0; index < seed.length; index++) {
    hash = Math.imul(hash ^ seed.charCodeAt(index), 0x01000193);
  }
  return (hash >>> 0) / 2 ** 32;
}
