/** The `Gate` port: runs a gate's steps and tells passed from failed from broken. Whom to blame is decided elsewhere. */
import { randomUUID } from 'node:crypto';
import type { StepResult } from '../core/event.ts';
import { Fault } from '../core/fault.ts';
import type { GateStep } from '../core/plan.ts';
import type { Clock } from '../ports/clock.ts';
import type { Gate, GateReport, GateRequest } from '../ports/gate.ts';
import { StartError } from '../process/spawn.ts';
import type { ProgramEnd, SuperviseRequest, Supervisor } from '../process/supervise.ts';
import { environmentFingerprint, passKey } from './environment-fingerprint.ts';
import { failureExcerpt } from './failure-excerpt.ts';
import { openStepLog, type StepLog } from './step-log.ts';

/** What is known to have passed; the store keeps it. */
export interface Passes {
  has(key: string): boolean;
  remember(key: string): void;
}

export interface GateRunnerOptions {
  readonly supervisor: Supervisor;
  readonly clock: Pick<Clock, 'monotonicMs'>;
  readonly passes: Passes;
}

/** How much of the end of a step's output is looked at, in bytes: failures are seldom the last that is printed. */
const tailBytes = 256 * 1024;
/** How much of that goes into its result, in characters. */
const longestOutput = 8000;

/** Exit codes by which a shell says that it could not run the command at all. */
const cannotRun: ReadonlySet<number | null> = new Set([126, 127]);

export function createGate({ supervisor, clock, passes }: GateRunnerOptions): Gate {
  const keysOf = ({ tree, steps, env }: Pick<GateRequest, 'tree' | 'steps' | 'env'>): readonly string[] => {
    if (tree === null || steps.length === 0) return [];
    const fingerprint = environmentFingerprint(env);
    return steps.map((step) => passKey(tree, step, fingerprint));
  };

  const runStep = async (
    step: GateStep,
    request: GateRequest,
    log: StepLog,
    signal: AbortSignal,
  ): Promise<StepResult> => {
    const startedAt = clock.monotonicMs();
    log.begin(step);
    const end = await supervisor.run(programOf(step, request), signal).catch((error: unknown) => {
      throw error instanceof StartError ? cannotStart(step, error) : error;
    });
    const durationMs = Math.round(clock.monotonicMs() - startedAt);
    log.end(step, `${describeEnd(end)} after ${durationMs} ms`);
    if (end.reason === 'cancelled') throw signal.reason;
    const verdict = verdictOf(end);
    return { name: step.name, verdict, exitCode: end.exitCode, durationMs, output: outputOf(verdict, end) };
  };

  return {
    async run(request, signal): Promise<GateReport> {
      signal.throwIfAborted();
      const keys = keysOf(request);
      // All or nothing: a later step may need what an earlier one left in the worktree.
      const isKnown = keys.length === request.steps.length && keys.every((key) => passes.has(key));
      if (isKnown && request.again !== true)
        return { steps: request.steps.map(remembered), remembered: true };
      const log = openStepLog(request.logFile);
      const results: StepResult[] = [];
      for (const [index, step] of request.steps.entries()) {
        const result = await runStep(step, request, log, signal);
        results.push(result);
        const key = keys[index];
        if (result.verdict === 'passed' && key !== undefined) passes.remember(key);
        const goesOn = request.all === true || request.mayFail?.includes(step.name) === true;
        if (result.verdict !== 'passed' && !goesOn) break;
      }
      return { steps: results, remembered: false };
    },
    recall(request) {
      const keys = keysOf(request);
      return request.steps.filter((_, index) => passes.has(keys[index] ?? '')).map(({ name }) => name);
    },
  };
}

function programOf({ run, timeoutMs }: GateStep, { cwd, env, logFile, mark }: GateRequest): SuperviseRequest {
  return {
    program: { shell: run },
    cwd,
    env,
    logFile,
    tailBytes,
    mark: mark ?? `gate-${randomUUID()}`,
    ...(timeoutMs === undefined ? {} : { timeoutMs }),
  };
}

function verdictOf({ reason, exitCode }: ProgramEnd): StepResult['verdict'] {
  if (reason === 'timed-out' || cannotRun.has(exitCode)) return 'broken';
  return reason === 'exited' && exitCode === 0 ? 'passed' : 'failed';
}

/** Of what has passed, nobody wants to know which of its lines look like failures. */
function outputOf(verdict: StepResult['verdict'], { tail }: ProgramEnd): string {
  if (verdict !== 'passed') return failureExcerpt(tail, longestOutput);
  return tail.length <= longestOutput
    ? tail
    : tail.slice(tail.indexOf('\n', tail.length - longestOutput) + 1);
}

const remembered = ({ name }: GateStep): StepResult => ({
  name,
  verdict: 'passed',
  exitCode: 0,
  durationMs: 0,
  output: 'passed before on the same tree',
});

function describeEnd({ reason, exitCode, signal }: ProgramEnd): string {
  if (reason === 'timed-out' || reason === 'cancelled') return reason;
  return signal === null ? `ended with ${exitCode}` : `was ended by ${signal}`;
}

const cannotStart = (step: GateStep, error: StartError): Fault =>
  new Fault(
    'workspace-unavailable',
    `the gate step "${step.name}" cannot be started: ${error.message}`,
    'look after the machine (memory, processes, the worktree’s folder), then `tutti resume`',
    { cause: error },
  );
