/** `tutti retry`: sends a task that needs somebody back to its agent. */
import { taskId } from '../../core/plan.ts';
import { type RequestOptions, requestCommand } from '../request-command.ts';

interface Options extends RequestOptions {
  readonly fresh?: boolean;
  readonly note?: string;
}

export const command = requestCommand<Options>(([task = ''], { fresh, note }) => ({
  type: 'retry-requested',
  task: taskId(task),
  ...(fresh === true ? { fresh } : {}),
  ...(note === undefined ? {} : { note }),
}));
