/** What `check` tries in a real worktree: making one, the agents in it, set-up and gate. Leaves none behind. */
import type { Repository, Trial } from '../../compose.ts';
import type { StepResult } from '../../core/event.ts';
import type { Commit, GateStep } from '../../core/plan.ts';
import { gateProblems } from '../run-problems.ts';
import { withTrial } from '../with-trial.ts';
import { counted } from '../wrapped-text.ts';
import { type AgentsRequest, checkAgents } from './check-agents.ts';
import { type CheckItem, fromProblem, fromThrown, item, type Reason, reason, skipped } from './check-item.ts';

export interface TrialRequest extends AgentsRequest {
  readonly repository: Repository;
  /** Where a run would start. */
  readonly base: Commit;
  readonly noGate: boolean;
  /** False: set-up and gate are only named. */
  readonly runs: boolean;
}

export interface TriedSteps {
  readonly items: readonly CheckItem[];
  readonly setup: readonly StepResult[];
  readonly gate: readonly StepResult[];
  readonly logFile: string | null;
}

/** As long as a set-up may take in a run. */
const SETUP_LIMIT_MS = 30 * 60_000;

export async function tryPlace(request: TrialRequest): Promise<TriedSteps> {
  const { repository, base, terminal, tell } = request;
  tell('Making a fresh worktree …');
  let made = false;
  try {
    return await withTrial(repository, terminal, { name: 'check', at: base }, async (trial, signal) => {
      made = true;
      return tryAll(request, trial, signal);
    });
  } catch (error) {
    if (made) throw error;
    const why = 'no worktree could be made';
    return {
      items: [
        item('worktrees', fromThrown(error), why),
        await checkAgents(request, undefined),
        skipped('set-up', why),
        skipped('gate', why),
      ],
      setup: [],
      gate: [],
      logFile: null,
    };
  }
}

async function tryAll(request: TrialRequest, trial: Trial, signal: AbortSignal): Promise<TriedSteps> {
  const { config, runs } = request;
  const setupSteps = config.setup.map((run) => ({ name: run, run, timeoutMs: SETUP_LIMIT_MS }));
  const agents = await checkAgents(request, trial.path, signal);
  const attempt = async (steps: readonly GateStep[], all: boolean): Promise<readonly StepResult[]> => {
    if (!runs || steps.length === 0) return [];
    request.tell(`Trying ${steps.map(({ name }) => name).join(', ')} …`);
    return trial.run(steps, all, signal);
  };
  const setup = await attempt(setupSteps, false);
  const isSetUp = setup.every(({ verdict }) => verdict === 'passed');
  const gate = isSetUp && !request.noGate ? await attempt(config.gate, true) : [];
  const left = setup.length + gate.length > 0 ? await trial.leftBehind() : [];
  const { logFile } = trial;
  return {
    items: [
      item('worktrees', [], 'one was made and taken away again'),
      agents,
      setupItem(request, setup, trial),
      isSetUp ? gateItem(request, gate, left, logFile) : skipped('gate', 'the set-up does not work'),
    ],
    setup,
    gate,
    logFile: setup.length + gate.length > 0 ? logFile : null,
  };
}

function setupItem(
  { config, runs }: TrialRequest,
  results: readonly StepResult[],
  { logFile, files, problems }: Pick<Trial, 'logFile' | 'files' | 'problems'>,
): CheckItem {
  const { setup } = config;
  const brought = files.length === 0 ? [] : [`${files.join(', ')}: there`];
  const reasons = problems.map(fromProblem);
  if (setup.length === 0 && reasons.length + files.length === 0)
    return item('set-up', [], 'none is configured');
  if (!runs && reasons.length === 0)
    return skipped('set-up', `not tried: ${[...files, ...setup].join(', ')}`);
  const fix = `Correct \`setup\` in tutti.yaml; the whole output is in ${logFile}`;
  reasons.push(...results.flatMap((step) => stepReason(step, fix)));
  const tried = results.length === 0 ? [] : [told(results)];
  return item('set-up', reasons, [...brought, ...tried].join('; ') || 'files are missing');
}

function gateItem(
  request: TrialRequest,
  results: readonly StepResult[],
  left: readonly string[],
  logFile: string,
): CheckItem {
  const { config, plan, noGate, runs } = request;
  if (noGate) return item('gate', [], 'none, as --no-gate says: nothing verifies what agents do');
  const missing = gateProblems({ config }, plan, { noGate }).map(fromProblem);
  if (config.gate.length === 0)
    return item('gate', missing, missing.length > 0 ? 'none is configured' : 'each task has its own');
  if (!runs) return skipped('gate', `not tried: ${config.gate.map(({ name }) => name).join(', ')}`);
  const red = `Make it green and commit. A run takes it as it is: a step that is red on the base does not count until it first passes (${logFile}).`;
  const broken = `Install what it needs, or correct it in tutti.yaml (${logFile}).`;
  const reasons = results.flatMap((step) => stepReason(step, step.verdict === 'failed' ? red : broken));
  const files = `${left.slice(0, 5).join(', ')}${left.length > 5 ? ' …' : ''}`;
  if (left.length > 0)
    reasons.push(
      reason(
        'warning',
        `set-up or gate leave files, which would be committed with each task's work: ${files}`,
        'Add what is new to .gitignore, commit what is changed.',
      ),
    );
  return item('gate', reasons, told(results));
}

function stepReason({ name, verdict, exitCode, output }: StepResult, fix: string): Reason[] {
  if (verdict === 'passed') return [];
  const how =
    verdict === 'failed'
      ? `fails on the base (${exitCode ?? 'a signal'})`
      : `cannot run (${exitCode ?? 'it did not end'})`;
  const last = output.trim().split('\n').at(-1)?.trim() ?? '';
  return [reason('error', `${name} ${how}${last === '' ? '' : `: ${last.slice(0, 200)}`}`, fix)];
}

function told(results: readonly StepResult[]): string {
  const bad = results.filter(({ verdict }) => verdict !== 'passed');
  const names = (bad.length > 0 ? bad : results).map(({ name }) => name).join(', ');
  return bad.length === 0
    ? `${names}: passed`
    : `${counted(bad.length, 'step does', 'steps do')} not pass: ${names}`;
}
