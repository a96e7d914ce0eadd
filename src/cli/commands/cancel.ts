/** `tutti cancel`: one task, or the whole run after a question. */
import { taskId } from '../../core/plan.ts';
import { ProblemError, problem } from '../../core/problem.ts';
import { type RequestOptions, requestCommand } from '../request-command.ts';

interface Options extends RequestOptions {
  readonly satisfied?: boolean;
  readonly yes?: boolean;
}

export const command = requestCommand<Options>(async ([task], { satisfied, yes }, { run, terminal }) => {
  if (task !== undefined) {
    return { type: 'cancel-requested', task: taskId(task), ...(satisfied === true ? { satisfied } : {}) };
  }
  if (yes !== true && !terminal.interactive) {
    const fix = 'Name a task to cancel only that, or add --yes.';
    throw new ProblemError([problem('confirmation-needed', `This cancels the whole run ${run}.`, fix)]);
  }
  const agreed = yes === true || (await terminal.ask(`Cancel the whole run ${run}?`));
  return agreed ? { type: 'cancel-requested' } : undefined;
});
