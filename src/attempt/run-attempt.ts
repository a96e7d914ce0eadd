/** One attempt in a worktree, told as a stream: workspace → agent → commit → guard → gate. */
import { type AttemptFailed, hasSession, type StepResult } from '../core/event.ts';
import type { Failure } from '../core/failure.ts';
import { Fault } from '../core/fault.ts';
import type { GateStep } from '../core/plan.ts';
import { guardResult } from '../core/policy/result-guard.ts';
import type { SessionEnd } from '../ports/agent.ts';
import type { AttemptReport, AttemptRequest } from '../ports/executor.ts';
import type { VerificationRequest, Verifier } from '../ports/verifier.ts';
import type { AuditFinding, WorkResult, Workspace, Workspaces } from '../ports/workspaces.ts';
import { fitted } from '../view/plain-text.ts';
import { withCommits } from './commit-progress.ts';
import { refusalFailure } from './refusal-failure.ts';
import { type HeardEnd, markOf, runSession, type SessionPorts } from './session.ts';

export interface AttemptPorts extends SessionPorts {
  readonly workspaces: Workspaces;
  readonly verifier: Verifier;
}

/** Streams the attempt; the last report says how it ended. Aborting `signal` cancels it, its work is committed all the same. */
export async function* runAttempt(
  request: AttemptRequest,
  ports: AttemptPorts,
  signal: AbortSignal,
): AsyncGenerator<AttemptReport> {
  const { base, branch, restart, merge } = request;
  let workspace: Workspace;
  try {
    workspace = await ports.workspaces.acquire({
      branch,
      base,
      mode: restart ? 'restart' : 'continue',
      signal,
      ...(merge === undefined ? {} : { merge }),
      ...(request.resume === undefined ? {} : { near: request.resume.workspace }),
    });
  } catch (error) {
    if (!signal.aborted || error !== signal.reason) throw error;
    yield failed(request, cancelled(signal));
    return;
  }
  let untouched = false;
  try {
    yield report(request, { type: 'workspace-prepared', path: workspace.path, head: workspace.head });
    const end = hasSession(request.kind)
      ? yield* withCommits(request, runSession(request, workspace.path, ports, signal), (tell) =>
          ports.workspaces.watchCommits(workspace, base, tell),
        )
      : DONE_BEFORE;
    const work = await ports.workspaces.conclude(workspace, base, commitMessage(request));
    untouched = gateOf(request).length === 0;
    for (const finding of await ports.workspaces.audit(request.task.id)) yield auditReport(finding);
    yield* judge(request, workspace, work, end, ports, signal);
  } finally {
    // A worktree that was set aside for a person has served; should it be needed again, it is set aside again.
    await ports.workspaces.unkeep(branch);
    await ports.workspaces.release(workspace, untouched);
  }
}

const DONE_BEFORE: HeardEnd = { reason: 'exited', exitCode: 0, signal: null, tail: '', words: '' };

/** What those who depend on this task are told of its agent's last words, in characters. */
const LONGEST_SUMMARY = 600;

async function* judge(
  request: AttemptRequest,
  workspace: Workspace,
  work: WorkResult,
  end: HeardEnd,
  ports: AttemptPorts,
  signal: AbortSignal,
): AsyncGenerator<AttemptReport> {
  const { task, branch } = request;
  refuseMissingAgent(request, end, work);
  refuseWithoutLogIn(request, end);
  const failure =
    sessionFailure(end, request) ??
    refusalFailure(request, end, ports.clock.now()) ??
    guardResult({ ...work, exitCode: end.exitCode, tail: end.tail }, task.allowEmpty, branch);
  if (failure) {
    yield failed(request, failure, work);
    return;
  }
  yield report(request, { type: 'verification-started', commit: work.head, commits: work.commits });
  const { baselineRed, base } = request;
  const gate = { cwd: workspace.path, tree: work.tree, steps: gateOf(request), baselineRed, target: base };
  yield* verify(request, gate, { work, words: end.words }, ports, signal);
}

/** What runs in the worktree after the agent. */
const gateOf = ({ task, settings }: AttemptRequest): readonly GateStep[] => task.gate ?? settings.gate;

/** The gate on what was done, and the attempt's end. */
async function* verify(
  request: AttemptRequest,
  gate: Pick<VerificationRequest, 'cwd' | 'tree' | 'steps' | 'baselineRed' | 'target'>,
  { work, words }: { readonly work?: WorkResult; readonly words: string },
  ports: AttemptPorts,
  signal: AbortSignal,
): AsyncGenerator<AttemptReport> {
  const logFile = ports.files.log(request.attempt);
  try {
    const variables = ports.slotVariables(request.slot);
    const own = { logFile, mark: markOf(request), variables };
    const verification = await ports.verifier.verify({ ...gate, ...own }, signal);
    if (verification.verdict === 'failed') yield failed(request, gateFailure(verification.step), work);
    else {
      const commit = work?.changed ? work.head : null;
      const said = fitted(words, LONGEST_SUMMARY).trim();
      const summary = said === '' ? {} : { summary: said };
      yield report(request, { type: 'attempt-succeeded', commit, commits: work?.commits ?? 0, ...summary });
    }
  } catch (error) {
    if (!signal.aborted) throw error;
    yield failed(request, cancelled(signal), work);
  }
}

