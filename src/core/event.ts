/** The catalogue of events: everything that can happen in a run, one documented interface each (docs/EVENTS.md). */

import type { TaskEstimate } from './estimate.ts';
import type { Failure } from './failure.ts';
import type { AttemptId, Commit, Plan, RunId, TaskId, Timestamp } from './plan.ts';
import type { RunSettings, Spending } from './settings.ts';

/** Tells one process from every other that ever had its pid. */
export interface ProcessIdentity {
  readonly pid: number;
  /** Start time in the operating system's own units, as text; compared, never computed with. */
  readonly startTime: string;
  readonly bootId: string;
  /** Value of TUTTI_MARK in the environment of the process and all it starts. */
  readonly mark: string;
}

/** How one gate step ended. */
export interface StepResult {
  readonly name: string;
  readonly verdict: 'passed' | 'failed' | 'broken';
  readonly exitCode: number | null;
  readonly durationMs: number;
  /** Its output, bounded: the end of it, and what is around its failures. */
  readonly output: string;
}

/** Why an attempt exists. `resolve` and `verify` have no agent session: a person, or an earlier session, did the work. */
export type AttemptKind = 'work' | 'repair' | 'conflict' | 'resolve' | 'verify';

/** Whether an agent works in such an attempt. */
export const hasSession = (kind: AttemptKind): boolean => kind !== 'resolve' && kind !== 'verify';

/** Tokens as the agent counts them; `costUsd` when it reports money. */
export interface Usage {
  readonly inputTokens: number;
  readonly outputTokens: number;
  readonly cacheReadTokens: number;
  readonly costUsd?: number;
}

// --- run ---------------------------------------------------------------------------------------

