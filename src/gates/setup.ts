/** Prepares a new worktree for work by the user's own commands (`setup:` in tutti.yaml). */
import { Fault } from '../core/fault.ts';
import type { Supervisor } from '../process/supervise.ts';

export interface SetupOptions {
  readonly supervisor: Supervisor;
  readonly env: Readonly<Record<string, string>>;
  /** Each is run by `sh -c`, in order. */
  readonly commands: readonly string[];
  readonly logFile: string;
  readonly mark: string;
}

/** A hung installation must not hold a slot for ever. */
const LIMIT_MS = 30 * 60_000;

/** @throws Fault `workspace-unavailable` with the end of the output of the first command that fails */
export async function runSetup(cwd: string, options: SetupOptions): Promise<void> {
  const { supervisor, env, commands, logFile, mark } = options;
  for (const command of commands) {
    const end = await supervisor.run(
      { program: { shell: command }, cwd, env, logFile, mark, timeoutMs: LIMIT_MS },
      new AbortController().signal,
    );
    if (end.reason === 'exited' && end.exitCode === 0) continue;
    const how = end.reason === 'exited' ? `code ${end.exitCode}` : end.reason;
    throw new Fault(
      'workspace-unavailable',
      `The set-up command "${command}" failed in a new worktree (${how}): ${end.tail.trim().split('\n').at(-1) ?? ''}`,
      `Mend \`setup\` in tutti.yaml (log: ${logFile}), then \`tutti resume\`.`,
    );
  }
}
