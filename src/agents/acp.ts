/** The `acp` driver: agents that speak the Agent Client Protocol over their standard input and output. */
import { Fault } from '../core/fault.ts';
import type { AgentDriver } from '../ports/agent.ts';
import type { Supervisor } from '../process/supervise.ts';
import { acpConversation, readableAcp } from './acp-conversation.ts';
import { examineAcp } from './examine-acp.ts';
import { JSON_LINE_BYTES } from './json-line.ts';
import { openCodeMeter } from './opencode-usage.ts';
import { agentProgram, type ProgramOptions } from './own-program.ts';
import { withOwnState } from './own-state.ts';
import { runSession } from './session.ts';

/** Holds whole files, and must not be cut: a message that is lost keeps both sides waiting. */
const MESSAGE_BYTES = 64 * JSON_LINE_BYTES;

export function acpDriver(
  name: string,
  supervisor: Supervisor,
  { command, model }: ProgramOptions,
): AgentDriver {
  return {
    name,
    readable: readableAcp,
    ...(command === undefined
      ? {}
      : {
          examine: (surroundings, signal) => {
            const program = agentProgram(command, name, []);
            return examineAcp(supervisor, { name, command, model, program }, surroundings, signal);
          },
        }),
    start(request, signal) {
      if (command === undefined) {
        const fix = `Say what to run: \`command\` of the agent ${name} in tutti.yaml.`;
        throw new Fault('agent-missing', `The agent ${name} has no command.`, fix);
      }
      const env = withOwnState(command, request.ownFolder, request.env);
      return runSession(
        supervisor,
        { ...request, env },
        {
          program: agentProgram(command, name, []),
          stdin: { pipe: true },
          lineBytes: MESSAGE_BYTES,
          ...acpConversation(request, request.model ?? model, (session) =>
            openCodeMeter(request.ownFolder, session),
          ),
        },
        signal,
      );
    },
  };
}
