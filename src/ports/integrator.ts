/** The integrator: brings verified branches into the target, one at a time. */
import type {
  BaselineRecorded,
  FaultRaised,
  ForeignChangeSeen,
  IntegrationFailed,
  IntegrationInterrupted,
  RefRestored,
  StepTurnedGreen,
  TargetAdopted,
  TaskIntegrated,
} from '../core/event.ts';
import type { Commit, RunId, Task } from '../core/plan.ts';
import type { RunSettings } from '../core/settings.ts';

export interface IntegrationRequest {
  readonly run: RunId;
  readonly planName: string;
  readonly settings: RunSettings;
  readonly task: Task;
  readonly branch: string;
  readonly commit: Commit;
  /** The target's tip, as the run knows it. */
  readonly onto: Commit;
  readonly baselineRed: readonly string[];
}

export type IntegrationReport =
  | TaskIntegrated
  | IntegrationFailed
  | IntegrationInterrupted
  | StepTurnedGreen
  | RefRestored
  | ForeignChangeSeen
  | FaultRaised;

export interface Integrator {
  /** Runs the gate on the run's base commit. */
  checkBaseline(
    request: { readonly run: RunId; readonly settings: RunSettings },
    signal: AbortSignal,
  ): Promise<BaselineRecorded>;
  /** Merges, verifies and moves the target; the last report is `task-integrated`, `integration-failed` or `integration-interrupted`. */
  integrate(request: IntegrationRequest, signal: AbortSignal): Promise<readonly IntegrationReport[]>;
  /** The probe: the commit by which this task is in the target already, if it is. */
  findIntegrated(
    request: Pick<IntegrationRequest, 'planName' | 'task' | 'settings'>,
  ): Promise<Commit | undefined>;
  /**
   * Compares the target with where the journal left it. A target that the run made itself is put back, and made anew
   * when it is gone; in a branch that the user named, commits on top are the user's and are adopted.
   * @throws Fault `target-moved` when a user's branch does not contain what it had
   */
  reconcileTarget(
    run: RunId,
    settings: RunSettings,
    known: Commit,
  ): Promise<readonly (TargetAdopted | RefRestored | ForeignChangeSeen)[]>;
}
