/** What an attempt took, for tests that care for few of its fields. */
import type { AttemptRecord } from '../../src/core/estimates/attempt-record.ts';
import { attemptId, taskId } from '../../src/core/plan.ts';

/** A first session that succeeded, of a task nobody has estimated, without tokens. */
export const attemptRecord = (durationMs: number, more: Partial<AttemptRecord> = {}): AttemptRecord => ({
  attempt: attemptId(taskId('X'), 1),
  kind: 'work',
  agent: 'mine',
  module: null,
  commits: 0,
  outcome: 'succeeded',
  endedAt: 0,
  durationMs,
  tokens: 0,
  costUsd: 0,
  statedMs: null,
  estimatedMs: durationMs,
  spread: 0.5,
  ...more,
});
