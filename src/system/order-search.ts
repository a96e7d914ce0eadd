/** Searches for an order in a worker thread, and gives up when its time is over. Knows nothing of runs. */
import { extname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Worker } from 'node:worker_threads';
import type { FoundOrder, OrderRequest, OrderSearch } from '../ports/order-search.ts';

// Beside this file, as source or built.
const threadFile = new URL(`./search-thread${extname(fileURLToPath(import.meta.url))}`, import.meta.url);

/** @param limitMs how long one search may take */
export const orderSearch = (limitMs: number): OrderSearch => ({
  search: (request, signal) =>
    searchInThread(request, AbortSignal.any([signal, AbortSignal.timeout(limitMs)])),
});

function searchInThread(request: OrderRequest, signal: AbortSignal): Promise<FoundOrder | undefined> {
  if (signal.aborted) return Promise.resolve(undefined);
  const { promise, resolve } = Promise.withResolvers<FoundOrder | undefined>();
  const worker = new Worker(threadFile, { workerData: request });
  // A run does not stay alive for its search, and does not fail with it.
  worker.unref();
  const giveUp = (): void => resolve(undefined);
  worker.once('message', resolve).once('error', giveUp).once('exit', giveUp);
  signal.addEventListener('abort', giveUp, { once: true });
  return promise.finally(() => {
    signal.removeEventListener('abort', giveUp);
    void worker.terminate();
  });
}
