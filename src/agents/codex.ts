/** The `codex` driver: `codex exec --json`, one session a process, its events as lines of JSON. */
import type { AgentDriver } from '../ports/agent.ts';
import type { Supervisor } from '../process/supervise.ts';
import { agentProgram, type ProgramOptions } from './agent-program.ts';
import { codexStream } from './codex-stream.ts';
import { JSON_LINE_BYTES } from './json-line.ts';
import { promptOf, readableBy, runSession } from './session.ts';

export function codexDriver(
  name: string,
  supervisor: Supervisor,
  { command, model }: ProgramOptions = {},
): AgentDriver {
  const args = [
    // Edits and commands in the worktree, no network; there is nobody to ask.
    ...['exec', '--json', '--sandbox', 'workspace-write'],
    ...(model === undefined ? [] : ['--model', model]),
    // The prompt comes on standard input.
    '-',
  ];
  const program = agentProgram(command, 'codex', args);
  return {
    name,
    readable: readableBy(codexStream),
    start: (request, signal) =>
      runSession(
        supervisor,
        request,
        { program, stdin: promptOf(request), lineBytes: JSON_LINE_BYTES, ...codexStream() },
        signal,
      ),
  };
}
