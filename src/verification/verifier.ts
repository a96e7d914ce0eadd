/** Judges a commit by its gate: baseline-red steps do not count, suspects are repeated on the target, a broken gate is a fault. */
import type { StepResult } from '../core/event.ts';
import { Fault } from '../core/fault.ts';

import { judgeGate } from '../core/policy/gate-verdict.ts';
import type { Gate } from '../ports/gate.ts';
import type { Target } from '../ports/target.ts';
import type { SurveyRequest, Verification, VerificationRequest, Verifier } from '../ports/verifier.ts';
import type { Workspaces } from '../ports/workspaces.ts';

export interface VerifierPorts {
  readonly gate: Gate;
  readonly workspaces: Pick<Workspaces, 'acquireDetached' | 'release'>;
  readonly target: Pick<Target, 'treeOf'>;
  /** Environment of gate steps. */
  readonly env: Readonly<Record<string, string>>;
}

export function createVerifier({ gate, workspaces, target, env }: VerifierPorts): Verifier {
  const tryOn = async (
    { commit, steps, logFile, mark, variables }: SurveyRequest,
    again: boolean,
    signal: AbortSignal,
  ): Promise<readonly StepResult[]> => {
    const workspace = await workspaces.acquireDetached(commit, signal);
    try {
      const tree = await target.treeOf(commit);
      const report = await gate.run(
        { cwd: workspace.path, tree, steps, env: { ...env, ...variables }, logFile, mark, all: true, again },
        signal,
      );
      return report.steps;
    } finally {
      await workspaces.release(workspace);
    }
  };
  const survey: Verifier['survey'] = (request, signal) => tryOn(request, false, signal);

  const runSteps = async (
    { cwd, tree, steps, baselineRed, logFile, mark, variables }: VerificationRequest,
    again: boolean,
    signal: AbortSignal,
  ): Promise<readonly StepResult[]> => {
    const own = { env: { ...env, ...variables }, logFile, mark };
    const request = { cwd, tree, steps, ...own, again, mayFail: baselineRed };
    return (await gate.run(request, signal)).steps;
  };

  /** Tells a broken gate from a failed one: does the step run on the target at all? */
  const blame = async (
    request: VerificationRequest,
    suspect: StepResult,
    signal: AbortSignal,
  ): Promise<StepResult> => {
    if (request.target === null) return suspect;
    const steps = request.steps.filter(({ name }) => name === suspect.name);
    // Whether it runs now is the question: that it passed on this very tree before says nothing.
    const [onTarget] = await tryOn({ ...request, commit: request.target, steps }, true, signal);
    if (onTarget?.verdict !== 'broken') return suspect;
    throw new Fault(
      'gate-broken',
      `The gate step "${suspect.name}" cannot run: it ends with ${describeEnd(suspect)} on the target, too.`,
      `Mend the step (its output: ${lastLine(suspect.output)}), then \`tutti resume\`.`,
    );
  };

  const verify: Verifier['verify'] = async (request, signal) => {
    let results = await runSteps(request, false, signal);
    let verdict = judgeGate(results, request.baselineRed);
    if (verdict.verdict === 'failed' && request.twice === true) {
      results = await runSteps(request, true, signal);
      verdict = judgeGate(results, request.baselineRed);
    }
    if (verdict.verdict === 'suspect')
      return { verdict: 'failed', step: await blame(request, verdict.step, signal) };
    return verdict;
  };

  return {
    verify,
    survey,
    recall({ tree, steps, baselineRed }): Verification | undefined {
      const passed = gate.recall({ tree, steps, env });
      // A baseline-red step that is not known to pass has to run: it may have turned green.
      if (!steps.every(({ name }) => passed.includes(name))) return undefined;
      return { verdict: 'passed', turnedGreen: baselineRed.filter((name) => passed.includes(name)) };
    },
  };
}

const describeEnd = ({ exitCode }: StepResult): string =>
  exitCode === null ? 'a time-out' : `code ${exitCode}`;

const lastLine = (output: string): string => output.trim().split('\n').at(-1)?.slice(0, 200) ?? '';
