/** What an attempt is told of the tasks before its own: what became of them, from the state alone. */
import { neighbours } from '../core/graph.ts';
import { planned, type RunState, taskAt } from '../core/run-state.ts';
import type { AttemptRequest, Dependency } from '../ports/executor.ts';

/** More ids than that tell an agent nothing. */
const MOST_FURTHER = 20;

/** The dependencies of a task, in the order of the plan, and those of theirs when they are few. */
export function dependencyFacts(
  state: RunState,
  position: number,
): Pick<AttemptRequest, 'dependencies' | 'furtherDependencies'> {
  const direct = [...neighbours(state.graph.dependencies, position)];
  return {
    dependencies: direct.map((dependency) => dependencyFact(state, dependency)),
    furtherDependencies: further(state, direct).map((dependency) => planned(state, dependency).id),
  };
}

function dependencyFact(state: RunState, position: number): Dependency {
  const { id, title } = planned(state, position);
  const { status, commit, summary } = taskAt(state, position);
  if (status === 'done' || status === 'skipped') {
    return { task: id, title, outcome: 'done', commit, ...(summary === null ? {} : { summary }) };
  }
  return { task: id, title, outcome: status === 'cancelled' ? 'given-up' : 'open', commit: null };
}

/** Whatever the dependencies depend on; empty as soon as it is too much. */
function further(state: RunState, direct: readonly number[]): readonly number[] {
  // Beside so many none is worth a look, and looking stays cheap in a plan of any size.
  if (direct.length > MOST_FURTHER) return [];
  const seen = new Set(direct);
  const open = [...direct];
  const found: number[] = [];
  for (let next = open.shift(); next !== undefined; next = open.shift()) {
    for (const dependency of neighbours(state.graph.dependencies, next)) {
      if (seen.has(dependency)) continue;
      seen.add(dependency);
      found.push(dependency);
      open.push(dependency);
      if (found.length > MOST_FURTHER) return [];
    }
  }
  return found.sort((a, b) => a - b);
}
