/** How long a project takes at least: its longest path, and the work each resource has to do. */
import { longestTails } from '../graph.ts';
import type { Project } from './project.ts';

export interface LowerBounds {
  readonly criticalPath: number;
  /** The most any resource needs: work divided by capacity. */
  readonly work: number;
  /** The larger of the two; whole when all durations are. */
  readonly makespan: number;
}

export function boundsOf(project: Project): LowerBounds {
  const { durations, capacities, demands } = project;
  const work = new Float64Array(capacities.length);
  demands.forEach((list, task) => {
    for (const { resource, amount } of list)
      work[resource] = (work[resource] as number) + amount * (durations[task] as number);
  });
  const criticalPath = longestTails(project, durations).reduce((a, b) => Math.max(a, b), 0);
  const needed = work.reduce(
    (most, sum, resource) => Math.max(most, sum / (capacities[resource] as number)),
    0,
  );
  const isWhole = durations.every(Number.isInteger);
  return {
    criticalPath,
    work: needed,
    makespan: Math.max(criticalPath, isWhole ? Math.ceil(needed) : needed),
  };
}
