/** Has a shorter schedule searched for while the run goes on; what is found becomes an event, or nothing comes of it. */
import type { EventBody } from '../core/event.ts';
import { orderOf, remainingProject } from '../core/policy/remaining-project.ts';
import type { RunState } from '../core/run-state.ts';
import type { OrderSearch } from '../ports/order-search.ts';

/** Enough for what the search still gains at some hundreds of tasks; its time limit ends it on larger plans. */
const EVALUATIONS = 100_000;
/** Any number: the same run searches in the same way. */
const SEED = 1;

/** The event of a better order; undefined when there is none, or none is asked for. */
export async function findOrder(
  state: RunState,
  search: OrderSearch | undefined,
  signal: AbortSignal,
): Promise<EventBody | undefined> {
  if (search === undefined || state.settings.order !== 'optimized' || state.record.ranks !== null)
    return undefined;
  const request = {
    project: remainingProject(state),
    baseline: orderOf(state),
    seed: SEED,
    evaluations: EVALUATIONS,
  };
  const found = await search.search(request, signal);
  if (found === undefined || found.makespan >= found.before) return undefined;
  return {
    type: 'order-found',
    ranks: found.ranks,
    makespanMs: Math.round(found.makespan),
    beforeMs: Math.round(found.before),
  };
}
