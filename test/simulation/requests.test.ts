import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Request } from '../../src/core/event.ts';
import { type Plan, type TaskId, taskId } from '../../src/core/plan.ts';
import { taskAt } from '../../src/core/run-state.ts';
import { type Recipe, World } from '../fakes/world.ts';
import { planFrom } from '../rig/plan-text.ts';
import { randomPlan } from '../rig/random-plan.ts';
import { runScript, seeded } from './run.ts';

const MOST_TASKS = 14;
const anyTask = fc.nat(MOST_TASKS - 1).map((number) => taskId(`T${number}`));

const anyRequest: fc.Arbitrary<Request> = fc.oneof(
  fc.constant<Request>({ type: 'pause-requested' }),
  fc.constant<Request>({ type: 'stop-requested' }),
  fc.constant<Request>({ type: 'resume-requested' }),
  fc.record({ type: fc.constant('slots-requested' as const), slots: fc.integer({ min: 1, max: 6 }) }),
  fc.record({ type: fc.constant('cancel-requested' as const), task: anyTask, satisfied: fc.boolean() }),
  fc.record({ type: fc.constant('retry-requested' as const), task: anyTask, fresh: fc.boolean() }),
  fc.record({ type: fc.constant('resolve-requested' as const), task: anyTask }),
);

const anyRecipe: fc.Arbitrary<Recipe> = fc.oneof(
  { weight: 4, arbitrary: fc.constant<Recipe>({}) },
  fc.constant<Recipe>({ failsOnce: true }),
  fc.constant<Recipe>({ failsAlways: true }),
  fc.constant<Recipe>({ crashesOnce: true }),
  anyTask.map((conflictsWith): Recipe => ({ conflictsWith })),
);

const scenario = fc.record({
  plan: randomPlan(MOST_TASKS),
  recipes: fc.array(anyRecipe, { minLength: MOST_TASKS, maxLength: MOST_TASKS }),
  requests: fc.array(fc.tuple(fc.nat(80), anyRequest), { maxLength: 12 }),
  slots: fc.integer({ min: 1, max: 5 }),
  seed: fc.nat(),
  crashes: fc.boolean(),
});

/** Its own merge never conflicts with itself. */
const recipeMap = (plan: Plan, recipes: readonly Recipe[]): Map<TaskId, Recipe> =>
  new Map(
    plan.tasks.map(({ id }, position) => {
      const recipe = recipes[position] ?? {};
      return [id, recipe.conflictsWith === id ? {} : recipe];
    }),
  );

const excusedBy = (requests: readonly Request[]): Set<TaskId> =>
  new Set(
    requests.flatMap((one) =>
      one.type === 'cancel-requested' && one.satisfied && one.task ? [one.task] : [],
    ),
  );

describe('whatever people ask for, and whenever it crashes', () => {
  it('keeps its invariants, ends, and merges each task at most once', async () => {
    await fc.assert(
      fc.asyncProperty(scenario, async ({ plan, recipes, requests, slots, seed, crashes }) => {
        const world = new World(recipeMap(plan, recipes), excusedBy(requests.map(([, request]) => request)));
        const fate = seeded(seed + 1);
        const { state } = await runScript({
          plan,
          world,
          choose: seeded(seed),
          slots,
          retries: 1,
          requests: new Map(requests),
          resume: true,
          crashBeforeEffect: () => crashes && fate(80) === 0,
        });
        expect(state.record.phase).toBe('ended');
        const merged = world.target.map(({ task }) => task);
        expect(new Set(merged).size).toBe(merged.length);
        plan.tasks.forEach(({ id }, position) => {
          expect([id, taskAt(state, position).status === 'done']).toEqual([id, merged.includes(id)]);
        });
      }),
      { numRuns: 200, seed: 20261121 },
    );
  });
});

describe('single requests', () => {
  const run = (text: string, recipes: [string, Recipe][], requests: [number, Request][], slots = 3) => {
    const excused = excusedBy(requests.map(([, request]) => request));
    const world = new World(new Map(recipes.map(([id, recipe]) => [taskId(id), recipe])), excused);
    const script = {
      plan: planFrom(text),
      world,
      choose: seeded(1),
      slots,
      retries: 0,
      requests: new Map(requests),
    };
    return runScript({ ...script, resume: true });
  };
  const statuses = async (outcome: ReturnType<typeof run>): Promise<Record<string, string>> => {
    const { state } = await outcome;
    return Object.fromEntries(
      state.plan.tasks.map(({ id }, position) => [id, taskAt(state, position).status]),
    );
  };

  it('lets dependents of a satisfied cancellation go on', async () => {
    const cancel: Request = { type: 'cancel-requested', task: taskId('A'), satisfied: true };
    expect(await statuses(run('A\nB: A\nC: B', [], [[2, cancel]]))).toEqual({
      A: 'cancelled',
      B: 'done',
      C: 'done',
    });
  });

  it('frees what a cancellation blocked once a person calls it satisfied', async () => {
    const cancel: Request = { type: 'cancel-requested', task: taskId('A') };
    const requests: [number, Request][] = [
      [0, cancel],
      [1, { ...cancel, satisfied: true }],
    ];
    expect(await statuses(run('A\nB: A\nC', [], requests, 1))).toEqual({
      A: 'cancelled',
      B: 'done',
      C: 'done',
    });
  });

  it('blocks everything below a cancelled task, and nothing else', async () => {
    const cancel: Request = { type: 'cancel-requested', task: taskId('A') };
    expect(await statuses(run('A\nB: A\nC: B\nD', [], [[4, cancel]]))).toEqual({
      A: 'cancelled',
      B: 'blocked',
      C: 'blocked',
      D: 'done',
    });
  });

  it('says who is to blame when two ancestors are broken and one is mended', async () => {
    const { state } = await run(
      'A\nB\nC: A, B\nD: C',
      [
        ['A', { failsAlways: true }],
        ['B', { failsAlways: true }],
      ],
      [],
    );
    expect(state.plan.tasks[taskAt(state, 3).rootCause]?.id).toBe(
      state.plan.tasks[taskAt(state, 2).rootCause]?.id,
    );
    expect(state.record.outcome).toBe('incomplete');
  });

  it('starts no more than the lowered number of slots', async () => {
    const { events } = await run('A\nB\nC\nD\nE\nF', [], [[3, { type: 'slots-requested', slots: 1 }]], 4);
    let running = 0;
    let lowered = false;
    for (const event of events) {
      if (event.type === 'slots-requested') lowered = true;
      if (event.type === 'attempt-started') {
        running++;
        if (lowered) expect(running).toBe(1);
      }
      if (event.type === 'attempt-succeeded') running--;
    }
    expect(lowered).toBe(true);
  });
});
