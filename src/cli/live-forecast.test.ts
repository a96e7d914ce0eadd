/** The forecast beside a run: made between other work, kept until it is old, gone when the run comes to rest. */
import { setImmediate as turn } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { planFrom } from '../../test/rig/plan-text.ts';
import { createdEvent, started } from '../../test/rig/story.ts';
import type { Event, EventBody } from '../core/event.ts';
import { forecast } from '../core/forecast/forecast.ts';
import { createRun, reduce } from '../core/reduce.ts';
import type { RunState } from '../core/run-state.ts';
import { createLiveForecast, type LiveForecast } from './live-forecast.ts';

function stateOf(tasks: number): RunState {
  return createRun(
    createdEvent(planFrom(Array.from({ length: tasks }, (_, index) => `T${index}`).join('\n'))),
  );
}

function happen(state: RunState, at: number, body: EventBody): Event {
  const event = { ...body, seq: state.record.seq + 1, at } as Event;
  reduce(state, event);
  return event;
}

/** @returns how many turns of the loop it took */
async function whenMade(live: LiveForecast, now: number): Promise<number> {
  for (let turns = 1; ; turns++) {
    await turn();
    if (live.at(now) !== undefined) return turns;
  }
}

it('is the forecast of the moment in which it was asked for, less the time that has passed', async () => {
  const state = stateOf(4);
  let now = 1_000;
  const live = createLiveForecast(state, { now: () => now, restMs: 0 });
  live.see(happen(state, now, started('T0')));
  const expected = forecast(state, now);
  await whenMade(live, now);
  expect(live.at(now)).toMatchObject({ ...expected });
  now += 500;
  expect(live.at(now)).toMatchObject({
    p50Ms: (expected?.p50Ms ?? 0) - 500,
    p90Ms: (expected?.p90Ms ?? 0) - 500,
  });
  expect(live.at(1e12)).toMatchObject({ p50Ms: 0, p90Ms: 0 });
  live.close();
});

it('lets the loop go on while it is made', async () => {
  const live = createLiveForecast(stateOf(3_000), { now: () => 0, restMs: 0, samples: 20 });
  expect(await whenMade(live, 0)).toBeGreaterThan(20);
  live.close();
});

it('is made again when it is old, and is gone when the run comes to rest', async () => {
  const state = stateOf(4);
  let now = 0;
  const live = createLiveForecast(state, { now: () => now, restMs: 0, samples: 40 });
  await whenMade(live, now);
  now = 3_600_000_000;
  live.see(happen(state, now, { type: 'slots-requested', slots: 1 }));
  for (let turns = 0; live.at(now)?.p50Ms === 0; turns++) {
    expect(turns).toBeLessThan(1_000);
    await turn();
  }
  expect(live.at(now)).toMatchObject({ ...forecast(state, now, { samples: 40 }) });
  happen(state, now, { type: 'pause-requested' });
  expect(live.at(now)).toBeUndefined();
  live.close();
});
