/** The search for a short schedule: takes its time elsewhere, so that the engine's loop does not wait for it. */
import type { ProjectInput } from '../core/scheduling/project.ts';

export interface OrderRequest {
  readonly project: ProjectInput;
  /** All tasks in the order that has to be beaten. */
  readonly baseline: Int32Array;
  readonly seed: number;
  /** Schedules tried at most; bounds the search in a way that every machine repeats. */
  readonly evaluations: number;
}

export interface FoundOrder {
  /** The rank of each task; a smaller one starts first. */
  readonly ranks: readonly number[];
  /** What it takes on average, as durations are uncertain; when they are exact, what it takes. */
  readonly makespan: number;
  /** What the baseline takes in the same way. */
  readonly before: number;
}

export interface OrderSearch {
  /** Undefined when it was abandoned: its time was over, or the signal came. */
  search(request: OrderRequest, signal: AbortSignal): Promise<FoundOrder | undefined>;
}
