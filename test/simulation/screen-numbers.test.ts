/** Every number that a screen shows is the journal's: random runs are looked at after many of their events and counted again naively. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Event, Request, RunCreated } from '../../src/core/event.ts';
import { forecast } from '../../src/core/forecast/forecast.ts';
import { commit, taskId } from '../../src/core/plan.ts';
import { createRun, reduce } from '../../src/core/reduce.ts';
import type { RunState } from '../../src/core/run-state.ts';
import { runEngine } from '../../src/simulation/run-engine.ts';
import { createdEvent } from '../../src/simulation/scenario.ts';
import { readHistory } from '../../src/view/run-history.ts';
import { runView } from '../../src/view/run-view.ts';
import { activeTimeOf } from '../../src/view/timeline.ts';
import { type Recipe, World } from '../fakes/world.ts';
import { type NaiveScreen, naiveScreen } from '../rig/naive-screen.ts';
import { randomPlan } from '../rig/random-plan.ts';
import { randomScenario } from '../rig/random-scenario.ts';
import { randomFrom } from '../rig/seeded-random.ts';
import { casesOf } from '../rig/thoroughness.ts';
import { runScript, seeded } from './run.ts';

/** Simulated clocks begin at 0, which is no time of any real run. */
const MIDNIGHT = 1_800_000_000_000;

/** Tells the state after some of the events, the last among them, and a moment later. */
function atMany(
  simulated: readonly Event[],
  seed: number,
  look: (state: RunState, so: readonly Event[], now: number) => void,
): void {
  const random = randomFrom(seed);
  const events = simulated.map((event) => ({ ...event, at: event.at + MIDNIGHT }));
  const state = createRun(events[0] as Event & RunCreated);
  events.forEach((event, index) => {
    if (index > 0) reduce(state, event);
    const isLast = index === events.length - 1;
    if (isLast || random.wholeNumber(0, 4) === 0)
      look(state, events.slice(0, index + 1), event.at + random.wholeNumber(0, 5_000));
  });
}

/** What a view tells, in the words of the naive count. */
function shown(state: RunState, now: number): NaiveScreen {
  const view = runView(state, now);
  const { used, reserved } = view.budget.tokens;
  return {
    state: view.state === 'running' || view.state === 'draining' ? 'going' : view.state,
    elapsedMs: view.elapsedMs,
    activeMs: view.activeMs,
    commits: view.commits,
    // In start order, which is no number.
    queue: view.tasks.flatMap(({ id }) => (view.queue.some(({ task }) => task === id) ? [id] : [])),
    slots: view.slots,
    tokens: { used, reserved },
    tasks: view.tasks.map(({ id, status, wave, attempts, commits, startedAt, waitsFor }) => ({
      ...{ id, status, wave, attempts, made: commits.made, startedAt, waitsFor },
    })),
    active: view.active.map(({ slot, attempt, startedAt }) => ({ slot, attempt, startedAt })),
  };
}

/** Counts of the run and of its waves, from the list of its tasks. */
function countedFrom({ tasks }: NaiveScreen, excused: ReadonlySet<string>) {
  const having = (...statuses: readonly string[]) => tasks.filter(({ status }) => statuses.includes(status));
  const number = (status: string): number => having(status).length;
  const last = Math.max(...tasks.map(({ wave }) => wave));
  return {
    counts: {
      ...{ waiting: number('waiting'), ready: number('ready'), running: number('running') },
      ...{ verifying: number('verifying'), integrating: number('integrating'), done: number('done') },
      ...{ needsAttention: number('needs-attention'), needsReview: number('needs-review') },
      ...{ blocked: number('blocked'), cancelled: number('cancelled'), skipped: number('skipped') },
    },
    waves: Array.from({ length: last + 1 }, (_, wave) => {
      const of = (...statuses: readonly string[]): number =>
        having(...statuses).filter((task) => task.wave === wave).length;
      const stuck = having('needs-attention', 'needs-review', 'blocked', 'cancelled');
      return {
        wave,
        total: tasks.filter((task) => task.wave === wave).length,
        done: of('done', 'skipped'),
        active: of('running', 'verifying', 'integrating'),
        stuck: stuck.filter((task) => task.wave === wave && !excused.has(task.id)).length,
      };
    }),
  };
}

