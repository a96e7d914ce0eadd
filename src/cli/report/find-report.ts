/** Reads a run's journal and asks git what its merges brought: what a report is made of. */
import type { Home } from '../../compose.ts';
import type { RunId } from '../../core/plan.ts';
import { makeReport } from '../../view/make-report.ts';
import type { Report } from '../../view/report.ts';
import { readHistory } from '../../view/run-history.ts';
import { currentRun, findRun } from '../find-run.ts';

export async function findReport(home: Home, run: RunId): Promise<Report> {
  const owner = await home.owner();
  const history = readHistory(home.journal(run).read(0));
  const commits = history.state.tasks.flatMap(({ status, commit: id }) =>
    status === 'done' && id !== null ? [id] : [],
  );
  return makeReport(history, {
    now: owner?.run === run ? home.clock.now() : null,
    // Some commands mean the newest run when none is named, others the one an engine is at work on.
    isCurrent: run === findRun(home, undefined) && run === (await currentRun(home)),
    lines: await home.git.sizesOf(commits),
  });
}
