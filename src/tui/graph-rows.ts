/** The graph as text: tasks by wave, each with what it needs; what the selected one needs and unlocks, however far, stands out. */
import type { Plan, TaskId } from '../core/plan.ts';
import type { RunView, TaskView } from '../view/run-view.ts';
import { cell, cut, emptyRow, type Row, titleRow, toned } from './row.ts';
import { signOf } from './sign.ts';

const LONGEST_ID = 18;
const TITLE_CELLS = 30;

export function graphRows(view: RunView, { tasks }: Plan, selected: TaskId | null, width: number): Row[] {
  const related = relationsOf(tasks, selected);
  const waves = new Map<number, Row[]>();
  const idCells = Math.min(LONGEST_ID, Math.max(...view.tasks.map(({ id }) => id.length), 1));
  for (const [position, task] of view.tasks.entries()) {
    const rows = waves.get(task.wave) ?? [];
    rows.push(taskRow(task, tasks[position]?.dependsOn ?? [], related.get(task.id), idCells, width));
    waves.set(task.wave, rows);
  }
  const hint =
    selected === null
      ? 'Select a task on the list first, and what it needs and unlocks is marked here.'
      : `▲ ${selected} needs it, ▼ ${selected} unlocks it, directly or not.`;
  return [
    [cut(hint, width, 'dim')],
    ...[...waves]
      .sort(([a], [b]) => a - b)
      .flatMap(([wave, rows]) => [emptyRow, titleRow(`wave ${wave}`, width), ...rows]),
  ];
}

type Relation = 'itself' | 'needed' | 'unlocked';

function taskRow(
  task: TaskView,
  dependsOn: readonly TaskId[],
  relation: Relation | undefined,
  idCells: number,
  width: number,
): Row {
  const marks = { itself: '›', needed: '▲', unlocked: '▼' } as const;
  const titleCells = Math.min(TITLE_CELLS, Math.max(8, width - idCells - 30));
  const needs = dependsOn.length === 0 ? '' : `← ${dependsOn.join(', ')}`;
  const before = idCells + titleCells + 6;
  return [
    toned(relation === undefined ? '  ' : `${marks[relation]} `, 'strong'),
    signOf(task),
    toned(' '),
    cell(task.id, idCells, relation === undefined ? undefined : 'strong'),
    toned(' '),
    cell(task.title, titleCells, relation === undefined ? 'dim' : undefined),
    toned(' '),
    cut(needs, Math.max(0, width - before), 'dim'),
  ];
}

/** How each task stands to the selected one, over any number of steps. */
function relationsOf(tasks: Plan['tasks'], selected: TaskId | null): ReadonlyMap<TaskId, Relation> {
  const relations = new Map<TaskId, Relation>();
  if (selected === null) return relations;
  const needs = new Map(tasks.map(({ id, dependsOn }) => [id, dependsOn]));
  const unlocks = new Map<TaskId, TaskId[]>();
  for (const { id, dependsOn } of tasks)
    for (const dependency of dependsOn) unlocks.set(dependency, [...(unlocks.get(dependency) ?? []), id]);
  const mark = (edges: ReadonlyMap<TaskId, readonly TaskId[]>, relation: Relation): void => {
    const open = [selected];
    for (let next = open.pop(); next !== undefined; next = open.pop())
      for (const other of edges.get(next) ?? []) {
        if (relations.has(other)) continue;
        relations.set(other, relation);
        open.push(other);
      }
  };
  mark(needs, 'needed');
  mark(unlocks, 'unlocked');
  relations.set(selected, 'itself');
  return relations;
}
