/** Joins a run: the engine that another process has put on it, or what its journal has. Shows nothing itself. */
import { setTimeout as delay } from 'node:timers/promises';
import type { Home } from '../compose.ts';
import type { Event } from '../core/event.ts';
import type { RunId } from '../core/plan.ts';
import { reduce } from '../core/reduce.ts';
import { openMirror, type RunMirror } from '../engine/mirror.ts';
import { loadRun } from './find-run.ts';
import { sendRequest } from './send-request.ts';

const LOOK_EVERY_MS = 100;
/** How soon a screen that stands still notices that somebody has resumed its run. */
const COMES_EVERY_MS = 500;

/** A mirror of the run whose `close` leaves the engine, too; undefined when no engine is at work on it. */
export async function followRun(home: Home, run: RunId): Promise<RunMirror | undefined> {
  while ((await home.owner())?.run === run) {
    const client = await home.engine();
    if (client !== undefined) {
      const mirror = await openMirror({ run, journal: home.journal(run), client });
      return {
        ...mirror,
        close() {
          mirror.close();
          client.close();
        },
      };
    }
    // It has the repository and does not listen yet, or no more.
    await delay(LOOK_EVERY_MS);
  }
  return undefined;
}

/**
 * A run that no engine is at work on: it stands still, but for what a person says here, which is recorded for the next one.
 * `ended` resolves when that one has come.
 */
export function standingRun(home: Home, run: RunId): RunMirror {
  const { state, journal } = loadRun(home, run);
  const listeners = new Set<(news: Event) => void>();
  const leaving = new AbortController();
  return {
    state,
    watch(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    async submit(request) {
      const answer = await sendRequest(home, run, request);
      for (const event of journal.read(state.record.seq)) {
        reduce(state, event);
        for (const listener of listeners) listener(event);
      }
      return answer;
    },
    isLive: false,
    ended: engineComes(home, run, leaving.signal),
    close: () => leaving.abort(),
  };
}

/** Resolves when an engine listens that works on the run; never when the signal comes first. */
async function engineComes(home: Home, run: RunId, signal: AbortSignal): Promise<void> {
  for (;;) {
    await delay(COMES_EVERY_MS, undefined, { ref: false });
    if (signal.aborted) return new Promise(() => {});
    // Whoever only records something holds the lock for a moment, too, and listens to nobody.
    const client = (await home.owner())?.run === run ? await home.engine() : undefined;
    client?.close();
    if (client !== undefined && !signal.aborted) return;
  }
}
