/** `tutti watch`: the dashboard of a run that another process works on, or that has come to rest; as often as one likes. */
import { openHome } from '../../compose.ts';
import { ProblemError, problem } from '../../core/problem.ts';
import { showDashboard } from '../dashboard/show-dashboard.ts';
import { exitCode } from '../exit-code.ts';
import { currentRun, findRun } from '../find-run.ts';
import { followRun, standingRun } from '../follow-run.ts';
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
    const mirror = (await followRun(home, run)) ?? standingRun(home, run);
    const { how, failure } = await showDashboard(home, mirror, terminal, false);
    if (failure !== '') terminal.remark(`the screen failed: ${failure}`);
    if (how === 'rest') for (const line of summaryText(mirror.state, home.clock.now())) terminal.print(line);
    return exitCode.allDone;
  } finally {
    home.close();
  }
};
