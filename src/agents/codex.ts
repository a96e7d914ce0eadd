/** The `codex` driver: `codex exec --json`, one session a process, its events as lines of JSON. */
import { codexStream } from './codex-stream.ts';
import { ownProgramDriver } from './own-program.ts';

export const codexDriver = ownProgramDriver({
  usual: 'codex',
  stream: codexStream,
  lost: /no rollout found for thread|thread\/resume failed/,
  args: (model, session) => [
    // Edits and commands in the worktree, no network; there is nobody to ask.
    ...['exec', '--json', '--sandbox', 'workspace-write'],
    ...(model === undefined ? [] : ['--model', model]),
    ...(session === undefined ? [] : ['resume', session]),
    // The prompt comes on standard input.
    '-',
  ],
});
