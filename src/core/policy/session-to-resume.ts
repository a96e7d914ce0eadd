/** Whether the next attempt can go on in an earlier session of its agent, which knows what has been done and why. */
import type { Usage } from '../event.ts';
import type { Failure, FailureReason } from '../failure.ts';
import type { EndedSession, TaskState } from '../run-state.ts';
import type { Route } from './routing.ts';

/** Of the others an agent had better begin afresh: it was stuck, or on a wrong track. */
const worthResuming: ReadonlySet<FailureReason> = new Set<FailureReason>([
  'agent-crashed',
  'cancelled',
  'conflict-markers',
  'engine-died',
  'gate-failed',
  'merge-conflict',
  'merge-gate-failed',
  'quota-exhausted',
  'rate-limited',
]);

export const isWorthResuming = ({ reason }: Failure): boolean => worthResuming.has(reason);

/** What all attempts in a session have used, as its agent told; some agents go on counting where they were. */
export function toldIn(sessions: readonly EndedSession[], name: string): Usage {
  const own = sessions.flatMap(({ session, told }) => (session === name && told !== null ? [told] : []));
  const sum = (key: 'inputTokens' | 'outputTokens' | 'cacheReadTokens'): number =>
    own.reduce((total, usage) => total + usage[key], 0);
  const costUsd = own.reduce((total, usage) => total + (usage.costUsd ?? 0), 0);
  return {
    ...(costUsd > 0 ? { costUsd } : {}),
    inputTokens: sum('inputTokens'),
    outputTokens: sum('outputTokens'),
    cacheReadTokens: sum('cacheReadTokens'),
  };
}

export function sessionToResume(
  { sessions, failure, next }: Pick<TaskState, 'sessions' | 'failure' | 'next'>,
  { agent, model }: Route,
): EndedSession | undefined {
  if (sessions.length === 0 || next.restart) return undefined;
  if (failure !== null && !isWorthResuming(failure)) return undefined;
  const last = sessions.findLast(({ session }) => session !== null);
  return last?.agent === agent && last.model === (model ?? null) ? last : undefined;
}
