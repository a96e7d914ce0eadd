/** What one attempt on a task is expected to take: the numbers that order, reservation and forecast share. Learns nothing itself. */
import { plannedCommits, type Task } from './plan.ts';

export interface TaskEstimate {
  /** The median duration of one attempt, in milliseconds. */
  readonly durationMs: number;
  /** How uncertain that is: standard deviation of the duration's natural logarithm. */
  readonly spread: number;
  /** Tokens of one attempt, weighted as the budget counts them. */
  readonly tokens: number;
  /** Tokens set aside for an attempt where that is more than it is expected to use. */
  readonly reservedTokens?: number;
  /** US dollars of one attempt. */
  readonly costUsd: number;
  /** Where the duration comes from. */
  readonly from: 'plan' | 'history' | 'commits' | 'default';
  /** How many earlier attempts have corrected the duration; absent when none has. */
  readonly correctedBy?: number;
}

export const tokensToReserve = ({ tokens, reservedTokens }: TaskEstimate): number => reservedTokens ?? tokens;

/** Tokens set aside for an attempt that nothing is known about (SPEC §4). */
export const DEFAULT_RESERVATION = 50_000;
const MS_PER_COMMIT = 30 * 60_000;
/** P90 is twice the median: what people's estimates of software work are known to be off by. */
export const PRIOR_SPREAD = Math.log(2) / 1.2816;

/** Expected duration of one attempt, in milliseconds: the plan's estimate, else its commits, else one commit. */
export const estimatedDurationMs = (task: Pick<Task, 'estimate' | 'outline'>): number =>
  task.estimate.durationMs ?? MS_PER_COMMIT * Math.max(1, plannedCommits(task));

/** What is set aside for one attempt, in tokens; a plain command that works in no workspace is no agent. */
const reservation = ({ estimate, workspace }: Pick<Task, 'estimate' | 'workspace'>): number =>
  estimate.tokens ?? (workspace === 'none' ? 0 : DEFAULT_RESERVATION);

/** What the plan alone says of a task. */
export function plannedEstimate(task: Task): TaskEstimate {
  const commits = plannedCommits(task);
  return {
    durationMs: estimatedDurationMs(task),
    spread: PRIOR_SPREAD,
    tokens: reservation(task),
    costUsd: 0,
    from: task.estimate.durationMs !== undefined ? 'plan' : commits > 0 ? 'commits' : 'default',
  };
}
