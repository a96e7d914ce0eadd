/** Drivers of agents that have a program of their own, which is given one prompt and prints what it does as data. */
import type { AgentDriver } from '../ports/agent.ts';
import type { Program } from '../process/spawn.ts';
import type { Supervisor } from '../process/supervise.ts';
import { JSON_LINE_BYTES } from './json-line.ts';
import { type AgentStream, promptOf, readableBy, runSession } from './session.ts';

/** How an agent is configured that has a program of its own. */
export interface ProgramOptions {
  /** A program and its first arguments, or text for `sh -c`; by default the agent's usual name. */
  readonly command?: string | readonly string[];
  readonly model?: string;
}

/** What such an agent is. */
export interface OwnProgram {
  /** Its program when the configuration names none. */
  readonly usual: string;
  readonly args: (model: string | undefined, sandboxed: boolean) => readonly string[];
  /** What it prints; one for each session. */
  readonly stream: () => AgentStream;
}

/** The driver of such an agent; the prompt comes on its standard input. */
export const ownProgramDriver =
  ({ usual, args, stream }: OwnProgram) =>
  (name: string, supervisor: Supervisor, { command, model }: ProgramOptions = {}): AgentDriver => {
    return {
      name,
      readable: readableBy(stream),
      start(request, signal) {
        const program = agentProgram(command, usual, args(model, request.sandbox !== undefined));
        return runSession(
          supervisor,
          request,
          { program, stdin: promptOf(request), lineBytes: JSON_LINE_BYTES, ...stream() },
          signal,
        );
      },
    };
  };

/**
 * The command line of an agent.
 * @param command the configuration's: a program and its first arguments, or text for `sh -c` that the arguments follow
 * @param usual the program when the configuration names none
 */
export function agentProgram(
  command: string | readonly string[] | undefined,
  usual: string,
  args: readonly string[],
): Program {
  if (command === undefined || command.length === 0) return { argv: [usual, ...args] };
  if (typeof command !== 'string') return { argv: [...command, ...args] };
  return { argv: ['sh', '-c', `${command} "$@"`, usual, ...args] };
}