/** A command in the folder where the run was started: no branch, nothing to integrate, its exit code counts. */
export async function* runPlainCommand(
  request: AttemptRequest,
  ports: AttemptPorts,
  signal: AbortSignal,
): AsyncGenerator<AttemptReport> {
  const { cwd } = request.settings;
  const end = hasSession(request.kind) ? yield* runSession(request, cwd, ports, signal) : DONE_BEFORE;
  refuseWithoutLogIn(request, end);
  const failure =
    sessionFailure(end, request) ?? refusalFailure(request, end, ports.clock.now()) ?? commandFailure(end);
  if (failure) {
    yield failed(request, failure);
    return;
  }
  yield* verify(
    request,
    { cwd, tree: null, steps: request.task.gate ?? [], baselineRed: [], target: null },
    { words: end.words },
    ports,
    signal,
  );
}

/** A shell says 126 or 127 when there is nothing it could run: that will be so for every task. */
function refuseMissingAgent({ agent }: AttemptRequest, end: SessionEnd, { changed }: WorkResult): void {
  if (changed || end.reason !== 'exited' || (end.exitCode !== 126 && end.exitCode !== 127)) return;
  const said = end.tail.trim().split('\n').at(-1) ?? '';
  throw new Fault(
    'agent-missing',
    `The agent ${agent} cannot be run (code ${end.exitCode}${said === '' ? '' : `: ${said}`}).`,
    'Install it, or let PATH lead to it, then `tutti resume`. A run keeps its command: for another one start a new run.',
  );
}

/** Without a log-in no session of this agent gets anywhere; what this one did is on its branch. */
function refuseWithoutLogIn({ agent }: AttemptRequest, { refusal }: SessionEnd): void {
  if (refusal?.reason !== 'authentication') return;
  throw new Fault(
    'agent-refused',
    `The agent ${agent} is not logged in. It says: "${refusal.message}".`,
    'Log in, then `tutti resume`.',
  );
}

/** The failure that a session's end amounts to by itself; its result is not even looked at. */
function sessionFailure(end: SessionEnd, { settings, task }: AttemptRequest): Failure | undefined {
  switch (end.reason) {
    case 'exited':
      return undefined;
    case 'cancelled':
      return { reason: 'cancelled', message: 'Cancelled; its work is on its branch.' };
    case 'crashed':
      return { reason: 'agent-crashed', message: `The agent was ended by ${end.signal ?? 'a signal'}.` };
    case 'timed-out': {
      const minutes = Math.round((task.timeoutMs ?? settings.timeoutMs) / 60_000);
      return {
        reason: 'timed-out',
        message: `The agent took longer than ${minutes} min.`,
        feedback: `The last session was ended after ${minutes} minutes. What it had done is on this branch. Finish it.`,
      };
    }
    case 'stalled':
      return {
        reason: 'stalled',
        message: 'The agent showed no sign of life.',
        feedback:
          'The last session fell silent and was ended. What it had done is on this branch. Go on from there.',
      };
  }
}

function commandFailure({ exitCode, tail }: SessionEnd): Failure | undefined {
  if (exitCode === 0) return undefined;
  return {
    reason: 'command-failed',
    message: `The command ended with code ${exitCode}.`,
    feedback: `The command ended with code ${exitCode}:\n${tail}`,
  };
}

function gateFailure({ name, exitCode, output }: StepResult): Failure {
  const end = exitCode === null ? 'timed out' : `ended with code ${exitCode}`;
  return {
    reason: 'gate-failed',
    message: `The gate step "${name}" ${end}.`,
    feedback: `The gate step "${name}" ${end}. Its output:\n\n${output}`,
  };
}

const cancelled = (signal: AbortSignal): Failure => ({
  reason: 'cancelled',
  message: `Cancelled (${String(signal.reason)}); its work is on its branch.`,
});

const commitMessage = ({ task }: AttemptRequest): string => `${task.id}: ${task.title}`.replace(/\s+/g, ' ');

function failed(request: AttemptRequest, failure: Failure, work?: WorkResult): AttemptReport {
  const ended: Omit<AttemptFailed, 'task' | 'attempt'> = {
    type: 'attempt-failed',
    failure,
    ...(work && work.commits > 0 ? { commit: work.head } : {}),
  };
  return { ...ended, task: request.task.id, attempt: request.attempt };
}

type OwnReport = Extract<AttemptReport, { readonly attempt: unknown }>;
type WithoutIds<Report> = Report extends OwnReport ? Omit<Report, 'task' | 'attempt'> : never;

const report = (request: AttemptRequest, body: WithoutIds<OwnReport>): AttemptReport =>
  ({ ...body, task: request.task.id, attempt: request.attempt }) as AttemptReport;

const auditReport = (finding: AuditFinding): AttemptReport =>
  finding.type === 'restored'
    ? { ...finding, type: 'ref-restored' }
    : { type: 'foreign-change-seen', what: finding.what };
