/** A simulated run through the real engine: its loop, with simulated ports, on a clock that goes from one effect to the next. */
import type { Event } from '../core/event.ts';
import { createRun } from '../core/reduce.ts';
import { createEngine } from '../engine/engine.ts';
import type { Chance } from './chance.ts';
import { outcomesOf } from './outcomes.ts';
import { createdEvent, openingOf, type Scenario } from './scenario.ts';
import { simulatedPorts } from './simulated-ports.ts';
import { type SimulatedRun, timeline } from './timeline.ts';
import { VirtualClock } from './virtual-clock.ts';

/** As a run of `coreRunner`, by the longer way; the tests hold the two together. @param seen is told each event but the first */
export async function runEngine(
  scenario: Scenario,
  chance: Chance,
  seen: (event: Event) => void = () => {},
): Promise<SimulatedRun> {
  const clock = new VirtualClock();
  const ports = simulatedPorts(outcomesOf(scenario)(chance), clock);
  const log = timeline();
  const engine = createEngine(createRun(createdEvent(scenario)), ports, {
    pid: 0,
    version: 'simulated',
    opening: openingOf(scenario),
    onReduced: (_, event) => {
      log.see(event);
      seen(event);
    },
  });
  let over = false;
  const ended = engine.run().finally(() => {
    over = true;
  });
  // Told below, by `await ended`.
  ended.catch(() => {});
  for (let idle = false; !over; ) {
    await turnOfEngine();
    if (over) break;
    if (!clock.step()) {
      if (idle) throw new Error('the simulated engine waits for nothing');
      idle = true;
      continue;
    }
    idle = false;
    // What ends at the same moment is one group, as for an engine that looks up from one and sees both.
    clock.advance(0);
  }
  await ended;
  return log.close(engine.state);
}

/** The inbox waits for one turn of the event loop to let others in; that turn may come after the first of these. */
async function turnOfEngine(): Promise<void> {
  for (let turns = 0; turns < 2; turns++) await new Promise<void>((resolve) => setImmediate(resolve));
}
