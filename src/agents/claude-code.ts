/** The `claude-code` driver: Claude Code without a screen, one session a process, its events as lines of JSON. */
import { claudeCodeStream } from './claude-code-stream.ts';
import { ownProgramDriver } from './own-program.ts';

/** Edits and commands in the worktree; whatever else it asks for is denied at once, because nobody is there to answer. */
const ALLOWED = ['Bash', 'Edit', 'Glob', 'Grep', 'NotebookEdit', 'Read', 'Task', 'TodoWrite', 'Write'];

export const claudeCodeDriver = ownProgramDriver({
  usual: 'claude',
  stream: claudeCodeStream,
  lost: /No conversation found with session ID/,
  args: ({ model, session }) => [
    ...['-p', '--output-format', 'stream-json', '--verbose'],
    ...['--permission-mode', 'acceptEdits', '--allowedTools', ALLOWED.join(',')],
    ...(model === undefined ? [] : ['--model', model]),
    ...(session === undefined ? [] : ['--resume', session]),
  ],
});
