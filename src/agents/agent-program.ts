/** The command line of an agent that has a program of its own: what the configuration names, with the driver's arguments. */
import type { Program } from '../process/spawn.ts';

/** How an agent is configured that has a program of its own. */
export interface ProgramOptions {
  /** A program and its first arguments, or text for `sh -c`; by default the agent's usual name. */
  readonly command?: string | readonly string[];
  readonly model?: string;
}

/**
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
