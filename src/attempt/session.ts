/** One agent session: its prompt, its environment, its events turned into reports. */
import { LONGEST_LINE } from '../core/attempt-progress.ts';
import { Fault } from '../core/fault.ts';
import type { AttemptId, Timestamp } from '../core/plan.ts';
import type { AgentLookup, SessionEnd, SessionRequest } from '../ports/agent.ts';
import type { Clock } from '../ports/clock.ts';
import type { CommitHistory } from '../ports/commit-history.ts';
import type { AttemptReport, AttemptRequest } from '../ports/executor.ts';
import { fitted } from '../view/plain-text.ts';
import { buildContinuation } from './continuation.ts';
import { attemptVariables } from './environment.ts';
import { promptFor } from './prompt.ts';

/** Where an attempt's files lie, outside every workspace. */
export interface AttemptFiles {
  log(attempt: AttemptId): string;
  /** Writes the prompt and gives its path; it stays there until the slot's next attempt. */
  writePrompt(attempt: AttemptId, slot: number, text: string): string;
  /** Where an agent in this slot may keep what is its own. */
  ownFolder(slot: number): string;
}

export interface SessionPorts {
  readonly agents: AgentLookup;
  readonly clock: Pick<Clock, 'monotonicMs' | 'now'>;
  readonly files: AttemptFiles;
  readonly history: CommitHistory;
  /** What agents inherit. */
  readonly env: Readonly<Record<string, string>>;
  /** What tells agents and gates in a slot which one it is, and which ports are its own. */
  readonly slotVariables: (slot: number) => Readonly<Record<string, string>>;
}

/** Shortest time between two usage reports in the journal (DESIGN: decisions, not noise). */
const USAGE_EVERY_MS = 1_000;

/** An agent that calls its session otherwise all the time has none to go on in. */
const MOST_NAMINGS = 10;

/** The mark of everything that an attempt starts. */
export const markOf = ({ run, attempt }: Pick<AttemptRequest, 'run' | 'attempt'>): string =>
  `${run}/${attempt}`.replaceAll('\0', '');

/** How a session ended, and the last that its agent said; empty when it said nothing. */
export interface HeardEnd extends SessionEnd {
  readonly words: string;
}

/** An agent that has worked elsewhere before would go on there. */
function resumed(request: AttemptRequest, cwd: string, prompt: string): Pick<SessionRequest, 'resume'> {
  const { resume } = request;
  if (resume === undefined || resume.workspace !== cwd) return {};
  const { session, used } = resume;
  return { resume: { session, used, prompt: buildContinuation(request, prompt) } };
}

const environmentOf = (
  request: AttemptRequest,
  promptFile: string,
  { env, slotVariables }: SessionPorts,
): Readonly<Record<string, string>> => ({
  ...env,
  ...attemptVariables(request, promptFile),
  ...slotVariables(request.slot),
});

async function sessionRequest(
  request: AttemptRequest,
  cwd: string,
  ports: SessionPorts,
): Promise<SessionRequest> {
  const { task, attempt, settings } = request;
  const prompt = await promptFor(request, ports.history);
  const promptFile = ports.files.writePrompt(attempt, request.slot, prompt);
  const command = task.command ?? settings.command;
  return {
    attempt,
    mark: markOf(request),
    task,
    ordinal: request.ordinal,
    cwd,
    prompt,
    promptFile,
    ownFolder: ports.files.ownFolder(request.slot),
    env: environmentOf(request, promptFile, ports),
    logFile: ports.files.log(attempt),
    timeoutMs: task.timeoutMs ?? settings.timeoutMs,
    stallMs: settings.stallMs,
    ...(command === undefined ? {} : { command }),
    ...(request.model === undefined ? {} : { model: request.model }),
    ...resumed(request, cwd, prompt),
  };
}

/** A line may be a megabyte: what is not looked at for cutting it is not shown either. */
const shownLine = (text: string): string => fitted(text.slice(0, 2 * LONGEST_LINE), LONGEST_LINE);

/** Runs the session and returns how it ended. @throws Fault `agent-missing` */
export async function* runSession(
  request: AttemptRequest,
  cwd: string,
  ports: SessionPorts,
  signal: AbortSignal,
): AsyncGenerator<AttemptReport, HeardEnd> {
  const { task, attempt } = request;
  const driver = ports.agents(request.agent);
  if (driver === undefined) {
    throw new Fault(
      'agent-missing',
      `There is no agent "${request.agent}".`,
      'Name it under `agents` in tutti.yaml.',
    );
  }
  const stream = driver.start(await sessionRequest(request, cwd, ports), signal);
  const ids = { task: task.id, attempt };
  let reportedAt: Timestamp = Number.NEGATIVE_INFINITY;
  let unreported: AttemptReport | undefined;
  let words = '';
  let session: string | undefined;
  let namings = 0;
  for await (const event of stream) {
    switch (event.type) {
      case 'launched':
        yield { ...ids, type: 'agent-launched', process: event.process };
        break;
      case 'message':
        // What a program prints beside is no last word.
        if (/\p{L}{2}/u.test(event.text)) words = event.text;
        yield { ...ids, type: 'attempt-progress', text: shownLine(event.text) };
        break;
      case 'session':
        if (event.session === session || ++namings > MOST_NAMINGS) break;
        session = event.session;
        yield { ...ids, type: 'session-opened', session };
        break;
      case 'usage':
        unreported = { ...ids, type: 'usage-reported', usage: event.usage };
        if (ports.clock.monotonicMs() - reportedAt < USAGE_EVERY_MS) break;
        reportedAt = ports.clock.monotonicMs();
        yield unreported;
        unreported = undefined;
        break;
      case 'ended':
        if (unreported) yield unreported;
        return { ...event.end, words };
    }
  }
  throw new Error(`the driver ${driver.name} ended its stream without saying how the session ended`);
}
