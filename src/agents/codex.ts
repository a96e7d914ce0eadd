/** The `codex` driver: `codex exec --json`, one session a process, its events as lines of JSON. */
import { codexStream } from './codex-stream.ts';
import { ownProgramDriver } from './own-program.ts';

export const codexDriver = ownProgramDriver({
  usual: 'codex',
  stream: codexStream,
  lost: /no rollout found for thread|thread\/resume failed/,
  args: ({ model, session, sandboxed }) => [
    // Edits and commands in the worktree, no network; there is nobody to ask. One sandbox can hold no other, so that
    // in ours it goes without its own.
    ...['exec', '--json', '--sandbox', sandboxed ? 'danger-full-access' : 'workspace-write'],
    ...(model === undefined ? [] : ['--model', model]),
    ...(session === undefined ? [] : ['resume', session]),
    // The prompt comes on standard input.
    '-',
  ],
});
