/** When one task after the other fails in the same way, it is not the tasks (SPEC §4, Auto-pause). */
import { type AttemptKind, hasSession } from '../event.ts';
import type { Failure, FailureReason } from '../failure.ts';
import type { TaskId } from '../plan.ts';

export interface Streak {
  /** What the failures have in common. */
  readonly failure: string;
  /** Different tasks, in the order in which they failed. */
  readonly tasks: readonly TaskId[];
}

/** So many different tasks make it the environment's fault. */
export const LONGEST_STREAK = 3;

/** Those in which tasks may well be alike, or that have a rule of their own. */
const unremarkable: ReadonlySet<FailureReason> = new Set<FailureReason>([
  'cancelled',
  'conflict-markers',
  'context-exhausted',
  'engine-died',
  'merge-conflict',
  'merge-gate-failed',
  'overrun',
  'quota-exhausted',
  'rate-limited',
]);

export function longerStreak(
  streak: Streak | null,
  { task, kind, failure }: { readonly task: TaskId; readonly kind: AttemptKind; readonly failure: Failure },
): Streak | null {
  if (!hasSession(kind) || unremarkable.has(failure.reason)) return streak;
  const same = signatureOf(failure, task);
  if (streak?.failure !== same) return { failure: same, tasks: [task] };
  return streak.tasks.includes(task) ? streak : { failure: same, tasks: [...streak.tasks, task] };
}

/** So much of the end of an output is compared. */
const COMPARED = 400;

/** What an agent or a gate said, without what differs from task to task: its id, numbers, paths. */
function signatureOf({ reason, message, feedback }: Failure, task: TaskId): string {
  const said = (feedback ?? message)
    .slice(-4 * COMPARED)
    .replaceAll(task, '')
    .replace(/(?:[\w.-]*\/)+/g, '')
    .replace(/[\da-f]{7,}|\d+/g, '')
    .replace(/\s+/g, ' ')
    .trim();
  return `${reason}: ${said.slice(-COMPARED)}`;
}
