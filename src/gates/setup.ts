/** Prepares a worktree for work by the user's own commands (`setup:` in tutti.yaml). When that is due is not its affair. */
import { basename } from 'node:path';
import { Fault } from '../core/fault.ts';
import { StartError } from '../process/spawn.ts';
import type { Supervisor } from '../process/supervise.ts';

export interface SetupOptions {
  readonly supervisor: Supervisor;
  readonly env: Readonly<Record<string, string>>;
  /** Each is run by `sh -c`, in order. */
  readonly commands: readonly string[];
  readonly logFile: string;
  /** What the marks of all set-ups begin with. */
  readonly mark: string;
}

/** A hung installation must not hold a slot for ever. */
const LIMIT_MS = 30 * 60_000;

/**
 * Runs the commands in a worktree; rejects with the signal's reason when that aborts, and leaves nothing running.
 * @throws Fault `workspace-unavailable` with the end of the output of the first command that fails
 */
export async function runSetup(
  cwd: string,
  { supervisor, env, commands, logFile, mark }: SetupOptions,
  signal: AbortSignal,
): Promise<void> {
  // Whoever ends a set-up ends all that carries its mark: those in other worktrees must not.
  const ownMark = `${mark}/${basename(cwd)}`;
  const failed = (command: string, how: string, cause?: unknown): Fault =>
    new Fault(
      'workspace-unavailable',
      `The set-up command "${command}" failed in a worktree (${how})`,
      `Mend \`setup\` in tutti.yaml (log: ${logFile}), then \`tutti resume\`.`,
      { cause },
    );
  for (const command of commands) {
    const end = await supervisor
      .run({ program: { shell: command }, cwd, env, logFile, mark: ownMark, timeoutMs: LIMIT_MS }, signal)
      .catch((error: unknown) => {
        throw error instanceof StartError ? failed(command, error.message, error) : error;
      });
    if (end.reason === 'cancelled') throw signal.reason;
    if (end.reason === 'exited' && end.exitCode === 0) continue;
    const how = end.reason === 'exited' ? `code ${end.exitCode}` : end.reason;
    throw failed(command, `${how}: ${end.tail.trim().split('\n').at(-1) ?? ''}`);
  }
}
