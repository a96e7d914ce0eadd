/** Keeps a forecast of a run that goes on: made anew in slices between events, so that the engine never waits for it. */
import { followAttempts } from '../core/estimates/attempt-record.ts';
import type { Event } from '../core/event.ts';
import {
  type Forecast,
  type ForecastOptions,
  type OpenForecast,
  openForecast,
} from '../core/forecast/forecast.ts';
import { watchMerges } from '../core/forecast/merge-time.ts';
import type { Timestamp } from '../core/plan.ts';
import type { RunState } from '../core/run-state.ts';

export interface LiveForecast {
  /** Something has happened, which may change what is to be expected. */
  see(event: Event): void;
  /** The newest forecast, as seen at `now`; has another made when it is old. Undefined while there is none. */
  at(now: Timestamp): Forecast | undefined;
  close(): void;
}

export interface LiveForecastOptions {
  readonly now: () => Timestamp;
  /** The shortest time before the first forecast, and between two. */
  readonly restMs: number;
  readonly samples?: ForecastOptions['samples'];
}

/** Attempts of this run that correct its estimates. */
export const LAST_ATTEMPTS = 200;
/** About two milliseconds. */
const STEPS_PER_SLICE = 2_000;
/** A forecast that took long to make is followed by a rest this many times as long: 2 % of a processor at most. */
const REST_FACTOR = 50;

export function createLiveForecast(
  state: RunState,
  { now, restMs, samples }: LiveForecastOptions,
): LiveForecast {
  const merges = watchMerges();
  const attempts = followAttempts(state);
  let made: (Forecast & { readonly at: Timestamp }) | undefined;
  let restUntil = now() + restMs;
  let slice: NodeJS.Immediate | undefined;

  const make = (open: OpenForecast, at: Timestamp, busyMs: number): void => {
    const begun = performance.now();
    const isMade = open.advance(STEPS_PER_SLICE);
    const busy = busyMs + performance.now() - begun;
    if (!isMade) {
      slice = setImmediate(make, open, at, busy);
      return;
    }
    slice = undefined;
    made = { ...open.result(), at };
    restUntil = now() + Math.max(restMs, busy * REST_FACTOR);
  };
  const refresh = (): void => {
    const at = now();
    if (slice !== undefined || at < restUntil) return;
    slice = setImmediate(() => {
      const begun = performance.now();
      const shown = { mergeMs: merges.medianMs(), attempts: attempts.records().slice(-LAST_ATTEMPTS) };
      const options = { ...shown, ...(samples === undefined ? {} : { samples }) };
      const open = openForecast(state, at, options);
      if (open !== undefined) {
        make(open, at, performance.now() - begun);
        return;
      }
      slice = undefined;
      made = undefined;
      restUntil = at + restMs;
    });
  };
  return {
    see(event) {
      merges.see(event);
      attempts.see(event);
      refresh();
    },
    at(time) {
      refresh();
      if (made === undefined || state.record.phase !== 'running') return undefined;
      const passed = time - made.at;
      return { ...made, p50Ms: Math.max(0, made.p50Ms - passed), p90Ms: Math.max(0, made.p90Ms - passed) };
    },
    close: () => clearImmediate(slice),
  };
}