/** A run exists: its plan and settings, once and for all. */
export interface RunCreated {
  readonly type: 'run-created';
  readonly run: RunId;
  readonly plan: Plan;
  readonly settings: RunSettings;
  /** The branch of each task, in plan order: named once, so that a later version cannot name it otherwise. */
  readonly branches: readonly string[];
  /** What each task is expected to take, in plan order: order and reservations follow it through the whole run. */
  readonly estimates: readonly TaskEstimate[];
}
/** An engine took the run, for the first time or again. */
export interface EngineStarted {
  readonly type: 'engine-started';
  readonly pid: number;
  readonly version: string;
}
/** A task was done before this run. */
export interface TaskSkipped {
  readonly type: 'task-skipped';
  readonly task: TaskId;
  readonly because: 'in-target' | 'done-in-source';
  readonly commit?: Commit;
}
/** Intent: the gate is about to run on the base commit. */
export interface BaselineStarted {
  readonly type: 'baseline-started';
}
/** How the gate stands on the base; steps that did not pass are baseline-red from now on. */
export interface BaselineRecorded {
  readonly type: 'baseline-recorded';
  readonly steps: readonly StepResult[];
}
/** The check of the base was broken off, by a stop or a fault; it is due again. */
export interface BaselineInterrupted {
  readonly type: 'baseline-interrupted';
}
/** A baseline-red step passed on the target and counts from now on. */
export interface StepTurnedGreen {
  readonly type: 'step-turned-green';
  readonly step: string;
}
/** The environment is at fault, not a task: the run drains and pauses. */
export interface FaultRaised {
  readonly type: 'fault-raised';
  readonly code: FaultCode;
  readonly message: string;
  readonly fix: string;
}
/** The machine slept or its clock stopped; all deadlines moved by the gap. */
export interface ClockJumped {
  readonly type: 'clock-jumped';
  readonly gapMs: number;
}
/** A ref of the run had moved without us: put back, what it pointed to kept. */
export interface RefRestored {
  readonly type: 'ref-restored';
  readonly ref: string;
  readonly from: Commit | null;
  readonly to: Commit;
  readonly quarantine: string | null;
}
/** A ref, the stash or the user's HEAD changed while attempts ran; reported, not altered. */
export interface ForeignChangeSeen {
  readonly type: 'foreign-change-seen';
  readonly what: string;
}
/** The search for a short schedule has found an order: tasks start in it from here on. */
export interface OrderFound {
  readonly type: 'order-found';
  /** The rank of each task, in plan order; a smaller one starts first. */
  readonly ranks: readonly number[];
  /** How long the rest takes on average over likely durations, in milliseconds: by this order, and by the one before. */
  readonly makespanMs: number;
  readonly beforeMs: number;
}
/** Usage has reached a mark of the budget. */
export interface BudgetCrossed {
  readonly type: 'budget-crossed';
  /** 50, 65, 80, 90 or 95. */
  readonly percent: number;
  readonly unit: 'tokens' | 'cost';
  readonly used: number;
  readonly limit: number;
}
/** Slots stay empty because what is left of the budget is too little for more tasks at once. */
export interface BudgetNarrowed {
  readonly type: 'budget-narrowed';
  readonly task: TaskId;
  readonly needs: Spending;
  /** What is neither used nor set aside; null where there is no limit. */
  readonly left: { readonly tokens: number | null; readonly costUsd: number | null };
  /** Only one attempt runs at a time from now on; absent in journals of earlier versions. */
  readonly sequential?: boolean;
}
/** How many sessions of an agent may run at once has changed, because of what its service bears. */
export interface AgentLimited {
  readonly type: 'agent-limited';
  readonly agent: string;
  /** Null: as many as there are slots. */
  readonly limit: number | null;
  /** None at all before this time. */
  readonly until?: Timestamp;
  readonly because: 'overload' | 'quota' | 'quiet';
}
/** All slots are held by long tasks while many short ones wait; pausing one would let them through. */
export interface PauseAdvised {
  readonly type: 'pause-advised';
  readonly task: TaskId;
  readonly attempt: AttemptId;
  /** How long it still takes by estimate, in milliseconds. */
  readonly leftMs: number;
  /** How many short tasks are ready. */
  readonly waiting: number;
}
/** Everything running has ended and nothing new starts: `resume` goes on from here. */
export interface RunPaused {
  readonly type: 'run-paused';
  readonly reason: string;
}
/** Nothing can run any more. */
export interface RunEnded {
  readonly type: 'run-ended';
  readonly outcome: RunOutcome;
  readonly counts: Counts;
}
/** The target was fast-forwarded into the user's branch, or why not. */
export interface RunLanded {
  readonly type: 'run-landed';
  readonly branch: string;
  readonly commit?: Commit;
  readonly refused?: string;
}

// --- requests: a person's wishes ---------------------------------------------------------------

/** Start nothing new; let what runs finish; then pause. With a task: cancel its attempt, keep its work, and leave it until it is resumed. */
export interface PauseRequested {
  readonly type: 'pause-requested';
  readonly task?: TaskId;
}
/** As a pause, but cancel what runs; its work stays on its branches. */
export interface StopRequested {
  readonly type: 'stop-requested';
}
/** Take starts up again; with a task, those of that task. */
export interface ResumeRequested {
  readonly type: 'resume-requested';
  readonly task?: TaskId;
}
/** Cancel one task, or the whole run. */
export interface CancelRequested {
  readonly type: 'cancel-requested';
  readonly task?: TaskId;
  /** Its dependents may go on as if it were done. */
  readonly satisfied?: boolean;
}
/** Give a task one more allowance of sessions. */
export interface RetryRequested {
  readonly type: 'retry-requested';
  readonly task: TaskId;
  /** Start over on a new branch instead of going on with the old one. */
  readonly fresh?: boolean;
  /** Something the agent is told. */
  readonly note?: string;
}
/** A person has done a task's work: verify and integrate it, or believe that `commit` in the target is it. */
export interface ResolveRequested {
  readonly type: 'resolve-requested';
  readonly task: TaskId;
  readonly commit?: Commit;
  /** With `commit`: the target's tip as that person found it, and vouches for it. */
  readonly tip?: Commit;
}
/** Change the number of slots. */
export interface SlotsRequested {
  readonly type: 'slots-requested';
  readonly slots: number;
}