const HOUR_MS = 3_600_000;

/** To a tenth; null in the first second, and while there is nothing to count. */
function expectRate(told: number | null, count: number, activeMs: number, perMs: number): void {
  expect(told === null).toBe(count === 0 || activeMs < 1_000);
  if (told !== null) expect(Math.abs(told - (count * perMs) / activeMs)).toBeLessThanOrEqual(0.0501);
}

function expectSame(state: RunState, events: readonly Event[], now: number): void {
  const naive = naiveScreen(events, now);
  expect(shown(state, now)).toEqual(naive);
  const excused = events.flatMap((event) =>
    event.type === 'cancel-requested' && event.satisfied === true ? [String(event.task)] : [],
  );
  const { counts, waves, velocity, queue, activeMs } = runView(state, now);
  // The report measures it by the gaps between engines.
  const picture = readHistory(events).timeline.at(now);
  expect(activeMs).toBe(activeTimeOf(picture)(picture.to));
  expect({ counts, waves }).toEqual(countedFrom(naive, new Set(excused)));
  expect(queue).toHaveLength(counts.ready);
  expectRate(velocity.commitsPerHour, naive.commits.made, naive.activeMs, HOUR_MS);
  expectRate(velocity.tasksPerDay, counts.done, naive.activeMs, 24 * HOUR_MS);
}

const MOST_TASKS = 14;
const anyTask = fc.nat(MOST_TASKS - 1).map((number) => taskId(`T${number}`));
const scenario = fc.record({
  plan: randomPlan(MOST_TASKS),
  recipes: fc.array(
    fc.oneof(
      { weight: 3, arbitrary: fc.constant<Recipe>({}) },
      fc.constant<Recipe>({ failsOnce: true }),
      fc.constant<Recipe>({ failsAlways: true }),
      fc.constant<Recipe>({ crashesOnce: true }),
      anyTask.map((conflictsWith): Recipe => ({ conflictsWith })),
    ),
    { minLength: MOST_TASKS, maxLength: MOST_TASKS },
  ),
  requests: fc.array(
    fc.tuple(
      fc.nat(80),
      fc.oneof(
        fc.constant<Request>({ type: 'pause-requested' }),
        fc.constant<Request>({ type: 'resume-requested' }),
        fc.record({ type: fc.constant('slots-requested' as const), slots: fc.integer({ min: 1, max: 6 }) }),
        fc.record({ type: fc.constant('cancel-requested' as const), task: anyTask }),
      ),
    ),
    { maxLength: 8 },
  ),
  slots: fc.integer({ min: 1, max: 5 }),
  retries: fc.integer({ min: 0, max: 2 }),
  seed: fc.nat(),
  crashes: fc.boolean(),
});

