/** `tutti land`: fast-forwards the user's branch to what a run has integrated. */
import { type Home, lockRun, openHome } from '../../compose.ts';
import { ProblemError, problem } from '../../core/problem.ts';
import { describeEvent } from '../../view/event-text.ts';
import { land } from '../attend-run.ts';
import { exitCode } from '../exit-code.ts';
import { findRun, loadRun } from '../find-run.ts';
import type { Action } from '../program.ts';
import { eventJson } from '../run-output.ts';

interface Options {
  readonly json?: boolean;
}

export const command: Action<Options> = async (terminal, [id], options) => {
  const home = await openHome({ cwd: terminal.cwd, env: terminal.env, commits: true });
  try {
    const run = findRun(home, id);
    const lock = await lockRun(home, run);
    try {
      const { state, journal } = loadRun(home, run);
      const holder = options.json === true ? undefined : await whoHasIt(home, state.settings.target);
      if (holder !== undefined) {
        terminal.print(`nothing to land: ${holder} has all that run ${run} has merged`);
        return exitCode.allDone;
      }
      const event = await land(home, state, journal);
      const refused = event.type === 'run-landed' ? event.refused : undefined;
      if (refused !== undefined) {
        throw new ProblemError([
          problem('cannot-land', refused, `See git log --graph --oneline ${state.settings.target}`),
        ]);
      }
      terminal.print(
        options.json === true ? eventJson(event, state) : `run ${run}: ${describeEvent(event, state) ?? ''}`,
      );
      return exitCode.allDone;
    } finally {
      lock.release();
    }
  } finally {
    home.close();
  }
};

/** The user's branch, when everything of the target is in it already. */
async function whoHasIt({ git }: Home, target: string): Promise<string | undefined> {
  const [tip, head] = await Promise.all([git.resolve(`refs/heads/${target}`), git.head()]);
  if (tip === null || head === null || !(await git.isAncestor(tip, head.commit))) return undefined;
  return head.branch ?? 'HEAD';
}
