/** What attempts really took, told from a run's events: the measurements that estimates are learned from and judged by. */
import type { TaskEstimate } from '../estimate.ts';
import type { AttemptKind, Event, RunCreated, Usage } from '../event.ts';
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

/** What is fixed for a run: its first event and its state both have it. */
type FixedForRun = Pick<RunCreated, 'plan' | 'settings' | 'estimates'>;

/** Keeps what attempts took while their run goes on. */
export interface AttemptFollower {
  see(event: Event): void;
  /** Those that have ended, in the order of their starts. */
  records(): AttemptRecord[];
}

/** @param events all events of the run, `run-created` first. Linear. */
export function attemptRecords(events: Iterable<Event>): AttemptRecord[] {
  let follower: AttemptFollower | undefined;
  for (const event of events) {
    if (event.type === 'run-created') follower = followAttempts(event);
    else follower?.see(event);
  }
  return follower?.records() ?? [];
}

/** Attempts that started before the first event that is seen are left out. */
export function followAttempts(run: FixedForRun): AttemptFollower {
  const followed = new Map<AttemptId, Followed>();
  const running = new Set<Followed>();
  const positions = new Map<TaskId, number>(run.plan.tasks.map(({ id }, position) => [id, position]));
  const end = (attempt: AttemptId, outcome: AttemptRecord['outcome'], at: Timestamp): void => {
    const one = followed.get(attempt);
    if (one === undefined || one.end !== null) return;
    running.delete(one);
    one.end = { outcome, endedAt: at, durationMs: Math.max(0, at - one.startedAt - one.sleptMs) };
  };
  const see = (event: Event): void => {
    switch (event.type) {
      case 'attempt-started': {
        const one = follow(run, positions.get(event.task), event);
        if (one === undefined) return;
        followed.set(event.attempt, one);
        running.add(one);
        return;
      }
      case 'clock-jumped':
        for (const one of running) one.sleptMs += event.gapMs;
        return;
      case 'verification-started': {
        const one = followed.get(event.attempt);
        if (one) one.verifying = true;
        return;
      }
      case 'usage-reported': {
        const one = followed.get(event.attempt);
        if (one) settle(one, event.usage, run);
        return;
      }
      case 'attempt-succeeded':
        end(event.attempt, 'succeeded', event.at);
        return;
      case 'attempt-failed': {
        const isMeasured = followed.get(event.attempt)?.verifying === true && isJudged(event.failure.reason);
        end(event.attempt, isMeasured ? 'failed' : 'cut-off', event.at);
        return;
      }
      case 'attempt-recovered':
        end(event.attempt, 'cut-off', event.at);
        return;
      default:
    }
  };
  const records = (): AttemptRecord[] =>
    [...followed].flatMap(([attempt, one]) => (one.end === null ? [] : [recordOf(attempt, one, one.end)]));
  return { see, records };
}

/** A report that was overtaken by a later one takes nothing back. */
function settle(one: Followed, usage: Usage, { settings: { budget, prices } }: FixedForRun): void {
  const used = spendingOf(usage, budget, prices[one.agent]);
  one.tokens = Math.max(one.tokens, used.tokens);
  one.costUsd = Math.max(one.costUsd, used.costUsd);
}

/** The gate itself ended what the agent had finished: the time until then is the time that such an attempt takes. */
const isJudged = (reason: FailureReason): boolean => reason === 'gate-failed';

function follow(
  { plan, estimates }: FixedForRun,
  position: number | undefined,
  { kind, agent, at }: Extract<Event, { type: 'attempt-started' }>,
): Followed | undefined {
  const task = plan.tasks[position ?? -1];
  const estimate = estimates[position ?? -1];
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
