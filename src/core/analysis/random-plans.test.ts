/** What `analyse` says of random plans, against definitions written down as plainly as they are said. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { globsOverlap, literalPrefix } from '../glob-overlap.ts';
import { buildGraph, descendants, type Graph, reaches, waves } from '../graph.ts';
import { makeTask, type Plan, type Task, taskId } from '../plan.ts';
import { analyse } from './analyse.ts';
import { findOverlaps, type Overlap } from './overlaps.ts';
import { redundantByBlocks, redundantByLabels } from './redundant.ts';

interface Row {
  readonly before: readonly number[];
  readonly minutes: number;
  readonly done: boolean;
}

const rowOf = (most: number): fc.Arbitrary<Row> =>
  fc.record({
    before: fc.array(fc.nat(most), { maxLength: 4 }),
    minutes: fc.integer({ min: 1, max: 9 }),
    done: fc.boolean(),
  });

/** Acyclic: each task depends on some of those before it, in an order that plan order does not tell. */
function plans(most: number, change: (row: Row) => Partial<Task> = () => ({})): fc.Arbitrary<Plan> {
  const rows = fc.array(rowOf(most), { minLength: 1, maxLength: most });
  return fc.tuple(rows, fc.boolean()).map(([list, turned]) => {
    const tasks = list.map((row, index) =>
      makeTask({
        id: taskId(`T${index}`),
        body: 'x',
        dependsOn: [...new Set(row.before.filter((other) => other < index))].map((other) =>
          taskId(`T${other}`),
        ),
        ...change(row),
      }),
    );
    return {
      name: 'random',
      source: 'plan',
      format: 'test',
      tasks: turned ? tasks.reverse() : tasks,
      pools: {},
    };
  });
}

const withDone = (row: Row): Partial<Task> => ({
  estimate: { durationMs: row.minutes * 60_000 },
  status: row.done ? 'done' : 'todo',
});

/** What each task waits for: its dependencies that are not done. */
const openDependencies = (plan: Plan, task: Task): Task[] =>
  plan.tasks.filter(({ id, status }) => status !== 'done' && task.dependsOn.includes(id));

const seconds = (task: Task): number => (task.estimate.durationMs ?? 0) / 1000;

/** Every path of open tasks that ends in `task`, by trying all. */
function pathsTo(plan: Plan, task: Task): Task[][] {
  const before = openDependencies(plan, task).flatMap((other) => pathsTo(plan, other));
  return [[task], ...before.map((path) => [...path, task])];
}

const lengthOf = (path: readonly Task[]): number => path.reduce((sum, task) => sum + seconds(task), 0);

/** By plain search: the edges which another dependency of the same task implies. */
function naiveRedundant(plan: Plan, graph: Graph): string[] {
  const below = graph.ids.map((_, position) => new Set(descendants(graph, position)));
  return plan.tasks.flatMap(({ id, dependsOn }) =>
    dependsOn
      .filter((dependency) => {
        const from = below[graph.positions.get(dependency) as number];
        return dependsOn.some((other) => from?.has(graph.positions.get(other) as number));
      })
      .map((dependency) => `${id} ${dependency}`),
  );
}

const globs = [
  'src/**',
  'src/*.ts',
  'src/a.ts',
  './src/a.ts',
  'src/a/**',
  'src',
  '**',
  '*.md',
  '**/*.md',
  'src/a/b.md',
];

/** Some of `globs`, taken from what a row has anyway. */
const withFiles = ({ before, minutes, done }: Row): Partial<Task> => ({
  files: [...before, minutes].slice(0, 3).map((number) => globs[number % globs.length] as string),
  status: done ? 'done' : 'todo',
});

/** By comparing every glob of every task with every one of all later tasks. */
function naiveOverlaps({ tasks }: Plan, graph: Graph): Overlap[] {
  const narrower = (a: string, b: string): string =>
    literalPrefix(a).length > literalPrefix(b).length ? a : b;
  return tasks.flatMap((task, first) =>
    tasks.flatMap((other, second): Overlap[] => {
      if (second <= first || task.status === 'done' || other.status === 'done') return [];
      if (reaches(graph, first, second) || reaches(graph, second, first)) return [];
      const files = task.files.flatMap((a) =>
        other.files.filter((b) => globsOverlap(a, b)).map((b) => narrower(a, b)),
      );
      return files.length === 0 ? [] : [{ tasks: [first, second], files: [...new Set(files)].sort() }];
    }),
  );
}

