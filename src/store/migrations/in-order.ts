/** Every migration in order: the n-th makes schema n. Released ones are never edited, only followed by new ones. */
import { runsAndEvents } from './001-runs-and-events.ts';
import { attempts } from './002-attempts.ts';

export const migrations: readonly string[] = [runsAndEvents, attempts];
