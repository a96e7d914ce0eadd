/** What somebody who looks at a prompt should know beside it. */
import { neighbours } from '../core/graph.ts';
import { isMet, planned, type RunState, taskAt } from '../core/run-state.ts';

const MOST_NAMED = 5;

/** Lines for people; none when the prompt is what an agent is told as it is. */
export function promptRemarks(state: RunState, position: number): readonly string[] {
  const { id } = planned(state, position);
  const { status, attempt } = taskAt(state, position);
  if (attempt !== null) return [];
  if (status === 'done' || status === 'skipped') return [`${id} is ${status}: no agent will be told this.`];
  if (status === 'needs-attention' || status === 'needs-review' || status === 'cancelled')
    return [`${id} is ${status}: this is what its agent is told after \`tutti retry ${id}\`.`];
  const open = [...neighbours(state.graph.dependencies, position)].filter(
    (dependency) => !isMet(taskAt(state, dependency)),
  );
  if (open.length === 0) return [];
  const names = open.slice(0, MOST_NAMED).map((dependency) => planned(state, dependency).id);
  const more = open.length > MOST_NAMED ? ` and ${open.length - MOST_NAMED} more` : '';
  const verb = open.length === 1 ? 'is' : 'are';
  return [`${names.join(', ')}${more} ${verb} not done yet: what came of that will stand in the prompt.`];
}
