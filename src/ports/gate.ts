/** The gate: commands that must pass before a result counts. */
import type { StepResult } from '../core/event.ts';
import type { GateStep } from '../core/plan.ts';

export interface GateRequest {
  readonly cwd: string;
  /** The tree that is checked out in `cwd`: a step that passed on it before is not run again. Null: nothing is remembered. */
  readonly tree: string | null;
  readonly steps: readonly GateStep[];
  readonly env: Readonly<Record<string, string>>;
  /** Where the steps' output goes. */
  readonly logFile: string;
  /** TUTTI_MARK of the steps' processes, by which recovery finds them; unlike that of anything that runs at the same time. Random by default. */
  readonly mark?: string;
  /** Run even what is remembered as passed. */
  readonly again?: boolean;
  /** Go on after a step that did not pass, to report on all of them. */
  readonly all?: boolean;
  /** Names of steps after which to go on although they did not pass. */
  readonly mayFail?: readonly string[];
}

export interface GateReport {
  readonly steps: readonly StepResult[];
  /** True when nothing had to run. */
  readonly remembered: boolean;
}

export interface Gate {
  /** Runs the steps in order; stops after the first that does not pass unless `all`. Aborting rejects with the signal's reason. */
  run(request: GateRequest, signal: AbortSignal): Promise<GateReport>;
  /** Names of the steps that are remembered to have passed on this tree. */
  recall(request: Pick<GateRequest, 'tree' | 'steps' | 'env'>): readonly string[];
}
