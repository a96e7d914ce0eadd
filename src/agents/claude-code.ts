/** The `claude-code` driver: Claude Code without a screen, one session a process, its events as lines of JSON. */
import type { AgentDriver } from '../ports/agent.ts';
import type { Supervisor } from '../process/supervise.ts';
import { agentProgram, type ProgramOptions } from './agent-program.ts';
import { claudeCodeStream } from './claude-code-stream.ts';
import { JSON_LINE_BYTES } from './json-line.ts';
import { promptOf, readableBy, runSession } from './session.ts';

/** Edits and commands in the worktree; whatever else it asks for is denied at once, because nobody is there to answer. */
const ALLOWED = ['Bash', 'Edit', 'Glob', 'Grep', 'NotebookEdit', 'Read', 'Task', 'TodoWrite', 'Write'];

export function claudeCodeDriver(
  name: string,
  supervisor: Supervisor,
  { command, model }: ProgramOptions = {},
): AgentDriver {
  const args = [
    ...['-p', '--output-format', 'stream-json', '--verbose'],
    ...['--permission-mode', 'acceptEdits', '--allowedTools', ALLOWED.join(',')],
    ...(model === undefined ? [] : ['--model', model]),
  ];
  const program = agentProgram(command, 'claude', args);
  return {
    name,
    readable: readableBy(claudeCodeStream),
    start: (request, signal) =>
      runSession(
        supervisor,
        request,
        { program, stdin: promptOf(request), lineBytes: JSON_LINE_BYTES, ...claudeCodeStream() },
        signal,
      ),
  };
}
