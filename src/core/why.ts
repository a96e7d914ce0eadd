/** Why a task stands where it stands: from the state alone, so that a journal is all that is needed. */
import { neighbours } from './graph.ts';
import type { TaskId, Timestamp } from './plan.ts';
import { isMet, planned, positionOf, type RunState, slotsUsed, type TaskState, taskAt } from './run-state.ts';

/** One thing that holds a task, or that decided about it. */
export interface Reason {
  readonly code:
    | 'dependency'
    | 'blocked'
    | 'slot'
    | 'turn'
    | 'back-off'
    | 'baseline'
    | 'pause'
    | 'running'
    | 'queue'
    | 'person'
    | 'settled';
  readonly message: string;
  /** Tasks it is about. */
  readonly tasks: readonly TaskId[];
  /** When it is known to end. */
  readonly until?: Timestamp;
}

/** Every reason that holds now, the weightiest first. @throws RangeError when the plan has no such task */
export function why(state: RunState, task: TaskId): readonly Reason[] {
  const position = positionOf(state, task);
  const current = taskAt(state, position);
  switch (current.status) {
    case 'waiting':
      return [unmetDependencies(state, position)];
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

const reason = (code: Reason['code'], message: string, more: Partial<Reason> = {}): Reason => ({
  code,
  message,
  tasks: [],
  ...more,
});

function unmetDependencies(state: RunState, position: number): Reason {
  const unmet = Array.from(neighbours(state.graph.dependencies, position))
    .filter((dependency) => !isMet(taskAt(state, dependency)))
    .map((dependency) => ({ id: planned(state, dependency).id, status: taskAt(state, dependency).status }));
  const list = unmet.map(({ id, status }) => `${id} (${status})`).join(', ');
  return reason('dependency', `It waits for ${list}.`, { tasks: unmet.map(({ id }) => id) });
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

function whyNotStarted(state: RunState, position: number, current: TaskState): Reason[] {
  const { record } = state;
  const reasons: Reason[] = [];
  if (record.phase !== 'running')
    reasons.push(reason('pause', `The run is ${record.phase}: ${record.reason}`));
  if (record.baseline !== 'known' && state.settings.gate.length > 0) {
    reasons.push(reason('baseline', 'The gate is being tried on the base commit first.'));
  }
  const { notBefore } = current.next;
  if (notBefore > record.at) {
    reasons.push(reason('back-off', `It backs off after: ${current.failure?.message}`, { until: notBefore }));
  }
  if (slotsUsed(state) >= record.slots) {
    const holders = state.index.slots.filter((one) => one !== -1).map((one) => planned(state, one).id);
    const slots = record.slots === 1 ? 'The only slot is taken' : `All ${record.slots} slots are taken`;
    reasons.push(reason('slot', `${slots}: ${holders.join(', ')}.`, { tasks: holders }));
  }
  const ahead = turnOf(state, position);
  if (ahead > 0)
    reasons.push(
      reason(
        'turn',
        `${ahead === 1 ? 'One ready task goes' : `${ahead} ready tasks go`} first (order: ${state.settings.order}).`,
      ),
    );
  return reasons.length > 0 ? reasons : [reason('turn', 'Nothing holds it: it starts next.')];
}

function turnOf(state: RunState, position: number): number {
  return state.tasks.filter(
    ({ status }, other) =>
      status === 'ready' && (state.ranks[other] as number) < (state.ranks[position] as number),
  ).length;
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
