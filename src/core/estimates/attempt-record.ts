/** What attempts really took, told from a run's events: the measurements that estimates are learned from and judged by. */
import type { TaskEstimate } from '../estimate.ts';
import type { AttemptKind, Event, RunCreated } from '../event.ts';
import type { FailureReason } from '../failure.ts';
import { type AttemptId, plannedCommits, type Task, type TaskId, type Timestamp } from '../plan.ts';
import { spendingOf } from '../policy/budget.ts';

/** One attempt that has ended, without any text of its plan but the module's name. */
export interface AttemptRecord {
  readonly attempt: AttemptId;
  readonly kind: AttemptKind;
  readonly agent: string;
  readonly module: string | null;
  /** Commits that the plan lists for the task; 0 when it lists none. */
  readonly commits: number;
  /** `cut-off`: it did not come to an end of its own, so that its duration measures nothing. */
  readonly outcome: 'succeeded' | 'failed' | 'cut-off';
  readonly endedAt: Timestamp;
  /** From its start to its end, without time in which the machine slept. */
  readonly durationMs: number;
  /** As the budget counts them; 0 when the agent reported none. */
  readonly tokens: number;
  readonly costUsd: number;
  /** The duration that the plan itself states for the task; null when it states none. */
  readonly statedMs: number | null;
  /** What was expected of it. */
  readonly estimatedMs: number;
  readonly spread: number;
}

/** An attempt that has started; `record` is there once it has ended. */
interface Followed {
  readonly task: Task;
  readonly estimate: TaskEstimate;
  readonly kind: AttemptKind;
  readonly agent: string;
  readonly startedAt: Timestamp;
  sleptMs: number;
  verifying: boolean;
  tokens: number;
  costUsd: number;
  end: Pick<AttemptRecord, 'outcome' | 'endedAt' | 'durationMs'> | null;
}

/**
 * The attempts of one run that have ended, in the order of their starts. Linear.
 * @param events all events of the run, `run-created` first
 */
export function attemptRecords(events: Iterable<Event>): AttemptRecord[] {
  const followed = new Map<AttemptId, Followed>();
  const running = new Set<Followed>();
  let created: RunCreated | undefined;
  let tasks = new Map<TaskId, number>();
  const end = (attempt: AttemptId, outcome: AttemptRecord['outcome'], at: Timestamp): void => {
    const one = followed.get(attempt);
    if (one === undefined || one.end !== null) return;
    running.delete(one);
    one.end = { outcome, endedAt: at, durationMs: Math.max(0, at - one.startedAt - one.sleptMs) };
  };
  for (const event of events) {
    switch (event.type) {
      case 'run-created':
        created = event;
        tasks = new Map(event.plan.tasks.map(({ id }, position) => [id, position]));
        break;
      case 'attempt-started': {
        const one = follow(created, tasks.get(event.task), event);
        if (one === undefined) break;
        followed.set(event.attempt, one);
        running.add(one);
        break;
      }
      case 'clock-jumped':
        for (const one of running) one.sleptMs += event.gapMs;
        break;
      case 'verification-started': {
        const one = followed.get(event.attempt);
        if (one) one.verifying = true;
        break;
      }
      case 'usage-reported': {
        const one = followed.get(event.attempt);
        if (one === undefined || created === undefined) break;
        const { budget, prices } = created.settings;
        const used = spendingOf(event.usage, budget, prices[one.agent]);
        one.tokens = Math.max(one.tokens, used.tokens);
        one.costUsd = Math.max(one.costUsd, used.costUsd);
        break;
      }
      case 'attempt-succeeded':
        end(event.attempt, 'succeeded', event.at);
        break;
      case 'attempt-failed': {
        const judged = followed.get(event.attempt)?.verifying === true && isJudged(event.failure.reason);
        end(event.attempt, judged ? 'failed' : 'cut-off', event.at);
        break;
      }
      case 'attempt-recovered':
        end(event.attempt, 'cut-off', event.at);
        break;
      default:
    }
  }
  return [...followed].flatMap(([attempt, one]) =>
    one.end === null ? [] : [recordOf(attempt, one, one.end)],
  );
}

/** The gate itself ended what the agent had finished: the time until then is the time that such an attempt takes. */
const isJudged = (reason: FailureReason): boolean => reason === 'gate-failed';

function follow(
  created: RunCreated | undefined,
  position: number | undefined,
  { kind, agent, at }: Extract<Event, { type: 'attempt-started' }>,
): Followed | undefined {
  const task = position === undefined ? undefined : created?.plan.tasks[position];
  const estimate = position === undefined ? undefined : created?.estimates[position];
  if (task === undefined || estimate === undefined) return undefined;
  const counts = { sleptMs: 0, verifying: false, tokens: 0, costUsd: 0, end: null };
  return { task, estimate, kind, agent, startedAt: at, ...counts };
}

function recordOf(
  attempt: AttemptId,
  { task, estimate, kind, agent, tokens, costUsd }: Followed,
  end: NonNullable<Followed['end']>,
): AttemptRecord {
  return {
    attempt,
    kind,
    agent,
    module: task.module ?? null,
    commits: plannedCommits(task),
    ...end,
    tokens,
    costUsd,
    statedMs: task.estimate.durationMs ?? null,
    estimatedMs: estimate.durationMs,
    spread: estimate.spread,
  };
}

/** Whether its duration says how long a first attempt on such a task takes. */
export const isMeasurement = ({ kind, outcome, durationMs }: AttemptRecord): boolean =>
  kind === 'work' && outcome !== 'cut-off' && durationMs > 0;
