/** The verifier: what a gate's steps mean for a commit, with everything that must be repeated before somebody is blamed. */
import type { StepResult } from '../core/event.ts';
import type { Commit, GateStep } from '../core/plan.ts';

export interface VerificationRequest {
  readonly cwd: string;
  /** The tree checked out there; null when it is no commit's. */
  readonly tree: string | null;
  readonly steps: readonly GateStep[];
  /** Names of steps that do not count yet. */
  readonly baselineRed: readonly string[];
  /** On its tree a suspect step is repeated; null when there is no target. */
  readonly target: Commit | null;
  readonly logFile: string;
  /** TUTTI_MARK of everything that is started for it. */
  readonly mark: string;
  /** What the steps find in their environment on top: of the place, nothing of the task, or no pass could be remembered. */
  readonly variables?: Readonly<Record<string, string>>;
  /** Repeat a failing step once before it counts. */
  readonly twice?: boolean;
}

export type Verification =
  | { readonly verdict: 'passed'; readonly turnedGreen: readonly string[] }
  | { readonly verdict: 'failed'; readonly step: StepResult };

export interface SurveyRequest {
  readonly commit: Commit;
  readonly steps: readonly GateStep[];
  readonly logFile: string;
  readonly mark: string;
  readonly variables?: Readonly<Record<string, string>>;
}

export interface Verifier {
  /** @throws Fault `gate-broken` when a step cannot even run on the target; rejects with the signal's reason */
  verify(request: VerificationRequest, signal: AbortSignal): Promise<Verification>;
  /** Whether the tree is known to pass already; then what `verify` would say. */
  recall(request: Pick<VerificationRequest, 'tree' | 'steps' | 'baselineRed'>): Verification | undefined;
  /** How every step stands on a commit. */
  survey(request: SurveyRequest, signal: AbortSignal): Promise<readonly StepResult[]>;
}
