/** Orders to begin a search with: rules of thumb of project scheduling, and biased chance around them. */
import { degree, longestTails } from '../graph.ts';
import type { Project } from './project.ts';
import type { SeededRandom } from './seeded-random.ts';

/** Per task, larger first. */
export interface PriorityRule {
  readonly name: 'critical-path' | 'latest-finish' | 'most-successors' | 'most-work-behind';
  readonly values: Float64Array;
}

/**
 * What Kolisch's studies (1996) found to be good: the longest path to the end (the latest start time), the latest
 * finish time, and how much follows a task.
 */
export function priorityRules(project: Project): readonly PriorityRule[] {
  const { durations, size, order, dependents } = project;
  const tails = longestTails(project, durations);
  const finish = tails.map((tail, task) => tail - (durations[task] as number));
  // Counts what follows along every path: an upper bound of the number of successors, and as good for ordering.
  const followers = new Float64Array(size);
  const behind = new Float64Array(size);
  for (let step = size - 1; step >= 0; step--) {
    const task = order[step] as number;
    behind[task] = (durations[task] as number) * (project.load[task] as number);
    for (
      let edge = dependents.starts[task] as number;
      edge < (dependents.starts[task + 1] as number);
      edge++
    ) {
      const next = dependents.items[edge] as number;
      followers[task] = Math.min(size, (followers[task] as number) + 1 + (followers[next] as number));
      behind[task] = (behind[task] as number) + (behind[next] as number);
    }
  }
  return [
    { name: 'critical-path', values: tails },
    { name: 'latest-finish', values: finish },
    { name: 'most-successors', values: followers },
    { name: 'most-work-behind', values: behind },
  ];
}

/** All tasks, the largest value first, ties in plan order; dependencies are not looked at. */
export function sortByRule({ values }: PriorityRule): Int32Array {
  return Int32Array.from(values.keys()).sort(
    (a, b) => (values[b] as number) - (values[a] as number) || a - b,
  );
}

export interface Sampler {
  /** Fills `list` with an order in which each task follows what it depends on. */
  sample(rule: PriorityRule, list: Int32Array): void;
}

/**
 * Regret-biased random sampling (Drexl 1991): of the tasks that may come next, one is drawn with a chance that grows
 * with how much its value exceeds the least of them.
 */
export function makeSampler(project: Project, random: SeededRandom): Sampler {
  const { size, dependencies, dependents } = project;
  const next = new Int32Array(size);
  const unmet = new Int32Array(size);
  const weights = new Float64Array(size);
  return {
    sample(rule, list) {
      const { values } = rule;
      // What a task without regret weighs: small against a typical value, so that units do not matter.
      const floor = Math.max(Number.MIN_VALUE, mean(values) * FLOOR);
      let waiting = 0;
      for (let task = 0; task < size; task++) {
        unmet[task] = degree(dependencies, task);
        if (unmet[task] === 0) next[waiting++] = task;
      }
      for (let filled = 0; filled < size; filled++) {
        const drawn = draw(next, waiting, values, floor, weights, random);
        const task = next[drawn] as number;
        next[drawn] = next[--waiting] as number;
        list[filled] = task;
        const end = dependents.starts[task + 1] as number;
        for (let edge = dependents.starts[task] as number; edge < end; edge++) {
          const after = dependents.items[edge] as number;
          unmet[after] = (unmet[after] as number) - 1;
          if (unmet[after] === 0) next[waiting++] = after;
        }
      }
    },
  };
}

const FLOOR = 0.05;

function draw(
  next: Int32Array,
  waiting: number,
  values: Float64Array,
  floor: number,
  weights: Float64Array,
  random: SeededRandom,
): number {
  let least = Infinity;
  for (let index = 0; index < waiting; index++)
    least = Math.min(least, values[next[index] as number] as number);
  let sum = 0;
  for (let index = 0; index < waiting; index++) {
    sum += (values[next[index] as number] as number) - least + floor;
    weights[index] = sum;
  }
  const point = random.fraction() * sum;
  let drawn = 0;
  while (drawn < waiting - 1 && (weights[drawn] as number) <= point) drawn++;
  return drawn;
}

const mean = (values: Float64Array): number =>
  values.reduce((sum, value) => sum + value, 0) / Math.max(1, values.length);
