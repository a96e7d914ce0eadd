/** What integration events do to the state. One integration runs at a time; a failed one goes back to its agent. */
import type { Event } from './event.ts';
import { InvariantViolation } from './invariant-violation.ts';
import type { Commit, TaskId, Timestamp } from './plan.ts';
import { goOn } from './reduce-attempt.ts';
import { positionOf, type RunState, taskAt } from './run-state.ts';
import { settle } from './transitions.ts';

type IntegrationEvent = Extract<
  Event,
  {
    type:
      | 'integration-started'
      | 'task-integrated'
      | 'integration-failed'
      | 'integration-interrupted'
      | 'integration-recovered';
  }
>;

export function reduceIntegration(state: RunState, event: IntegrationEvent): void {
  const { record } = state;
  const position = positionOf(state, event.task);
  if (event.type === 'integration-started') {
    if (record.integrating !== -1) throw new InvariantViolation('two integrations at once', event.task);
    if (taskAt(state, position).status !== 'integrating')
      throw new InvariantViolation('not in the queue', event.task);
    record.integrationQueue.splice(record.integrationQueue.indexOf(position), 1);
    record.integrating = position;
    return;
  }
  if (record.integrating !== position) throw new InvariantViolation('it is not being integrated', event.task);
  switch (event.type) {
    case 'task-integrated':
      integrated(state, position, event.commit, event.at);
      return;
    case 'integration-failed':
      failed(state, position, event);
      return;
    case 'integration-interrupted':
      queueAgain(state, position, event.at);
      return;
    case 'integration-recovered':
      if (event.action === 'kept') integrated(state, position, keptCommit(event), event.at);
      else queueAgain(state, position, event.at);
      return;
  }
}

function integrated(state: RunState, position: number, commit: Commit, at: Timestamp): void {
  const task = taskAt(state, position);
  task.commit = commit;
  task.failure = null;
  state.record.targetTip = commit;
  settle(state, position, 'done', at);
}

function failed(
  state: RunState,
  position: number,
  event: Extract<Event, { type: 'integration-failed' }>,
): void {
  const task = taskAt(state, position);
  state.record.targetTip = event.onto;
  task.commit = null;
  task.failure = event.failure;
  if (task.cancelRequested) settle(state, position, 'cancelled', event.at);
  else goOn(state, position, { kind: 'work', merge: false }, event.failure, event.at);
}

/** Its turn comes again first: it was first before. */
function queueAgain(state: RunState, position: number, at: Timestamp): void {
  state.record.integrating = -1;
  if (taskAt(state, position).cancelRequested) {
    // Still in status `integrating`, in no queue: settling takes it out.
    settle(state, position, 'cancelled', at);
    return;
  }
  state.record.integrationQueue.unshift(position);
}

function keptCommit(event: { readonly commit?: Commit; readonly task: TaskId }): Commit {
  if (event.commit === undefined) throw new InvariantViolation('kept without a commit', event.task);
  return event.commit;
}
