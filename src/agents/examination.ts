/** What an examination of an agent comes to: its findings as problems, and its time. Asks nothing. */
import { type Problem, problem } from '../core/problem.ts';
import type { AgentExamination, AgentLogin } from '../ports/agent.ts';
import { cleanLine } from '../process/lines.ts';
import { type AgentFacts, compareLines } from './agent-facts.ts';

const LONGEST_WORDS = 200;

/** Words of an agent as a message may have them: one line, bounded. */
const quoted = (words: string): string => {
  const line = words
    .split('\n', 50)
    .map(cleanLine)
    .find((one) => one.trim() !== '');
  return line === undefined ? 'nothing' : `"${line.trim().slice(0, LONGEST_WORDS)}"`;
};

export const notStarted = (name: string, why: string): Problem =>
  problem(
    'agent-not-found',
    `The agent ${name} cannot be started: ${why}.`,
    'Install it, or correct `command` in tutti.yaml.',
  );

export const silent = (name: string, timeoutMs: number): Problem =>
  problem(
    'agent-silent',
    `The agent ${name} did not say within ${timeoutMs / 1000} s whether it can work.`,
    'Start it by hand and see what it waits for; a slow machine may be all.',
    { severity: 'warning' },
  );

export const unfit = (name: string, words: string, severity: Problem['severity'] = 'error'): Problem =>
  problem(
    'agent-unfit',
    `The agent ${name} ${severity === 'error' ? 'cannot' : 'may not'} work here. It says: ${quoted(words)}.`,
    'Start it by hand, and mend what it tells.',
    { severity },
  );

export const noSandbox = (name: string, words: string): Problem =>
  problem(
    'agent-unfit',
    `The agent ${name} cannot make the sandbox for its commands. It says: ${quoted(words)}.`,
    'Allow unprivileged user namespaces on this machine, or use another agent.',
    { severity: 'warning' },
  );

export const loggedOut = (name: string, { logIn }: Pick<AgentFacts, 'logIn'>): Problem =>
  problem('agent-logged-out', `Nobody is logged in to the agent ${name}.`, `${logIn}.`);

/** A version that nobody has tried tutti with; none for one of the same release line. */
export function untried(name: string, version: string, { tried }: Pick<AgentFacts, 'tried'>): Problem[] {
  const order = compareLines(version, tried);
  if (order === 0) return [];
  const [than, fix] =
    order > 0
      ? ['newer', 'Should it behave oddly, tell us, and use that version.']
      : ['older', 'Should it behave oddly, update it.'];
  const message = `${version} of ${name} is ${than} than what tutti was tried with (${tried}).`;
  return [problem('agent-untried', message, fix, { severity: 'info' })];
}

export const nothingKnown: AgentLogin = { state: 'unknown' };

/** Whatever happens while an agent is examined is told as one of its problems. */
export async function examined(
  name: string,
  examine: () => Promise<AgentExamination>,
): Promise<AgentExamination> {
  try {
    return await examine();
  } catch (error) {
    return { login: nothingKnown, problems: [unfit(name, (error as Error).message)] };
  }
}

/** Milliseconds that are left of a time, asked again and again. */
export function countdown(timeoutMs: number): () => number {
  const end = performance.now() + timeoutMs;
  return () => Math.max(1, Math.round(end - performance.now()));
}
