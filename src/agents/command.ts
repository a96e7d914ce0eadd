/** The `command` driver: any program becomes an agent. What it prints is shown, what it leaves is its result. */
import { Fault } from '../core/fault.ts';
import type { AgentDriver } from '../ports/agent.ts';
import type { Program } from '../process/spawn.ts';
import type { Supervisor } from '../process/supervise.ts';
import { promptOf, runSession } from './session.ts';

/**
 * @param command a program and its arguments, or text for `sh -c`; the user's own, from the configuration. A task's or
 *   a run's text (`SessionRequest.command`) is used where there is none.
 */
export function commandDriver(
  name: string,
  supervisor: Supervisor,
  command?: string | readonly string[],
): AgentDriver {
  return {
    name,
    start(request, signal) {
      const program = programOf(name, command ?? request.command);
      return runSession(supervisor, request, { program, stdin: promptOf(request) }, signal);
    },
  };
}

function programOf(name: string, command: string | readonly string[] | undefined): Program {
  if (command === undefined || command.length === 0) {
    const fix = `Say what to run: --command "TEXT", or \`command\` of the agent ${name} in tutti.yaml.`;
    throw new Fault('agent-missing', `The agent ${name} has no command.`, fix);
  }
  return typeof command === 'string' ? { shell: command } : { argv: command };
}
