/** Finds the task a command is about. */
import { nearestNames } from '../core/nearest.ts';
import { taskId } from '../core/plan.ts';
import { ProblemError, problem } from '../core/problem.ts';
import type { RunState } from '../core/run-state.ts';

/** The position of a task of this run. @throws ProblemError `unknown-task`, with those that may be meant */
export function findTask({ graph }: RunState, id: string): number {
  const position = graph.positions.get(taskId(id));
  if (position !== undefined) return position;
  const near = nearestNames(id, graph.ids).join(', ');
  const fix = near === '' ? '`tutti status --all` lists them.' : `Did you mean ${near}?`;
  throw new ProblemError([problem('unknown-task', `The plan has no task ${id}.`, fix)]);
}
