/** What the results of a gate's steps mean for a commit. Runs nothing and repeats nothing: it says when that is needed. */
import type { StepResult } from '../event.ts';

export type GateVerdict =
  /** `turnedGreen`: baseline-red steps that passed; they count once that is on the target. */
  | { readonly verdict: 'passed'; readonly turnedGreen: readonly string[] }
  | { readonly verdict: 'failed'; readonly step: StepResult }
  /** The step could not run: whether the gate or the commit is to blame shows only on the target's tree. */
  | { readonly verdict: 'suspect'; readonly step: StepResult };

/**
 * Judges the results of all steps that ran, in order; the first counting step that did not pass decides.
 * Steps named in `baselineRed` never count against a commit, so that a gate has to go on after one of them.
 */
export function judgeGate(results: readonly StepResult[], baselineRed: readonly string[]): GateVerdict {
  const red = new Set(baselineRed);
  const step = results.find(({ name, verdict }) => verdict !== 'passed' && !red.has(name));
  if (step !== undefined) return { verdict: step.verdict === 'broken' ? 'suspect' : 'failed', step };
  const turnedGreen = results.filter(({ name, verdict }) => verdict === 'passed' && red.has(name));
  return { verdict: 'passed', turnedGreen: turnedGreen.map(({ name }) => name) };
}
