/** A simulated run by the core alone: what the engine does between its waits, in one go, fast enough for many samples. */
import type { Command } from '../core/command.ts';
import type { Event, EventBody } from '../core/event.ts';
import type { Timestamp } from '../core/plan.ts';
import { createRun, reduce } from '../core/reduce.ts';
import { planned, positionOf, type RunState, taskAt } from '../core/run-state.ts';
import { nextWake } from '../core/schedule.ts';
import { decide } from '../engine/intent.ts';
import type { Chance } from './chance.ts';
import { type Outcomes, outcomesOf } from './outcomes.ts';
import { createdEvent, openingOf, type Scenario } from './scenario.ts';
import { type SimulatedRun, timeline } from './timeline.ts';

/** Prepares what all samples of a scenario share; then each call is one run. */
export function coreRunner(scenario: Scenario): (chance: Chance) => SimulatedRun {
  const created = createdEvent(scenario);
  const opening = openingOf(scenario);
  const world = outcomesOf(scenario);
  return (chance) => runOnce(createRun(created), opening, world(chance));
}

function runOnce(state: RunState, opening: readonly EventBody[], outcomes: Outcomes): SimulatedRun {
  const log = timeline();
  const pending = pendingEffects();
  let now: Timestamp = 0;
  const record = (body: EventBody): void => {
    const event = { seq: state.record.seq + 1, at: now, ...body } as Event;
    reduce(state, event);
    log.see(event);
  };
  let bodies: readonly EventBody[] = [{ type: 'engine-started', pid: 0, version: 'simulated' }, ...opening];
  for (;;) {
    for (const body of bodies) record(body);
    const commands = decide(state, now, record);
    if (state.record.phase === 'paused' || state.record.phase === 'ended') return log.close(state);
    for (const command of commands) {
      const effect = effectOf(command, state, outcomes);
      if (effect !== undefined) pending.add(now + effect.afterMs, effect.reports);
    }
    const next = Math.min(pending.first(), nextWake(state, now) ?? Number.POSITIVE_INFINITY);
    if (next === Number.POSITIVE_INFINITY) throw new Error('the simulated run waits for nothing');
    now = next;
    bodies = pending.take(now);
  }
}

interface Effect {
  readonly afterMs: number;
  readonly reports: readonly EventBody[];
}

/** What comes of a command; undefined when it asks for nothing but to be remembered. */
function effectOf(command: Command, state: RunState, outcomes: Outcomes): Effect | undefined {
  switch (command.type) {
    case 'start-attempt': {
      const position = positionOf(state, command.task);
      return outcomes.attempt(planned(state, position), command.attempt, taskAt(state, position).attempts);
    }
    case 'integrate':
      return outcomes.integration(planned(state, positionOf(state, command.task)));
    case 'check-baseline':
      return { afterMs: 0, reports: [{ type: 'baseline-recorded', steps: [] }] };
    case 'keep-workspace':
      return { afterMs: 0, reports: [{ type: 'workspace-kept', task: command.task, path: command.task }] };
    // Nobody asks for anything while a simulated run goes on, and what an attempt has used is known at its end.
    case 'cancel-attempt':
    case 'announce':
    case 'pause-run':
    case 'end-run':
      return undefined;
  }
}

interface PendingEffects {
  add(at: Timestamp, reports: readonly EventBody[]): void;
  /** When the next of them ends; Infinity when there is none. */
  first(): Timestamp;
  /** Everything that ends at this time, in the order in which it began: one group, as for the engine. */
  take(at: Timestamp): readonly EventBody[];
}

/** Few are waited for at once, one for each slot and one for the integration: a sorted list is quick enough. */
function pendingEffects(): PendingEffects {
  /** The earliest is the last. */
  const groups: { readonly at: Timestamp; readonly reports: EventBody[] }[] = [];
  return {
    add(at, reports) {
      let place = groups.length;
      while (place > 0 && (groups[place - 1]?.at as Timestamp) < at) place--;
      const before = groups[place - 1];
      if (before?.at === at) before.reports.push(...reports);
      else groups.splice(place, 0, { at, reports: [...reports] });
    },
    first: () => groups.at(-1)?.at ?? Number.POSITIVE_INFINITY,
    take: (at) => (groups.at(-1)?.at === at ? (groups.pop()?.reports ?? []) : []),
  };
}
