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

/** A mirror of the run whose `close` leaves the engine, too; undefined when no engine is at work on it. */
export async function followRun(home: Home, run: RunId): Promise<RunMirror | undefined> {
  while ((await home.owner())?.run === run) {
    const client = await home.engine();
    if (client !== undefined) {
      const mirror = await openMirror({ journal: home.journal(run), client });
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

/** A run that no engine is at work on: it stands still, but for what a person says here, which is recorded for the next one. */
export function standingRun(home: Home, run: RunId): RunMirror {
  const { state, journal } = loadRun(home, run);
  const listeners = new Set<(news: Event) => void>();
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
    ended: new Promise(() => {}),
    close: () => {},
  };
}
