/** Our own bugs: thrown where an impossible thing happened, and never caught but to end the process. */
import type { TaskId } from './plan.ts';

export class InvariantViolation extends Error {
  readonly task: TaskId | undefined;

  constructor(message: string, task?: TaskId) {
    super(task === undefined ? message : `${task}: ${message}`);
    this.name = 'InvariantViolation';
    this.task = task;
  }
}
