/** What follows for an attempt from an answer of its agent's service: each with its rule (SPEC §4, Rate limits). */
import type { Failure } from '../core/failure.ts';
import type { Timestamp } from '../core/plan.ts';
import type { Refusal, SessionEnd } from '../ports/agent.ts';
import type { AttemptRequest } from '../ports/executor.ts';
import { resetTimeIn } from './reset-time.ts';

export function refusalFailure(
  { agent }: Pick<AttemptRequest, 'agent'>,
  { refusal }: SessionEnd,
  now: Timestamp,
): Failure | undefined {
  if (refusal === undefined) return undefined;
  const until = untilOf(refusal, now);
  switch (refusal.reason) {
    case 'overloaded':
      return {
        reason: 'rate-limited',
        message: `The agent's service is overloaded: ${refusal.message}`,
        ...until,
      };
    case 'quota':
      return {
        reason: 'quota-exhausted',
        message: `The quota of the agent ${agent} is used up: ${refusal.message}`,
        ...until,
      };
    case 'context':
      return {
        reason: 'context-exhausted',
        message: `The session became too long for the agent ${agent}: ${refusal.message}`,
        feedback:
          'The last session ended because its conversation had become too long. What it had done is on this branch: look at that first, then do what is left. Read only what you need.',
      };
    case 'declined':
      return {
        reason: 'declined',
        message: `The agent ${agent} would not do it: ${refusal.message}`,
      };
    case 'authentication':
      return undefined;
  }
}

/** A service that is to be left alone for longer than this was misunderstood. */
const LONGEST_MS = 8 * 24 * 3_600_000;

function untilOf({ until, message }: Refusal, now: Timestamp): Pick<Failure, 'until'> {
  const time = until ?? resetTimeIn(message, now);
  return time === undefined || time <= now || time > now + LONGEST_MS ? {} : { until: time };
}
