/** Explicit groups, `1,2:3,4`: the members of a group together, the groups one after the other. Refuses what breaks a dependency. */
import { didYouMean } from '../core/nearest.ts';
import type { Location, Plan, Task, TaskId } from '../core/plan.ts';
import { type Problem, problem } from '../core/problem.ts';

export interface Grouped {
  /** Only what the groups name, in waves that are the groups: to be run wave by wave. */
  readonly plan: Plan;
  /** The same tasks with their own dependencies alone. */
  readonly ungrouped: Plan;
  readonly groups: readonly (readonly TaskId[])[];
  /** Open tasks that no group names. */
  readonly leftOut: readonly TaskId[];
  readonly problems: readonly Problem[];
}

/** @param text groups between colons, their members between commas: ids, or positions in the plan from 1 on */
export function groupPlan(plan: Plan, text: string): Grouped {
  const problems: Problem[] = [];
  const groups = text.split(':').map((group, index) => readGroup(plan, group, index + 1, problems));
  const groupOf = new Map<TaskId, number>();
  for (const [index, members] of groups.entries()) {
    for (const { id } of members) {
      const before = groupOf.get(id);
      if (before !== undefined)
        problems.push(refused(`--groups names ${id} twice`, 'Leave it in one group.', { tasks: [id] }));
      groupOf.set(id, index + 1);
    }
  }
  const isDone = (id: TaskId): boolean => plan.tasks.some((task) => task.id === id && task.status === 'done');
  for (const member of groups.flat())
    problems.push(...(member.status === 'done' ? [] : brokenDependencies(member, groupOf, isDone)));
  const open = plan.tasks.filter(({ id, status }) => groupOf.has(id) && status !== 'done');
  const own = open.map((task) => ({ ...task, dependsOn: task.dependsOn.filter((id) => groupOf.has(id)) }));
  // One member stands for its group: with a barrier between waves nothing more is needed.
  const openGroups = groups
    .map((members) => members.filter(({ status }) => status !== 'done').map(({ id }) => id))
    .filter((members) => members.length > 0);
  const before = new Map(
    openGroups.flatMap((members, index) => members.map((id) => [id, openGroups[index - 1]?.[0]] as const)),
  );
  const tasks = own.map((task) => {
    const first = before.get(task.id);
    const known = task.dependsOn.filter((id) => !isDone(id));
    return { ...task, dependsOn: first === undefined || known.includes(first) ? known : [...known, first] };
  });
  return {
    plan: { ...plan, tasks },
    ungrouped: { ...plan, tasks: own },
    groups: openGroups,
    leftOut: plan.tasks.filter(({ id, status }) => status !== 'done' && !groupOf.has(id)).map(({ id }) => id),
    problems,
  };
}

function readGroup({ tasks }: Plan, group: string, number: number, problems: Problem[]): Task[] {
  const names = group.split(',').map((name) => name.trim());
  return names.flatMap((name) => {
    const found =
      tasks.find(({ id }) => id === name) ?? (/^\d{1,9}$/.test(name) ? tasks[Number(name) - 1] : undefined);
    if (found !== undefined) return [found];
    const what = name === '' ? `group ${number} of --groups has an empty place` : `--groups names ${name}`;
    const guess =
      name === ''
        ? undefined
        : didYouMean(
            name,
            tasks.map(({ id }) => id),
          );
    const fix = guess ?? `Write it as 1,2:3,4 with ids, or positions from 1 to ${tasks.length}.`;
    problems.push(refused(name === '' ? what : `${what}, which is no task of the plan`, fix));
    return [];
  });
}

function brokenDependencies(
  task: Task,
  groupOf: ReadonlyMap<TaskId, number>,
  isDone: (id: TaskId) => boolean,
): Problem[] {
  const own = groupOf.get(task.id) as number;
  return task.dependsOn.flatMap((dependency) => {
    const other = groupOf.get(dependency);
    if (isDone(dependency) || (other !== undefined && other < own)) return [];
    const why =
      other === undefined
        ? 'which is in no group'
        : other === own
          ? `and both are in group ${own}`
          : `which comes later, in group ${other} after ${own}`;
    const location = Object.hasOwn(task.dependencyLocations, dependency)
      ? (task.dependencyLocations[dependency] as Location)
      : task.location;
    const fix = `Put ${dependency} into a group before that of ${task.id}.`;
    return [
      refused(`${task.id} depends on ${dependency}, ${why}`, fix, { location, tasks: [task.id, dependency] }),
    ];
  });
}

const refused = (message: string, fix: string, more: Parameters<typeof problem>[3] = {}): Problem =>
  problem('usage', message, fix, more);
