/** Examines an agent that has a program of its own: asks for its version, then who is logged in. */
import type { Problem } from '../core/problem.ts';
import type { AgentExamination, AgentLogin, AgentSurroundings } from '../ports/agent.ts';
import type { Program } from '../process/spawn.ts';
import type { Supervisor } from '../process/supervise.ts';
import { type AgentFacts, isAtLeast } from './agent-facts.ts';
import { type Answer, askProgram } from './ask-program.ts';
import {
  countdown,
  examined,
  loggedOut,
  noSandbox,
  nothingKnown,
  notStarted,
  silent,
  unfit,
  untried,
} from './examination.ts';

export interface ExaminedProgram {
  /** The agent's name. */
  readonly name: string;
  readonly facts: AgentFacts;
  /** Its command line with these arguments. */
  readonly withArgs: (args: readonly string[]) => Program;
  /** The configured command, its words joined; empty when there is none. */
  readonly command: string;
}

export const examineProgram = (
  supervisor: Supervisor,
  examinee: ExaminedProgram,
  surroundings: AgentSurroundings,
  signal: AbortSignal,
): Promise<AgentExamination> =>
  examined(examinee.name, async () => {
    const { name, facts, withArgs } = examinee;
    const leftMs = countdown(surroundings.timeoutMs);
    const ask = (args: readonly string[]): Promise<Answer> =>
      askProgram(supervisor, withArgs(args), { ...surroundings, timeoutMs: leftMs() }, signal);
    const told = await ask(['--version']);
    if (told.kind === 'missing') return { login: nothingKnown, problems: [notStarted(name, told.message)] };
    if (told.kind === 'silent')
      return { login: nothingKnown, problems: [silent(name, surroundings.timeoutMs)] };
    const version = facts.version.exec(told.text)?.[1];
    // A wrapper need not know the question. One that fails at it may be broken.
    if (version === undefined)
      return {
        login: nothingKnown,
        problems: told.exitCode === 0 ? [] : [unfit(name, told.text, 'warning')],
      };
    const [login, sandbox] = await Promise.all([
      askLogin(examinee, version, ask, surroundings),
      surroundings.sandboxed ? [] : askSandbox(examinee, version, ask),
    ]);
    return {
      version,
      login: login === 'silent' ? nothingKnown : login,
      problems: [
        ...(login === 'silent' ? [silent(name, surroundings.timeoutMs)] : []),
        ...(login !== 'silent' && login.state === 'out' ? [loggedOut(name, facts)] : []),
        ...sandbox,
        ...untried(name, version, facts),
      ],
    };
  });

/** Without it none of the agent's commands would run. One that does not answer says so elsewhere. */
async function askSandbox(
  { name, facts: { sandbox } }: ExaminedProgram,
  version: string,
  ask: (args: readonly string[]) => Promise<Answer>,
): Promise<readonly Problem[]> {
  if (sandbox === undefined || !isAtLeast(version, sandbox.since)) return [];
  const answer = await ask(sandbox.args);
  if (answer.kind !== 'answered' || answer.exitCode === 0) return [];
  return [noSandbox(name, answer.text.split('\n').at(-1) ?? '')];
}

async function askLogin(
  { facts: { login }, command }: ExaminedProgram,
  version: string,
  ask: (args: readonly string[]) => Promise<Answer>,
  { env }: AgentSurroundings,
): Promise<AgentLogin | 'silent'> {
  if (login === undefined || login.never?.test(command)) return nothingKnown;
  if (login.since !== undefined && !isAtLeast(version, login.since)) return nothingKnown;
  const answer = await ask(login.args);
  if (answer.kind === 'silent') return 'silent';
  return answer.kind === 'missing' ? nothingKnown : login.read({ ...answer, env, command });
}