describe('on random plans', () => {
  it('overlaps are what comparing all tasks and all their globs finds', () => {
    fc.assert(
      fc.property(plans(12, withFiles), (plan) => {
        const graph = buildGraph(plan);
        expect(findOverlaps(plan.tasks, graph)).toEqual({
          overlaps: naiveOverlaps(plan, graph),
          truncated: false,
        });
      }),
    );
  });

  it('the critical path is the longest of all paths of what is left, and slack is what each leaves of it', () => {
    fc.assert(
      fc.property(plans(9, withDone), (plan) => {
        const { criticalPath, tasks } = analyse(plan);
        const open = plan.tasks.filter(({ status }) => status !== 'done');
        const all = open.flatMap((task) => pathsTo(plan, task));
        const longest = Math.max(0, ...all.map(lengthOf));
        expect(criticalPath?.length).toBe(longest);
        const told = criticalPath?.tasks.map((id) => plan.tasks.find((task) => task.id === id) as Task) ?? [];
        expect(lengthOf(told)).toBe(longest);
        for (const [index, task] of told.slice(1).entries())
          expect(task.dependsOn).toContain(told[index]?.id);
        expect(tasks.map(({ slack }) => slack)).toEqual(
          plan.tasks.map((task) =>
            task.status === 'done'
              ? null
              : longest - Math.max(...all.filter((path) => path.includes(task)).map(lengthOf)),
          ),
        );
      }),
    );
  });

  it('the widest moment is the most that is under way in any second of earliest starts', () => {
    fc.assert(
      fc.property(plans(12, withDone), (plan) => {
        const start = (task: Task): number =>
          Math.max(0, ...openDependencies(plan, task).map((other) => start(other) + seconds(other)));
        const open = plan.tasks.filter(({ status }) => status !== 'done');
        const at = (time: number): number =>
          open.filter((task) => start(task) <= time && time < start(task) + seconds(task)).length;
        expect(analyse(plan).maxParallelism).toBe(Math.max(0, ...open.map((task) => at(start(task)))));
      }),
    );
  });

  it('redundant edges and downstream counts are what plain search finds', () => {
    fc.assert(
      fc.property(plans(30), (plan) => {
        const graph = buildGraph(plan);
        const { tasks, redundant } = analyse(plan);
        expect(tasks.map(({ downstream }) => downstream)).toEqual(
          graph.ids.map((_, position) => descendants(graph, position).length),
        );
        expect(redundant.map(({ task, dependency }) => `${task} ${dependency}`).sort()).toEqual(
          naiveRedundant(plan, graph).sort(),
        );
      }),
    );
  });

  it('both ways to find redundant edges find the same, each by the same task', () => {
    fc.assert(
      fc.property(plans(40), (plan) => {
        const graph = buildGraph(plan);
        const wave = waves(graph) as Int32Array;
        const byLabels = redundantByLabels({ graph, wave }, Infinity, Infinity);
        expect(byLabels).toEqual(redundantByBlocks(graph, Infinity));
      }),
    );
  });

  it('no schedule beats the bounds, more slots never hurt, and the curve ends where they help no more', () => {
    fc.assert(
      fc.property(plans(30), (plan) => {
        const { speedup, criticalPath, tasks, waves: groups } = analyse(plan);
        const length = criticalPath?.length ?? 0;
        expect(length).toBe(groups?.length);
        for (const [index, { slots, makespan }] of speedup.entries()) {
          expect(makespan).toBeGreaterThanOrEqual(Math.max(length, tasks.length / slots));
          expect(makespan).toBeLessThanOrEqual(speedup[index - 1]?.makespan ?? tasks.length);
        }
        expect(speedup.filter(({ makespan }) => makespan === length).length).toBe(1);
      }),
    );
  });
});
