/** Asks a program one question: starts it with nothing to read, takes what it prints, and leaves nothing of it. */
import { randomUUID } from 'node:crypto';
import type { AgentSurroundings } from '../ports/agent.ts';
import { type Program, StartError } from '../process/spawn.ts';
import type { Supervisor } from '../process/supervise.ts';

export type Answer =
  | { readonly kind: 'answered'; readonly exitCode: number | null; readonly text: string }
  /** It did not end in time, or nobody waits for it any more. */
  | { readonly kind: 'silent' }
  | { readonly kind: 'missing'; readonly message: string };

/** More than any of them prints. */
const MOST_LINES = 200;

/** @throws what is neither the program's doing nor that it cannot be started */
export async function askProgram(
  supervisor: Supervisor,
  program: Program,
  { cwd, env, timeoutMs }: Omit<AgentSurroundings, 'ownFolder'>,
  signal: AbortSignal,
): Promise<Answer> {
  const lines: string[] = [];
  try {
    const { reason, exitCode } = await supervisor.run(
      {
        program,
        cwd,
        env,
        mark: `examine-${randomUUID()}`,
        timeoutMs,
        onLine: (line) => {
          if (lines.length < MOST_LINES) lines.push(line);
        },
      },
      signal,
    );
    return reason === 'exited' || reason === 'crashed'
      ? { kind: 'answered', exitCode, text: lines.join('\n') }
      : { kind: 'silent' };
  } catch (error) {
    if (!(error instanceof StartError)) throw error;
    return { kind: 'missing', message: error.message };
  }
}
