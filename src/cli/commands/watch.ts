/** `tutti watch`: the dashboard of a run that another process works on; as often as one likes, from anywhere in the repository. */
import { openHome } from '../../compose.ts';
import { ProblemError, problem } from '../../core/problem.ts';
import { showDashboard } from '../dashboard/show-dashboard.ts';
import { exitCode } from '../exit-code.ts';
import { currentRun, findRun } from '../find-run.ts';
import { followRun } from '../follow-run.ts';
import type { Action } from '../program.ts';
import { summaryText } from '../summary-text.ts';

export const command: Action<object> = async (terminal, [id]) => {
  if (!terminal.interactive)
    throw new ProblemError([
      problem('usage', 'There is no terminal to watch on.', 'Use `tutti status --follow`: a line per event.'),
    ]);
  const home = await openHome({ cwd: terminal.cwd, env: terminal.env, flags: {} });
  try {
    const run = id === undefined ? await currentRun(home) : findRun(home, id);
    const mirror = await followRun(home, run);
    if (mirror === undefined)
      throw new ProblemError([
        problem(
          'wrong-state',
          `No engine is at work on the run ${run}: there is nothing to watch.`,
          '`tutti status` tells how it stands, `tutti resume` goes on with it.',
        ),
      ]);
    const { how, failure } = await showDashboard(home, mirror, terminal, false);
    if (failure !== '') terminal.remark(`the screen failed: ${failure}`);
    if (how === 'rest') for (const line of summaryText(mirror.state, home.clock.now())) terminal.print(line);
    return exitCode.allDone;
  } finally {
    home.close();
  }
};
