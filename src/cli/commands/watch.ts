/** `tutti watch`: the dashboard of a run that another process works on, or that has come to rest; as often as one likes. */
import { type Home, openHome } from '../../compose.ts';
import { ProblemError, problem } from '../../core/problem.ts';
import type { RunState } from '../../core/run-state.ts';
import { showDashboard } from '../dashboard/show-dashboard.ts';
import { exitCode } from '../exit-code.ts';
import { currentRun, findRun } from '../find-run.ts';
import { followRun, standingRun } from '../follow-run.ts';
import type { Action } from '../program.ts';
import { goneText } from '../status-text.ts';
import { summaryText } from '../summary-text.ts';
import type { Terminal } from '../terminal.ts';

export const command: Action<object> = async (terminal, [id]) => {
  if (!terminal.interactive)
    throw new ProblemError([
      problem('usage', 'There is no terminal to watch on.', 'Use `tutti status --follow`: a line per event.'),
    ]);
  const home = await openHome(terminal);
  try {
    const run = id === undefined ? await currentRun(home) : findRun(home, id);
    for (;;) {
      const mirror = (await followRun(home, run)) ?? standingRun(home, run);
      const { how, failure } = await showDashboard(home, mirror, terminal, false);
      if (failure !== '') terminal.remark(`the screen failed: ${failure}`);
      if (how === 'left') return exitCode.allDone;
      if (mirror.isLive) return tellRest(mirror.state, home, terminal);
    }
  } finally {
    home.close();
  }
};

/** @returns 0 too when the run has ended with tasks not done: who watches has seen it */
function tellRest(state: RunState, home: Home, terminal: Terminal): number {
  if (state.record.phase !== 'running' && state.record.phase !== 'draining') {
    for (const line of summaryText(state, home.clock.now())) terminal.print(line);
    return exitCode.allDone;
  }
  terminal.remark(goneText(state.run));
  return exitCode.paused;
}