describe('the numbers of a screen are those of the journal', () => {
  it('whatever goes wrong, is asked for, and is killed', async () => {
    const seen = new Set<string>();
    await fc.assert(
      fc.asyncProperty(scenario, async ({ plan, recipes, requests, seed, crashes, ...limits }) => {
        const recipeOf = plan.tasks.map(({ id }, position) => {
          const recipe = recipes[position] ?? {};
          return [id, recipe.conflictsWith === id ? {} : recipe] as const;
        });
        const fate = seeded(seed + 1);
        const { events } = await runScript({
          plan,
          ...limits,
          world: new World(new Map(recipeOf)),
          choose: seeded(seed),
          requests: new Map<number, Request>(requests),
          resume: true,
          crashBeforeEffect: () => crashes && fate(80) === 0,
        });
        atMany(events, seed, (state, so, now) => {
          expectSame(state, so, now);
          for (const { status } of state.tasks) seen.add(status);
        });
      }),
      { numRuns: casesOf(200), seed: 20261122 },
    );
    // All that a random run can come to; nothing is skipped in it.
    expect([...seen].sort()).toEqual(
      [
        ...['blocked', 'cancelled', 'done', 'integrating', 'needs-attention', 'needs-review'],
        ...['ready', 'running', 'verifying', 'waiting'],
      ].sort(),
    );
  });

  it('in time and in tokens, over runs whose attempts take and use what they like', async () => {
    for (let seed = 1; seed <= casesOf(100); seed++) {
      const random = randomScenario(seed, { maxTasks: 14 });
      const events: Event[] = [createdEvent(random)];
      await runEngine(random, { seed, sample: seed, failureRate: 0.2 }, (event) => events.push(event));
      atMany(events, seed, expectSame);
    }
  });
});

it('a landing after the end takes nothing off the time in which the run was worked on', async () => {
  const random = randomScenario(3, { maxTasks: 14 });
  const events: Event[] = [createdEvent(random)];
  await runEngine(random, { seed: 3, sample: 3, failureRate: 0 }, (event) => events.push(event));
  const { seq, at } = events.at(-1) as Event;
  events.push({
    seq: seq + 1,
    at: at + 24 * HOUR_MS,
    type: 'run-landed',
    branch: 'main',
    commit: commit('c'),
  } as Event);
  atMany(events, 3, expectSame);
});

describe('the ETA', () => {
  it('is the forecast in whole seconds, and no shorter than the longest chain of what is left', async () => {
    for (let seed = 1; seed <= casesOf(50); seed++) {
      const random = randomScenario(seed, { maxTasks: 14 });
      const estimates = random.estimates.map((each) => ({
        ...each,
        durationMs: each.durationMs * 1_000,
        spread: 0,
      }));
      const events: Event[] = [createdEvent({ ...random, estimates })];
      const exact = { seed, sample: null, failureRate: 0 };
      await runEngine({ ...random, estimates }, exact, (event) => events.push(event));
      atMany(events, seed, (state, so) => {
        const now = so.at(-1)?.at ?? 0;
        const made = forecast(state, now, { samples: 40 });
        const { eta } = runView(state, now, { forecast: made });
        expect(eta === null).toBe(made === undefined);
        if (eta === null || made === undefined) return;
        expect(
          [eta.p50 * 1_000 - made.p50Ms, eta.p90 * 1_000 - made.p90Ms].map(Math.abs).every((ms) => ms <= 500),
        ).toBe(true);
        expect(eta.p90).toBeGreaterThanOrEqual(eta.p50);
        expect(made.p50Ms).toBeGreaterThanOrEqual(longestChainMs(so, now) - 1);
      });
    }
  });
});

/** The longest chain of tasks that are left, each by its estimate, less what its attempt has run already. */
function longestChainMs(events: readonly Event[], now: number): number {
  const { plan, estimates } = events[0] as Event & RunCreated;
  const naive = new Map(naiveScreen(events, now).tasks.map((task) => [task.id, task]));
  const startOf = new Map(
    events.flatMap((event) => (event.type === 'attempt-started' ? [[String(event.task), event.at]] : [])),
  );
  const chains = new Map<string, number>();
  // Dependencies come first in a random plan.
  plan.tasks.forEach(({ id, dependsOn }, position) => {
    const status = naive.get(id)?.status;
    const whole = estimates[position]?.durationMs ?? 0;
    const isOver = status === 'done' || status === 'integrating';
    const ran = status === 'running' ? now - Number(startOf.get(id)) : 0;
    const own = isOver ? 0 : Math.max(0, whole - ran);
    chains.set(id, own + Math.max(0, ...dependsOn.map((above) => chains.get(above) ?? 0)));
  });
  return Math.max(...chains.values());
}
