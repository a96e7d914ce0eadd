/** `tutti pause`: nothing new starts; with `--now`, what runs is cancelled as well; with a task, only that one. */
import { taskId } from '../../core/plan.ts';
import { type RequestOptions, requestCommand } from '../request-command.ts';

export const command = requestCommand<RequestOptions & { readonly now?: boolean }>(([task], { now }) => {
  if (task !== undefined) return { type: 'pause-requested', task: taskId(task) };
  return { type: now === true ? 'stop-requested' : 'pause-requested' };
});
