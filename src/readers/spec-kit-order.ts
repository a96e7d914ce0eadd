/**
 * Infers which tasks of a Spec Kit file wait for which. Phases come one after the other. In a phase tasks come in order,
 * and neighbours marked [P] run together, but for those that name the same file. Prose about the order is not read.
 */
import { type DependencyList, dependencyList, type StatedBudget } from './dependency-list.ts';
import { idFamily } from './id-family.ts';
import { orderByDependencies } from './plan-order.ts';
import type { SpecKitPhase, SpecKitTask } from './spec-kit-tasks.ts';

/** Between two groups at most; above it the last task of the first group stands for all of it, so that reading stays linear. */
const MAX_BETWEEN_GROUPS = 2_500;

/** Tasks that may run at once: a run of neighbours marked [P], or one task without the mark. */
interface Group {
  readonly phase: SpecKitPhase;
  readonly tasks: readonly SpecKitTask[];
}

/** Phases come one after the other, and in each the groups do; what is stated counts besides. */
export function connectSpecKit(
  phases: readonly SpecKitPhase[],
  file: string,
  budget: StatedBudget,
): ReadonlyMap<SpecKitTask, DependencyList> {
  const lists = new Map<SpecKitTask, DependencyList>();
  const tasks = phases.flatMap((phase) => phase.tasks);
  const family = idFamily(tasks.map(({ id }) => id));
  const stated = new Map<SpecKitTask, readonly string[]>();
  for (const task of tasks) {
    const list = dependencyList();
    lists.set(task, list);
    const ids: string[] = [];
    for (const { text, line } of task.dependencies) {
      for (const id of budget.take(() => family.idsIn(text))) {
        list.state(id, { file, line });
        ids.push(id);
      }
    }
    stated.set(task, ids);
  }
  let last: { readonly group: Group; readonly ends: readonly SpecKitTask[] } | undefined;
  for (const group of phases.flatMap(groupsOf)) {
    const { starts, ends } = connectInside(group, stated, lists, file);
    if (last !== undefined) connectGroups(last, { group, starts }, lists, file);
    last = { group, ends };
  }
  return lists;
}

function groupsOf(phase: SpecKitPhase): Group[] {
  const groups: { phase: SpecKitPhase; tasks: SpecKitTask[] }[] = [];
  for (const task of phase.tasks) {
    const open = groups.at(-1);
    if (task.isParallel && open?.tasks[0]?.isParallel) open.tasks.push(task);
    else groups.push({ phase, tasks: [task] });
  }
  return groups;
}

/** Orders tasks of a group that name the same file; says which tasks of it nothing inside holds, and which hold nothing. */
function connectInside(
  { tasks }: Group,
  stated: ReadonlyMap<SpecKitTask, readonly string[]>,
  lists: ReadonlyMap<SpecKitTask, DependencyList>,
  file: string,
): { readonly starts: readonly SpecKitTask[]; readonly ends: readonly SpecKitTask[] } {
  if (tasks.length === 1) return { starts: tasks, ends: tasks };
  const positions = new Map(tasks.map(({ id }, position) => [id, position]));
  const before = (position: number): number[] =>
    (stated.get(tasks[position] as SpecKitTask) ?? [])
      .map((id) => positions.get(id))
      .filter((other) => other !== undefined && other !== position)
      .map((other) => other as number);
  const [held, holding] = [new Set<SpecKitTask>(), new Set<SpecKitTask>()];
  const hold = (task: SpecKitTask, earlier: SpecKitTask): void => {
    held.add(task);
    holding.add(earlier);
  };
  const lastOfFile = new Map<string, SpecKitTask>();
  for (const position of orderByDependencies(tasks.length, before)) {
    const task = tasks[position] as SpecKitTask;
    for (const other of before(position)) hold(task, tasks[other] as SpecKitTask);
    for (const name of task.files) {
      const earlier = lastOfFile.get(name);
      lastOfFile.set(name, task);
      if (earlier === undefined) continue;
      hold(task, earlier);
      lists.get(task)?.infer(earlier.id, { file, line: task.line }, `both name ${name}`);
    }
  }
  return {
    starts: tasks.filter((task) => !held.has(task)),
    ends: tasks.filter((task) => !holding.has(task)),
  };
}

function connectGroups(
  before: { readonly group: Group; readonly ends: readonly SpecKitTask[] },
  after: { readonly group: Group; readonly starts: readonly SpecKitTask[] },
  lists: ReadonlyMap<SpecKitTask, DependencyList>,
  file: string,
): void {
  const { starts } = after;
  let { ends } = before;
  const last = ends.at(-1);
  if (ends.length * starts.length > MAX_BETWEEN_GROUPS && last !== undefined) {
    const reason = `stands for the ${ends.length} tasks before ${after.group.phase.name} that run together`;
    for (const end of ends.slice(0, -1)) lists.get(last)?.infer(end.id, { file, line: last.line }, reason);
    ends = [last];
  }
  for (const task of starts) {
    for (const end of ends) lists.get(task)?.infer(end.id, { file, line: task.line }, reasonFor(task, end));
  }

  function reasonFor(task: SpecKitTask, end: SpecKitTask): string {
    const [first, second] = [before.group.phase, after.group.phase];
    if (first !== second) return `${second.name} comes after ${first.name}`;
    return task.isParallel
      ? `${end.id} is not marked [P] and comes first`
      : `${task.id} is not marked [P] and comes after it`;
  }
}
