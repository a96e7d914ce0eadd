/** `tutti resolve`: a person has done the task; with `--done`, it is in the target already. */
import { taskId } from '../../core/plan.ts';
import { ProblemError, problem } from '../../core/problem.ts';
import { loadRun } from '../find-run.ts';
import { type RequestOptions, requestCommand } from '../request-command.ts';

interface Options extends RequestOptions {
  readonly done?: string;
}

export const command = requestCommand<Options>(async ([task = ''], { done }, { home, run }) => {
  const request = { type: 'resolve-requested', task: taskId(task) } as const;
  if (done === undefined) return request;
  const commit = await home.git.resolve(done);
  const { settings } = loadRun(home, run).state;
  const tip = await home.git.resolve(`refs/heads/${settings.target}`);
  if (commit === null || tip === null || !(await home.git.isAncestor(commit, tip))) {
    const fix = `Name a commit that ${settings.target} contains, or leave --done out to have your worktree integrated.`;
    throw new ProblemError([problem('wrong-state', `${done} is not in the target ${settings.target}.`, fix)]);
  }
  return { ...request, commit, tip };
});
