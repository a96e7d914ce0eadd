/** Which single dependency costs most: what the run would gain without it. Says nothing of whether one can do without it. */
import { computeTimes, criticalPath } from '../core/analysis/schedule-bounds.ts';
import type { Plan, TaskId } from '../core/plan.ts';
import { coreRunner } from './run-core.ts';
import type { Scenario } from './scenario.ts';
import { openGraph } from './simulate.ts';

export interface EdgeSaving {
  /** `task` would no longer wait for `dependency`. */
  readonly task: TaskId;
  readonly dependency: TaskId;
  readonly savedMs: number;
}

/** Tasks that are simulated in all; each edge takes a run of the whole plan. */
const MAX_SIMULATED = 100_000;
const MAX_EDGES = 100;
/** Less than this share of the run is no advice. */
const LEAST_SAVED = 0.01;

/** The longest chain of tasks by their median durations, and how long it is. */
export function criticalTasks({ plan, estimates }: Pick<Scenario, 'plan' | 'estimates'>): {
  readonly tasks: readonly TaskId[];
  readonly lengthMs: number;
} {
  const graph = openGraph(plan);
  const weights = Float64Array.from(plan.tasks, ({ status }, position) =>
    status === 'done' ? 0 : (estimates[position]?.durationMs ?? 0),
  );
  const times = computeTimes(graph, weights);
  const tasks = criticalPath(graph, weights, times)
    .filter((position) => plan.tasks[position]?.status !== 'done')
    .map((position) => graph.ids[position] as TaskId);
  return { tasks, lengthMs: times.length };
}

/**
 * The dependencies on the critical path without which a run at the medians would be shorter, the best first; only those
 * can help. @param most how many are given
 */
export function edgeSavings(scenario: Scenario, most: number): readonly EdgeSaving[] {
  const { plan } = scenario;
  const medians = { seed: 0, sample: null, failureRate: 0 } as const;
  const makespanOf = (changed: Plan): number =>
    coreRunner({ ...scenario, plan: changed })(medians).makespanMs;
  const { tasks } = criticalTasks(scenario);
  const edges = tasks.slice(1).map((task, index) => ({ task, dependency: tasks[index] as TaskId }));
  const left = Math.min(MAX_EDGES, Math.floor(MAX_SIMULATED / Math.max(1, plan.tasks.length)));
  const whole = edges.length === 0 ? 0 : makespanOf(plan);
  return edges
    .slice(0, left)
    .map((edge) => ({ ...edge, savedMs: whole - makespanOf(withoutEdge(plan, edge)) }))
    .filter(({ savedMs }) => savedMs > LEAST_SAVED * whole)
    .sort((a, b) => b.savedMs - a.savedMs)
    .slice(0, most);
}

/** The plan without one dependency. */
export const withoutEdge = (
  plan: Plan,
  { task: id, dependency }: Pick<EdgeSaving, 'task' | 'dependency'>,
): Plan => ({
  ...plan,
  tasks: plan.tasks.map((task) =>
    task.id === id ? { ...task, dependsOn: task.dependsOn.filter((other) => other !== dependency) } : task,
  ),
});
