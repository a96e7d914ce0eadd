/** A person's request: to the engine that lives, else into the journal for the next one. */
import { type Home, lockRun } from '../compose.ts';
import type { Request } from '../core/event.ts';
import type { RunId } from '../core/plan.ts';
import { problemDocument } from '../core/problem.ts';
import { refuse } from '../core/reduce-request.ts';
import { recordOffline } from '../engine/record.ts';
import type { ControlAnswer } from '../ports/control.ts';
import { exitCode } from './exit-code.ts';
import { loadRun } from './find-run.ts';
import { problemText } from './tell-error.ts';
import type { Terminal } from './terminal.ts';

/** The engine's answer; undefined when no engine lives. */
export async function sendToEngine(home: Home, request: Request): Promise<ControlAnswer | undefined> {
  const engine = await home.engine();
  if (engine === undefined) return undefined;
  try {
    return await engine.submit(request);
  } finally {
    engine.close();
  }
}

/** Sends a request about a run wherever it can be heard. */
export async function sendRequest(home: Home, run: RunId, request: Request): Promise<ControlAnswer> {
  const owner = await home.owner();
  if (owner?.run === run) {
    const answer = await sendToEngine(home, request);
    if (answer !== undefined) return answer;
  }
  return recordRequest(home, run, request);
}

/** Acts on the journal alone: the request, and what follows from it without anything being performed. */
async function recordRequest(home: Home, run: RunId, request: Request): Promise<ControlAnswer> {
  const lock = await lockRun(home, run);
  try {
    const { state, journal } = loadRun(home, run);
    const problem = refuse(state, request);
    if (problem) return { accepted: false, problem };
    recordOffline(journal, state, home.clock.now(), [request]);
    const how =
      state.record.phase === 'ended'
        ? 'the run has ended'
        : request.type === 'pause-requested' && request.task === undefined
          ? 'nothing goes on before `tutti resume`'
          : '`tutti resume` carries it out';
    return { accepted: true, message: `Recorded; no engine runs: ${how}.` };
  } finally {
    lock.release();
  }
}

/** Prints an answer and says with what to exit. @throws ProblemError when it was refused */
export function tellAnswer(answer: ControlAnswer, terminal: Terminal, json: boolean): number {
  if (json) {
    const told = answer.accepted ? answer : { accepted: false, problem: problemDocument(answer.problem) };
    terminal.print(JSON.stringify({ schemaVersion: 1, kind: 'answer', ...told }));
  } else if (answer.accepted) terminal.print(answer.message);
  else terminal.remark(problemText(answer.problem, terminal));
  return answer.accepted ? exitCode.allDone : exitCode.usage;
}
