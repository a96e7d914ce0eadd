/** Runs the real engine in a simulated world, with crashes and an order of effects that a seed decides. */
import { setImmediate as turnOfLoop } from 'node:timers/promises';
import type { Event, Request } from '../../src/core/event.ts';
import { checkInvariants } from '../../src/core/invariants.ts';
import type { Plan } from '../../src/core/plan.ts';
import { countsOf, type RunState } from '../../src/core/run-state.ts';
import { createEngine, type Engine } from '../../src/engine/engine.ts';
import { replay } from '../../src/engine/replay.ts';
import { VirtualClock } from '../../src/simulation/virtual-clock.ts';
import {
  type AppendHook,
  emptyDisk,
  type MemoryDisk,
  MemoryJournal,
  SimulatedCrash,
} from '../fakes/memory-journal.ts';
import type { Life, World } from '../fakes/world.ts';
import { createdEvent } from '../rig/story.ts';

/** A small seeded generator (mulberry32): the same seed gives the same run. */
export function seeded(seed: number): (count: number) => number {
  let state = seed >>> 0;
  return (count) => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32) * count);
  };
}

export interface Script {
  readonly plan: Plan;
  readonly world: World;
  readonly choose: (count: number) => number;
  readonly slots?: number;
  readonly retries?: number;
  /** Told before each effect; true kills the engine there, between two effects. */
  readonly crashBeforeEffect?: (effects: number) => boolean;
  /** Told at each append of the whole run; see `AppendHook`. */
  readonly crashAtAppend?: AppendHook;
  /** Is given each engine before it runs. */
  readonly onEngine?: (engine: Engine) => void;
  /** Requests to submit, by the number of effects before them. */
  readonly requests?: ReadonlyMap<number, Request>;
  /** Put another engine on the run when it has been paused. */
  readonly resume?: boolean;
  readonly snapshotEvery?: number;
  /** Go on with this journal. */
  readonly disk?: MemoryDisk;
}

export interface Outcome {
  readonly state: RunState;
  readonly events: readonly Event[];
  readonly appends: number;
  readonly effects: number;
  readonly crashes: number;
  readonly disk: MemoryDisk;
}

/** Far more effects than any of these runs has: reached only when one hangs. */
const MAX_EFFECTS = 20_000;

/** Runs until the run has ended or is paused, restarting the engine after each crash. */
export async function runScript(script: Script): Promise<Outcome> {
  const disk = script.disk ?? emptyDisk();
  const clock = new VirtualClock();
  if (disk.lines.length === 0) {
    disk.lines.push(
      JSON.stringify(createdEvent(script.plan, { slots: script.slots ?? 3, retries: script.retries ?? 3 })),
    );
  }
  const counters = { appends: 0, effects: 0, crashes: 0 };
  for (;;) {
    const state = await liveOnce(script, disk, clock, counters);
    if (state === 'crashed') counters.crashes++;
    else if (script.resume !== true || state.record.phase === 'ended') {
      return finish(state, disk, script.world, counters);
    }
  }
}

async function liveOnce(
  script: Script,
  disk: MemoryDisk,
  clock: VirtualClock,
  counters: { appends: number; effects: number },
): Promise<RunState | 'crashed'> {
  const life: Life = { over: false };
  const journal = new MemoryJournal(disk, (_, events) => {
    counters.appends++;
    return script.crashAtAppend?.(counters.appends, events);
  });
  const state = replay(journal);
  checkInvariants(state);
  const engine = createEngine(
    state,
    { journal, clock, executor: script.world.executor(life), integrator: script.world.integrator(life) },
    { pid: 1, version: 'test', onReduced: checkInvariants, snapshotEvery: script.snapshotEvery ?? 25 },
  );
  script.onEngine?.(engine);
  let over: 'ended' | 'crashed' | undefined;
  let failure: unknown;
  engine.run().then(
    () => {
      over = 'ended';
    },
    (error: unknown) => {
      over = 'crashed';
      if (!(error instanceof SimulatedCrash)) failure = error;
    },
  );
  try {
    while (over === undefined) {
      await turnOfLoop();
      if (over !== undefined) break;
      if (script.crashBeforeEffect?.(counters.effects) === true) return 'crashed';
      submitDue(engine, script, counters.effects);
      if (script.world.proceed(script.choose)) counters.effects++;
      else clock.advance(1_000);
      // An engine that died at an append waits for effects that nobody will see.
      if (diedInAppend(journal)) return 'crashed';
      if (counters.effects > MAX_EFFECTS) throw new Error(`hangs with ${JSON.stringify(countsOf(state))}`);
    }
  } finally {
    script.world.kill(life);
    // Whatever the dead engine still has in its hands reaches no journal.
    journal.close();
  }
  if (failure !== undefined) throw failure;
  return over === 'crashed' ? 'crashed' : state;
}

function submitDue(engine: Engine, script: Script, effects: number): void {
  const request = script.requests?.get(effects);
  if (request) void engine.submit(request);
}

function diedInAppend(journal: MemoryJournal): boolean {
  try {
    journal.loadSnapshot();
    return false;
  } catch {
    return true;
  }
}

function finish(
  state: RunState,
  disk: MemoryDisk,
  world: World,
  counters: { appends: number; effects: number; crashes: number },
): Outcome {
  const events = disk.lines.map((line) => JSON.parse(line) as Event);
  assertReplays(events, state);
  if (world.processes > 0) throw new Error(`${world.processes} processes are left`);
  return { state, events, disk, ...counters };
}

/** Replaying the journal gives the state that the engine had. */
function assertReplays(events: readonly Event[], state: RunState): void {
  const journal = new MemoryJournal({ lines: events.map((event) => JSON.stringify(event)) });
  const again = replay(journal, { snapshot: false });
  const picture = (one: RunState): string => JSON.stringify([one.record, one.tasks]);
  if (picture(again) !== picture(state)) throw new Error('the journal replays to another state');
}
