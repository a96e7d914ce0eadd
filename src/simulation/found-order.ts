/** The order `optimized` for a simulated run: searched for once, as if it had been found before the first start. */
import type { Event, EventBody } from '../core/event.ts';
import { orderOf, remainingProject } from '../core/policy/remaining-project.ts';
import { createRun, reduce } from '../core/reduce.ts';
import { buildProject } from '../core/scheduling/project.ts';
import { searchOrder } from '../core/scheduling/search-order.ts';
import { createdEvent, openingOf, type Scenario } from './scenario.ts';

/** Any number: the same scenario is searched in the same way. */
const SEED = 1;
/** Tasks that are placed in all: about a third of a second. */
const PLACED = 500_000;
const MOST_EVALUATIONS = 10_000;

/** The scenario with the ranks that the search has found; as it is when its order is another, or nothing better is found. */
export function withFoundOrder(scenario: Scenario): Scenario {
  const { plan, settings } = scenario;
  if (settings.order !== 'optimized' || plan.tasks.length === 0) return scenario;
  const state = createRun(createdEvent(scenario));
  const opening: EventBody[] = [
    { type: 'engine-started', pid: 0, version: 'simulated' },
    ...openingOf(scenario),
  ];
  for (const body of opening) reduce(state, { seq: state.record.seq + 1, at: 0, ...body } as Event);
  const { ranks, expected, baselineExpected } = searchOrder(buildProject(remainingProject(state)), {
    seed: SEED,
    evaluations: Math.min(MOST_EVALUATIONS, Math.floor(PLACED / plan.tasks.length)),
    baseline: orderOf(state),
  });
  if (expected >= baselineExpected) return scenario;
  const found = { ranks: [...ranks], makespanMs: expected, beforeMs: baselineExpected };
  return { ...scenario, found };
}
