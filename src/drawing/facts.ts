/** What stands above every drawing: the analysis in one line. */
import type { Analysis } from '../core/analysis/analyse.ts';
import { counted, grouped, planTime } from '../view/amount-text.ts';

/** `45 tasks`, `4 waves`, `critical path 2d19h` … */
export function planFacts({ plan, tasks, waves, criticalPath, bounds, maxParallelism }: Analysis): string[] {
  const done = tasks.filter(({ status }) => status === 'done').length;
  const facts = [counted(plan.tasks, 'task'), ...(done === 0 ? [] : [`${grouped(done)} done`])];
  facts.push(counted(plan.dependencies, 'dependency', 'dependencies'));
  if (waves === null || criticalPath === null || bounds === null)
    return [...facts, 'no order: it goes in a circle'];
  facts.push(counted(waves.length, 'wave'));
  if (criticalPath.tasks.length > 0) {
    facts.push(
      `critical path ${planTime(criticalPath.length, criticalPath.unit)}`,
      `at most ${grouped(maxParallelism ?? 0)} at once`,
      `with ${counted(bounds.slots, 'slot')} at least ${planTime(bounds.makespan, criticalPath.unit)}`,
    );
  }
  return facts;
}
