/** Joins a run that another process's engine is at work on. Shows nothing itself. */
import { setTimeout as delay } from 'node:timers/promises';
import type { Home } from '../compose.ts';
import type { RunId } from '../core/plan.ts';
import { openMirror, type RunMirror } from '../engine/mirror.ts';

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
