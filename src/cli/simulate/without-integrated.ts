/** What is left of a plan in a repository: tasks that earlier runs have brought into it count as done. */
import type { Plan } from '../../core/plan.ts';

/**
 * The plan with those tasks as done that a new run would skip: they are in its target, else in what is checked out.
 * Where git says nothing, the plan as it is.
 */
export async function withoutIntegrated(plan: Plan, cwd: string, target: string | undefined): Promise<Plan> {
  // Loaded only in a repository: it is most of the program.
  const compose = await import('../../compose.ts');
  const { repository } = await compose.openRepository(cwd).catch(() => ({ repository: undefined }));
  if (repository === undefined) return plan;
  const own = target === undefined ? null : await compose.resolveCommit(repository, `refs/heads/${target}`);
  const base = own ?? (await compose.readHead(repository))?.commit;
  if (base === undefined) return plan;
  const integrated = await compose.tasksIntegrated(repository, plan.name, base);
  const tasks = plan.tasks.map((task) =>
    integrated.has(task.id) ? { ...task, status: 'done' as const } : task,
  );
  return { ...plan, tasks };
}
