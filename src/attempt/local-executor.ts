/** The executor of this machine: runs attempts in worktrees of its own pool, and cleans up after an engine that died. */

import type { Executor, InterruptedAttempt, RecoveryFinding } from '../ports/executor.ts';
import type { Processes } from '../ports/processes.ts';
import { type AttemptPorts, runAttempt, runPlainCommand } from './run-attempt.ts';
import { markOf } from './session.ts';

export interface LocalExecutorPorts extends AttemptPorts {
  readonly processes: Processes;
}

export function createLocalExecutor(ports: LocalExecutorPorts): Executor {
  return {
    start: (request, signal) =>
      request.task.workspace === 'none'
        ? runPlainCommand(request, ports, signal)
        : runAttempt(request, ports, signal),
    recover: (interrupted) => recoverAttempt(interrupted, ports),
    async endLeftovers(run, only) {
      await ports.processes.endMarked(only === undefined ? run : `${run}/${only}`);
    },
    async keepWorkspace(branch, base, reason) {
      const workspace = await ports.workspaces.acquire({ branch, base, mode: 'continue' });
      await ports.workspaces.release(workspace);
      return ports.workspaces.keep(branch, reason);
    },
  };
}

async function recoverAttempt(
  { request, process, verifying }: InterruptedAttempt,
  ports: LocalExecutorPorts,
): Promise<RecoveryFinding> {
  const ended = await (process === undefined
    ? ports.processes.endMarked(markOf(request))
    : ports.processes.end(process));
  const ending = ended === 'ended' ? 'its agent was still running and was ended' : 'its agent was gone';
  if (request.task.workspace === 'none') return { action: 'start-again', detail: ending };
  const message = `${request.task.id}: work of an interrupted session`;
  const tip = await ports.workspaces.salvage(request.branch, message);
  if (tip === null) return { action: 'start-again', detail: `${ending}, its branch had not been made yet` };
  const short = tip.slice(0, 10);
  // A person's or a finished session's work is judged as it is; half a session goes on where it was.
  if (verifying === tip || request.kind === 'verify' || request.kind === 'resolve') {
    return { action: 'continue', detail: `its work was finished (${short}), only its gate runs again` };
  }
  return {
    action: 'start-again',
    detail: `${ending}, what it had done is kept on ${request.branch} (${short})`,
    commit: tip,
  };
}
