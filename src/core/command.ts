/** Commands: what `schedule` asks the engine to do. Each becomes its intent event before it is performed. */
import type {
  AgentLimited,
  AttemptCancelling,
  AttemptStarted,
  BudgetCrossed,
  BudgetNarrowed,
  FaultRaised,
  PauseAdvised,
  RunEnded,
  RunPaused,
  WorkspaceKeepStarted,
} from './event.ts';
import type { Commit, TaskId } from './plan.ts';

export type Command =
  /** Run the gate on the base commit. */
  | { readonly type: 'check-baseline' }
  | ({ readonly type: 'start-attempt' } & Omit<AttemptStarted, 'type'>)
  | ({ readonly type: 'cancel-attempt' } & Omit<AttemptCancelling, 'type'>)
  | ({ readonly type: 'keep-workspace' } & Omit<WorkspaceKeepStarted, 'type'>)
  | { readonly type: 'integrate'; readonly task: TaskId; readonly commit: Commit; readonly onto: Commit }
  /** Only to be told and remembered. */
  | { readonly type: 'announce'; readonly news: News }
  | ({ readonly type: 'pause-run' } & Omit<RunPaused, 'type'>)
  | ({ readonly type: 'end-run' } & Omit<RunEnded, 'type'>);

/** What people should hear of, each thing once. */
export type News = AgentLimited | BudgetCrossed | BudgetNarrowed | FaultRaised | PauseAdvised;
