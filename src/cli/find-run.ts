/** Finds the run a command is about, and its state from the journal. */
import type { Home } from '../compose.ts';
import { type RunId, runId } from '../core/plan.ts';
import { ProblemError, problem } from '../core/problem.ts';
import type { RunState } from '../core/run-state.ts';
import { replay } from '../engine/replay.ts';
import type { Journal } from '../ports/journal.ts';

/** The run of that id, else the newest of the repository. @throws ProblemError `no-run` */
export function findRun(home: Home, id: string | undefined): RunId {
  if (id === undefined) {
    const newest = home.runs.all()[0];
    if (newest) return newest.id;
    throw new ProblemError([
      problem('no-run', 'There is no run in this repository yet.', 'Start one: tutti run PLAN'),
    ]);
  }
  return existing(home, id);
}

/** The run an engine is at work on, else the newest. */
export async function currentRun(home: Home): Promise<RunId> {
  const owner = await home.owner();
  // `init` and `clean` hold the lock, too, and are no runs.
  return owner !== undefined && home.runs.find(owner.run) ? owner.run : findRun(home, undefined);
}

/** The last run that is not finished, else the newest; undefined when there is none. */
export const lastRun = ({ runs }: Pick<Home, 'runs'>): RunId | undefined =>
  (runs.lastUnfinished() ?? runs.all()[0])?.id;

/** The run to resume: the given one, else the last that is not finished. @throws ProblemError `no-run` */
export function findRunToResume(home: Home, id: string | undefined): RunId {
  if (id !== undefined) return existing(home, id);
  const unfinished = home.runs.lastUnfinished();
  if (unfinished) return unfinished.id;
  throw new ProblemError([
    problem('no-run', 'No run of this repository is unfinished.', 'Start one: tutti run PLAN'),
  ]);
}

function existing(home: Home, id: string): RunId {
  const found = home.runs.find(runId(id));
  if (found) return found.id;
  const known = home.runs
    .all()
    .slice(0, 5)
    .map((row) => row.id)
    .join(', ');
  const fix = known === '' ? 'There is none in this repository yet.' : `There are: ${known}.`;
  throw new ProblemError([problem('no-run', `There is no run ${id} here.`, fix)]);
}

export interface FoundRun {
  readonly state: RunState;
  readonly journal: Journal;
}

/** The run's state as its journal has it now. */
export function loadRun(home: Home, run: RunId): FoundRun {
  const journal = home.journal(run);
  return { journal, state: replay(journal) };
}
