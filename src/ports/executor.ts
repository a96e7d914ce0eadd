/** The executor: takes an attempt from its workspace to a verified commit, here or on another machine. */
import type { AttemptProgress } from '../core/attempt-progress.ts';
import type {
  AgentLaunched,
  AttemptFailed,
  AttemptKind,
  AttemptSucceeded,
  FaultRaised,
  ForeignChangeSeen,
  ProcessIdentity,
  RefRestored,
  SessionOpened,
  Usage,
  UsageReported,
  VerificationStarted,
  WorkspacePrepared,
} from '../core/event.ts';
import type { AttemptId, Commit, RunId, Task, TaskId } from '../core/plan.ts';
import type { RunSettings } from '../core/settings.ts';

/** A task that comes before another, as that one's agent is told of it. */
export interface Dependency {
  readonly task: TaskId;
  readonly title: string;
  /** `given-up`: cancelled, and its dependents go on without it. `open`: only when nobody has started yet. */
  readonly outcome: 'done' | 'given-up' | 'open';
  /** By which the target got it; null when it left none, or is not done. */
  readonly commit: Commit | null;
  /** The last words of its agent. */
  readonly summary?: string;
}

export interface AttemptRequest {
  readonly run: RunId;
  readonly planName: string;
  readonly settings: RunSettings;
  readonly task: Task;
  readonly attempt: AttemptId;
  readonly ordinal: number;
  readonly kind: AttemptKind;
  readonly slot: number;
  readonly agent: string;
  /** In place of the agent's own. */
  readonly model?: string;
  /** The session of the same agent that earlier attempts had, the worktree in which it was, and what they have used in it. */
  readonly resume?: {
    readonly session: string;
    readonly workspace: string;
    readonly used: Usage;
    /** Its agent had come to its end: else it may not even know what it was told. */
    readonly wasThrough: boolean;
  };
  readonly base: Commit;
  readonly branch: string;
  /** Start the branch over. */
  readonly restart: boolean;
  /** Merge this commit (the target's tip) into the branch first. */
  readonly merge?: Commit;
  /** What went wrong last time, for the prompt. */
  readonly feedback?: string;
  /** What a person adds, for the prompt. */
  readonly note?: string;
  /** In the order of the plan. */
  readonly dependencies: readonly Dependency[];
  /** What these depend on in turn; empty when it is much. */
  readonly furtherDependencies: readonly TaskId[];
  /** Names of gate steps that do not count yet. */
  readonly baselineRed: readonly string[];
}

/** An attempt that ran when the engine died, as the journal knows it. */
export interface InterruptedAttempt {
  readonly request: AttemptRequest;
  readonly process?: ProcessIdentity;
  /** The commit whose verification had started. */
  readonly verifying?: Commit;
}

export type RecoveryFinding =
  /** Its work was finished and is committed: only its verification is to be done again. */
  | { readonly action: 'continue'; readonly detail: string }
  /** It has to be done again, on what its branch already has. */
  | { readonly action: 'start-again'; readonly detail: string; readonly commit?: Commit }
  | { readonly action: 'needs-person'; readonly detail: string };

export type { AttemptProgress };

export type AttemptReport =
  | WorkspacePrepared
  | AgentLaunched
  | SessionOpened
  | UsageReported
  | VerificationStarted
  | AttemptSucceeded
  | AttemptFailed
  | RefRestored
  | ForeignChangeSeen
  | FaultRaised
  | AttemptProgress;

export interface Executor {
  /** Streams an attempt; ends after `attempt-succeeded` or `attempt-failed`. Aborting cancels it and commits its work. */
  start(request: AttemptRequest, signal: AbortSignal): AsyncIterable<AttemptReport>;
  /** Ends what is left of an interrupted attempt, saves its work and says how to go on. May be called again. */
  recover(interrupted: InterruptedAttempt): Promise<RecoveryFinding>;
  /** Ends every process that an earlier engine started for this run and nobody answers for any more; `engine`: only its own helpers (git, launcher). */
  endLeftovers(run: RunId, only?: 'engine'): Promise<void>;
  /** Sets a worktree with the branch (made at `base` when new) aside for a person; gives its path. May be called again. */
  keepWorkspace(branch: string, base: Commit, reason: string): Promise<string>;
}
