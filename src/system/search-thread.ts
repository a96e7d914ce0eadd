/** The worker thread of the order search: one request, one answer. */
import { parentPort, workerData } from 'node:worker_threads';
import { buildProject } from '../core/scheduling/project.ts';
import { searchOrder } from '../core/scheduling/search-order.ts';
import type { FoundOrder, OrderRequest } from '../ports/order-search.ts';

const { project, baseline, seed, evaluations } = workerData as OrderRequest;
const { ranks, expected, baselineExpected } = searchOrder(buildProject(project), {
  seed,
  evaluations,
  baseline,
});
const found: FoundOrder = { ranks: Array.from(ranks), makespan: expected, before: baselineExpected };
parentPort?.postMessage(found);