/** Change what the run may spend; what is left out stays. Null: no limit any more. */
export interface BudgetRequested {
  readonly type: 'budget-requested';
  readonly tokens?: number | null;
  readonly costUsd?: number | null;
}

// --- attempts ----------------------------------------------------------------------------------

/** Intent: an attempt takes its slot; from here on recovery knows of it. */
export interface AttemptStarted {
  readonly type: 'attempt-started';
  readonly task: TaskId;
  readonly attempt: AttemptId;
  readonly kind: AttemptKind;
  readonly slot: number;
  readonly agent: string;
  /** Where a rule chooses another than the agent's own. */
  readonly model?: string;
  /** The commit it starts from: contains every dependency. */
  readonly base: Commit;
  readonly branch: string;
  /** Start the branch over; what it had is kept aside. */
  readonly restart: boolean;
  /** The target's tip, to be merged into the branch first. */
  readonly merge?: Commit;
  /** What is set aside for it from the budget; absent when nothing is. */
  readonly reserved?: Spending;
}
/** Its worktree is ready on its branch. */
export interface WorkspacePrepared {
  readonly type: 'workspace-prepared';
  readonly task: TaskId;
  readonly attempt: AttemptId;
  readonly path: string;
  readonly head: Commit;
}
/** The agent's process runs. */
export interface AgentLaunched {
  readonly type: 'agent-launched';
  readonly task: TaskId;
  readonly attempt: AttemptId;
  readonly process: ProcessIdentity;
}
/** The agent has named its session: a later one can go on in it. */
export interface SessionOpened {
  readonly type: 'session-opened';
  readonly task: TaskId;
  readonly attempt: AttemptId;
  /** In the agent's own words; of any form. */
  readonly session: string;
}
/** Tokens used so far by this attempt, coalesced; may come after its end. */
export interface UsageReported {
  readonly type: 'usage-reported';
  readonly task: TaskId;
  readonly attempt: AttemptId;
  readonly usage: Usage;
}
/** The agent is through; its work is committed and the gate runs on it. */
export interface VerificationStarted {
  readonly type: 'verification-started';
  readonly task: TaskId;
  readonly attempt: AttemptId;
  readonly commit: Commit;
  readonly commits: number;
}
/** The gate passed (or there was nothing to change and that is allowed). */
export interface AttemptSucceeded {
  readonly type: 'attempt-succeeded';
  readonly task: TaskId;
  readonly attempt: AttemptId;
  /** Null with `workspace: none`, or when the task changed nothing. */
  readonly commit: Commit | null;
  readonly commits: number;
  /** The last words of its agent, on one line and bounded; absent when it said nothing, and in journals of earlier versions. */
  readonly summary?: string;
}
/** The attempt ended without a result. */
export interface AttemptFailed {
  readonly type: 'attempt-failed';
  readonly task: TaskId;
  readonly attempt: AttemptId;
  readonly failure: Failure;
  /** The branch's tip when it ended, if it has work. */
  readonly commit?: Commit;
}
/** Intent: a running attempt is being cancelled. */
export interface AttemptCancelling {
  readonly type: 'attempt-cancelling';
  readonly task: TaskId;
  readonly attempt: AttemptId;
  readonly because: string;
}
/** What recovery found of an attempt that ran when the engine died, and what it did with it. */
export interface AttemptRecovered {
  readonly type: 'attempt-recovered';
  readonly task: TaskId;
  readonly attempt: AttemptId;
  readonly action: 'continued' | 'started-again' | 'needs-you';
  readonly detail: string;
}
/** Intent: a worktree of a task that needs a person is about to be set aside. */
export interface WorkspaceKeepStarted {
  readonly type: 'workspace-keep-started';
  readonly task: TaskId;
}
/** The worktree in which a person can mend the task. */
export interface WorkspaceKept {
  readonly type: 'workspace-kept';
  readonly task: TaskId;
  readonly path: string;
}
/** No worktree could be set aside; the branch is there all the same. */
export interface WorkspaceKeepFailed {
  readonly type: 'workspace-keep-failed';
  readonly task: TaskId;
  readonly message: string;
}

