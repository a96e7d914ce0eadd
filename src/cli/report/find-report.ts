/** Reads a run's journal and asks git what its merges brought: what a report is made of. */
import type { Home } from '../../compose.ts';
import type { RunId } from '../../core/plan.ts';
import { makeReport } from '../../view/make-report.ts';
import type { Report } from '../../view/report.ts';
import { readHistory } from '../../view/run-history.ts';

/** @param current the run that commands mean when none is named */
export async function findReport(home: Home, run: RunId, current: RunId): Promise<Report> {
  const owner = await home.owner();
  const history = readHistory(home.journal(run).read(0));
  const commits = history.state.tasks.flatMap(({ status, commit: id }) =>
    status === 'done' && id !== null ? [id] : [],
  );
  return makeReport(history, {
    now: owner?.run === run ? home.clock.now() : null,
    isCurrent: run === current,
    lines: await home.git.sizesOf(commits),
  });
}
