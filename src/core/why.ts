/** Why a task stands where it stands: from the state alone, so that a journal is all that is needed. */
import { neighbours } from './graph.ts';
import type { TaskId } from './plan.ts';
import { type Reason, reason } from './reason.ts';
import { isMet, planned, positionOf, type RunState, type TaskState, taskAt } from './run-state.ts';
import { expectedEnd, whyNotStarted, whyPaused, whyRunHolds, whyWave } from './why-not-started.ts';

/** Every reason that holds now, the weightiest first. @throws RangeError when the plan has no such task */
export function why(state: RunState, task: TaskId): readonly Reason[] {
  const position = positionOf(state, task);
  const current = taskAt(state, position);
  switch (current.status) {
    case 'waiting':
      return whyWaiting(state, position, current);
    case 'blocked':
      return [blockedBy(state, current)];
    case 'ready':
      return whyNotStarted(state, position, current);
    case 'running':
    case 'verifying':
      return [whyRunning(current)];
    case 'integrating':
      return [whyIntegrating(state, position)];
    case 'needs-attention':
    case 'needs-review':
      return [whyPerson(state, position, current)];
    case 'done':
    case 'skipped':
    case 'cancelled':
      return [whySettled(current)];
  }
}

const whyWaiting = (state: RunState, position: number, current: TaskState): Reason[] => [
  ...whyRunHolds(state),
  ...whyPaused(state, position, current),
  unmetDependencies(state, position),
  ...whyWave(state, position),
];

function unmetDependencies(state: RunState, position: number): Reason {
  const unmet = Array.from(neighbours(state.graph.dependencies, position)).filter(
    (dependency) => !isMet(taskAt(state, dependency)),
  );
  const ids = unmet.map((dependency) => planned(state, dependency).id);
  const list = unmet.map((dependency, index) => `${ids[index]} (${taskAt(state, dependency).status})`);
  const ends = unmet.map((dependency) => expectedEnd(state, dependency));
  // While one of them has not begun, nobody knows.
  const until = ends.every((end) => end !== undefined) ? { until: Math.max(...(ends as number[])) } : {};
  return reason('dependency', `It waits for ${list.join(', ')}.`, { tasks: ids, ...until });
}

function blockedBy(state: RunState, current: TaskState): Reason {
  const cause = planned(state, current.rootCause).id;
  const { status, failure } = taskAt(state, current.rootCause);
  const what = failure === null ? '' : ` ${failure.message}`;
  const ways =
    status === 'cancelled'
      ? `\`tutti cancel ${cause} --satisfied\` or \`tutti retry ${cause}\``
      : `\`tutti why ${cause}\``;
  return reason('blocked', `It is blocked by ${cause}, which is ${status}.${what} See ${ways}.`, {
    tasks: [cause],
  });
}

function whyRunning({ attempt, status }: TaskState): Reason {
  const doing = status === 'verifying' ? 'its gate runs' : `${attempt?.agent} works on it`;
  return reason(
    'running',
    `Attempt ${attempt?.id} (${attempt?.kind}) holds slot ${attempt?.slot}: ${doing}.`,
  );
}

function whyIntegrating(state: RunState, position: number): Reason {
  if (state.record.integrating === position) return reason('queue', 'It is being merged now.');
  const place = state.record.integrationQueue.indexOf(position) + 1;
  return reason('queue', `It is number ${place} in the merge queue.`);
}

function whyPerson(state: RunState, position: number, current: TaskState): Reason {
  const { id, autonomous } = planned(state, position);
  const what =
    current.failure === null && !autonomous
      ? 'Its plan says that a person does it.'
      : `${current.charged} of ${current.chargedLimit} sessions used. Last: ${current.failure?.message ?? 'none'}`;
  const where = current.kept === null ? `branch ${state.branches[position]}` : current.kept;
  const orRetry = autonomous ? `, or \`tutti retry ${id}\`` : '';
  return reason('person', `${what} Mend it in ${where}, then \`tutti resolve ${id}\`${orRetry}.`);
}

function whySettled({ status, commit }: TaskState): Reason {
  if (status === 'cancelled') return reason('settled', 'It was cancelled by request.');
  if (status === 'skipped') {
    const where = commit === null ? 'its source says so' : `commit ${commit.slice(0, 10)}`;
    return reason('settled', `It was done before this run (${where}).`);
  }
  return reason('settled', commit === null ? 'It is done.' : `It is done: commit ${commit.slice(0, 10)}.`);
}