// --- integration -------------------------------------------------------------------------------

/** Intent: a verified branch is about to be merged onto the target's tip. */
export interface IntegrationStarted {
  readonly type: 'integration-started';
  readonly task: TaskId;
  readonly commit: Commit;
  readonly onto: Commit;
}
/** The target moved to a commit that contains the task. */
export interface TaskIntegrated {
  readonly type: 'task-integrated';
  readonly task: TaskId;
  readonly commit: Commit;
}
/** The branch could not be brought into the target as it is. */
export interface IntegrationFailed {
  readonly type: 'integration-failed';
  readonly task: TaskId;
  readonly failure: Failure;
  /** The target's tip it was tried on. */
  readonly onto: Commit;
}

/** The integration was broken off by a stop; it goes back to the head of the queue. */
export interface IntegrationInterrupted {
  readonly type: 'integration-interrupted';
  readonly task: TaskId;
}
/** What recovery found of an integration that was under way when the engine died. */
export interface IntegrationRecovered {
  readonly type: 'integration-recovered';
  readonly task: TaskId;
  readonly action: 'kept' | 'started-again';
  /** With `kept`: the commit that was found in the target. */
  readonly commit?: Commit;
  readonly detail: string;
}
/** The target had been moved forward by somebody else while no engine ran; the run goes on from there. */
export interface TargetAdopted {
  readonly type: 'target-adopted';
  readonly commit: Commit;
}

export type Request =
  | PauseRequested
  | StopRequested
  | ResumeRequested
  | CancelRequested
  | RetryRequested
  | ResolveRequested
  | SlotsRequested
  | BudgetRequested;

export type EventBody =
  | RunCreated
  | EngineStarted
  | TaskSkipped
  | BaselineStarted
  | BaselineRecorded
  | BaselineInterrupted
  | StepTurnedGreen
  | FaultRaised
  | ClockJumped
  | RefRestored
  | ForeignChangeSeen
  | OrderFound
  | BudgetCrossed
  | BudgetNarrowed
  | AgentLimited
  | PauseAdvised
  | RunPaused
  | RunEnded
  | RunLanded
  | Request
  | AttemptStarted
  | WorkspacePrepared
  | AgentLaunched
  | SessionOpened
  | UsageReported
  | VerificationStarted
  | AttemptSucceeded
  | AttemptFailed
  | AttemptCancelling
  | AttemptRecovered
  | WorkspaceKeepStarted
  | WorkspaceKept
  | WorkspaceKeepFailed
  | IntegrationStarted
  | TaskIntegrated
  | IntegrationFailed
  | IntegrationInterrupted
  | IntegrationRecovered
  | TargetAdopted;

/** An event as the journal keeps it. `seq` counts from 1 without gaps within a run. */
export type Event = EventBody & { readonly seq: number; readonly at: Timestamp };

/** `all-done` exits with 0, `incomplete` with 1. */
export type RunOutcome = 'all-done' | 'incomplete';

/** Every code has an entry in docs/ERRORS.md. */
export type FaultCode =
  | 'gate-broken'
  | 'agent-missing'
  | 'agent-refused'
  | 'same-failure'
  | 'journal-unwritable'
  | 'disk-full'
  | 'repository-damaged'
  | 'target-moved'
  | 'workspace-unavailable';

export type TaskStatus =
  | 'waiting'
  | 'ready'
  | 'running'
  | 'verifying'
  | 'integrating'
  | 'done'
  | 'needs-attention'
  | 'needs-review'
  | 'blocked'
  | 'cancelled'
  | 'skipped';

/** Number of tasks in each state; the only counts shown to people. */
export type Counts = Readonly<Record<TaskStatus, number>>;
