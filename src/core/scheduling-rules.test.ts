import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { planFrom } from '../../test/rig/plan-text.ts';
import { randomPlan } from '../../test/rig/random-plan.ts';
import { randomFrom } from '../../test/rig/seeded-random.ts';
import {
  createdEvent,
  failedGate,
  integrated,
  started,
  stateAfter,
  succeeded,
} from '../../test/rig/story.ts';
import type { Command } from './command.ts';
import { plannedEstimate, type TaskEstimate } from './estimate.ts';
import type { Event, EventBody } from './event.ts';
import { checkInvariants } from './invariants.ts';
import { attemptId, commit, type Plan, type Task, taskId } from './plan.ts';
import { createRun, reduce } from './reduce.ts';
import type { RunState } from './run-state.ts';
import { schedule } from './schedule.ts';
import { defaultScheduling, orders, type RunSettings, schedules } from './settings.ts';

const HOUR = 3_600_000;
const noGate = { gate: [] } as const;
const budgetOf = (budget: Partial<RunSettings['budget']>): Partial<RunSettings> => ({
  ...noGate,
  budget: { ...defaultScheduling.budget, ...budget },
});

const startsOf = (commands: readonly Command[]): string[] =>
  commands.flatMap((command) => (command.type === 'start-attempt' ? [command.task] : []));
const startable = (state: RunState): string[] => startsOf(schedule(state, state.record.at));

const used = (task: string, tokens: number, ordinal = 1): EventBody => ({
  type: 'usage-reported',
  task: taskId(task),
  attempt: attemptId(taskId(task), ordinal),
  usage: { inputTokens: tokens, outputTokens: 0, cacheReadTokens: 0 },
});
const reserving = (task: string, tokens: number, slot = 0): EventBody =>
  ({ ...started(task, 1, slot), reserved: { tokens, costUsd: 0 } }) as EventBody;
const done = (task: string): EventBody[] => [succeeded(task), ...integrated(task)];

const withFiles = (globs: Record<string, string[]>) => (task: Task) => ({
  ...task,
  files: globs[task.id] ?? [],
});
const withPools = (demands: Record<string, Record<string, number>>) => (task: Task) => ({
  ...task,
  pools: demands[task.id] ?? {},
});
const withTokens = (tokens: Record<string, number>) => (task: Task) => ({
  ...task,
  estimate: { tokens: tokens[task.id] ?? 10 },
});

describe('waves', () => {
  const five = planFrom('A\nB\nC\nD\nE\nZ: A');
  const all = five.tasks.slice(0, 5).map(({ id }) => id);
  const doneOf = (...ids: string[]): EventBody[] => ids.flatMap((id) => [started(id), ...done(id)]);

  it.each<[RunSettings['schedule'], string[], string[]]>([
    ['dynamic', ['A'], ['Z']],
    ['threshold', ['A', 'B', 'C'], []],
    ['threshold', ['A', 'B', 'C', 'D'], ['Z']],
    ['barrier', ['A', 'B', 'C', 'D'], []],
    ['barrier', ['A', 'B', 'C', 'D', 'E'], ['Z']],
  ])('%s: after %j of five, Z may start: %j', (rule, finished, expected) => {
    const state = stateAfter(five, { ...noGate, schedule: rule, slots: 9 }, ...doneOf(...finished));
    expect(startable(state).filter((id) => id === 'Z')).toEqual(expected);
    expect(startable(state).filter((id) => id !== 'Z')).toEqual(all.filter((id) => !finished.includes(id)));
  });

  it('does not wait for what is broken or cancelled', () => {
    const state = stateAfter(
      planFrom('A\nB\nZ: A'),
      { ...noGate, schedule: 'barrier', retries: 0 },
      ...doneOf('A'),
      started('B'),
      failedGate('B'),
    );
    expect(startable(state)).toEqual(['Z']);
  });

  it('closes again when a task comes back', () => {
    const state = stateAfter(
      planFrom('A\nB\nZ: A'),
      { ...noGate, schedule: 'barrier', retries: 0 },
      ...doneOf('A'),
      started('B'),
      failedGate('B'),
      { type: 'retry-requested', task: taskId('B') },
    );
    expect(startable(state)).toEqual(['B']);
  });

  it('makes a chain of five and a diamond neither longer nor wrong', () => {
    expect(startable(stateAfter(planFrom('A\nB: A\nC: B\nD: C\nE: D'), noGate))).toEqual(['A']);
    const diamond = planFrom('A\nB: A\nC: A\nD: B, C');
    const state = stateAfter(diamond, { ...noGate, schedule: 'barrier' }, ...doneOf('A', 'B'));
    expect(startable(state)).toEqual(['C']);
  });
});

describe('orders', () => {
  const plan = planFrom('A\nB\nC: B\nD', (task) => ({
    ...task,
    estimate: { durationMs: ({ A: 3, B: 2, C: 2, D: 1 }[task.id as string] as number) * HOUR },
    ...(task.id === 'D' ? { priority: 3 } : {}),
  }));
  it.each<[RunSettings['order'], string[]]>([
    ['critical-path', ['B', 'A', 'D']],
    ['priority', ['D', 'A', 'B']],
    ['plan', ['A', 'B', 'D']],
    ['shortest', ['D', 'B', 'A']],
    ['optimized', ['B', 'A', 'D']],
  ])('%s', (order, expected) => {
    expect(startable(stateAfter(plan, { ...noGate, order }))).toEqual(expected);
  });

  it('a found order counts from then on', () => {
    const found: EventBody = { type: 'order-found', ranks: [0, 3, 1, 2], makespanMs: 1, beforeMs: 2 };
    expect(startable(stateAfter(plan, { ...noGate, order: 'optimized' }, found))).toEqual(['A', 'D', 'B']);
  });
});

describe('pools', () => {
  it('hold back what needs more than is free, and nothing else', () => {
    const plan = planFrom('A\nB\nC\nD', withPools({ A: { gpu: 2 }, B: { gpu: 1 }, C: { gpu: 2 } }));
    const state = stateAfter(plan, { ...noGate, slots: 9, pools: { gpu: 3 } });
    expect(startable(state)).toEqual(['A', 'B', 'D']);
  });

  it('let the next one in when a gate has ended, not when a merge has', () => {
    const plan = planFrom('A\nB\nC', withPools({ A: { db: 1 }, B: { db: 1 }, C: { db: 1 } }));
    const state = stateAfter(plan, { ...noGate, slots: 9, pools: { db: 1 } }, started('A'));
    expect(startable(state)).toEqual([]);
    reduce(state, { ...succeeded('A'), seq: state.record.seq + 1, at: 9_000 } as Event);
    expect(startable(state)).toEqual(['B']);
  });
});

describe('file exclusion', () => {
  const globs = { A: ['src/a/**'], B: ['src/a/x.ts'], C: ['src/b/**'], D: ['src/a/y.ts'] };
  const plan = planFrom('A\nB\nC\nD', withFiles(globs));

  it('keeps what overlaps apart until the other is merged', () => {
    const state = stateAfter(plan, { ...noGate, slots: 9 }, started('A'), succeeded('A'));
    expect(startable(state)).toEqual(['C']);
    for (const body of integrated('A'))
      reduce(state, { ...body, seq: state.record.seq + 1, at: 9_000 } as Event);
    expect(startable(state)).toEqual(['B', 'C', 'D']);
  });

  it('lasts through a retry and ends with a task that needs somebody', () => {
    const again = stateAfter(plan, { ...noGate, slots: 9 }, started('A'), failedGate('A'));
    expect(startable(again)).toEqual(['A', 'C']);
    const broken = stateAfter(plan, { ...noGate, slots: 9, retries: 0 }, started('A'), failedGate('A'));
    expect(startable(broken)).toEqual(['B', 'C', 'D']);
  });

  it.each(['warn', 'ignore'] as const)('lets them run with %s', (conflicts) => {
    expect(startable(stateAfter(plan, { ...noGate, slots: 9, conflicts }))).toEqual(['A', 'B', 'C', 'D']);
  });
});

describe('the budget', () => {
  const plan = planFrom('A\nB\nC', withTokens({ A: 100, B: 60, C: 50 }));

  it('starts what fits beside what is set aside already', () => {
    const state = stateAfter(plan, budgetOf({ tokens: 160 }));
    expect(startable(state)).toEqual(['A', 'B']);
    // No wave has to fit as a whole: 210 are more than 160.
    expect(startable(stateAfter(plan, budgetOf({ tokens: 110 })))).toEqual(['A']);
    expect(startable(stateAfter(plan, budgetOf({ tokens: 90 })))).toEqual(['B']);
  });

  it('says once that it goes on with fewer, and once that it goes on with one', () => {
    const state = stateAfter(plan, budgetOf({ tokens: 110 }), reserving('A', 100));
    const told = {
      type: 'budget-narrowed',
      task: 'C',
      needs: { tokens: 50, costUsd: 0 },
      left: { tokens: 10, costUsd: null },
      sequential: true,
    } as const;
    expect(schedule(state, 0)).toEqual([{ type: 'announce', news: told }]);
    const fewer = { ...told, sequential: false, seq: state.record.seq + 1, at: 2 } as unknown as Event;
    expect(schedule(reduce(state, fewer), 0)).toEqual([{ type: 'announce', news: told }]);
    reduce(state, { ...told, seq: state.record.seq + 1, at: 2 } as unknown as Event);
    expect(schedule(state, 0)).toEqual([]);
    // What starts at the same moment is not free any more.
    const [first] = schedule(stateAfter(plan, budgetOf({ tokens: 110 })), 0);
    expect(first).toEqual({ type: 'announce', news: told });
  });

  it('goes on with what fits, in tokens and in money, and with what needs nothing when it is overdrawn', () => {
    const plan = planFrom('A\nB\nC\nD', withTokens({ A: 65, B: 10, C: 40, D: 0 }));
    const dear: Record<string, number> = { A: 0.65, B: 0.6, C: 0.4, D: 0 };
    const estimates = plan.tasks.map((task) => ({ ...plannedEstimate(task), costUsd: dear[task.id] ?? 0 }));
    const state = createRun({
      ...createdEvent(plan, budgetOf({ costUsd: 1 })),
      estimates,
    } as Parameters<typeof createRun>[0]);
    const play = (...bodies: EventBody[]): RunState => {
      for (const body of bodies) reduce(state, { ...body, seq: state.record.seq + 1, at: 1 } as Event);
      return state;
    };
    const costing = (costUsd: number): EventBody => ({
      ...(used('A', 50) as EventBody & { type: 'usage-reported' }),
      usage: { inputTokens: 50, outputTokens: 0, cacheReadTokens: 0, costUsd },
    });
    play({ ...started('A', 1, 0), reserved: { tokens: 65, costUsd: 0.65 } } as EventBody);
    expect(startable(state)).toEqual(['D']);
    expect(startable(play(costing(0.5), ...done('A')))).toEqual(['C', 'D']);
    expect(startable(play(costing(1.5)))).toEqual(['D']);
  });

  it('pauses when nothing runs and nothing fits, and goes on when it is raised, without paying twice', () => {
    const state = stateAfter(
      plan,
      budgetOf({ tokens: 100 }),
      reserving('A', 100),
      used('A', 80),
      ...done('A'),
    );
    const pause = schedule(state, 0).find(({ type }) => type === 'pause-run');
    expect(pause).toMatchObject({
      reason: expect.stringMatching(/80 of 100 tokens are used, and C needs 50/),
    });
    const raise: EventBody[] = [{ type: 'budget-requested', tokens: 200 }];
    for (const body of raise) reduce(state, { ...body, seq: state.record.seq + 1, at: 2 } as Event);
    expect([startable(state), state.record.spent.tokens]).toEqual([['B', 'C'], 80]);
  });

  it('tells each mark once', () => {
    const state = stateAfter(plan, budgetOf({ tokens: 1000 }), reserving('A', 100), used('A', 700));
    const marks = schedule(state, 0).flatMap((one) => (one.type === 'announce' ? [one.news] : []));
    expect(marks).toEqual([{ type: 'budget-crossed', percent: 65, unit: 'tokens', used: 700, limit: 1000 }]);
    for (const body of marks) reduce(state, { ...body, seq: state.record.seq + 1, at: 2 } as Event);
    expect(schedule(state, 0).filter(({ type }) => type === 'announce')).toEqual([]);
  });

  it('counts cache reads by their weight, and money by price', () => {
    const usage = { inputTokens: 100, outputTokens: 10, cacheReadTokens: 1000 };
    const report = { ...used('A', 0), usage } as EventBody;
    const price = { input: 1, output: 10, cacheRead: 0.1 };
    const settings = { ...budgetOf({ tokens: 1000 }), prices: { scripted: price } };
    expect(stateAfter(plan, settings, reserving('A', 100), report).record.spent).toEqual({
      tokens: 210,
      costUsd: 0.0003,
    });
    const told = { ...report, usage: { ...usage, costUsd: 0.5 } } as EventBody;
    expect(stateAfter(plan, settings, reserving('A', 100), told).record.spent.costUsd).toBe(0.5);
  });

  it('draws on a limit of money at the usual price when nobody says what an agent costs', () => {
    const state = stateAfter(plan, budgetOf({ costUsd: 1 }), reserving('A', 100), used('A', 100_000));
    expect(state.record.spent.costUsd).toBeCloseTo(0.6);
  });

  it('takes a late report, and nothing back', () => {
    const state = stateAfter(
      plan,
      budgetOf({ tokens: 1000 }),
      reserving('A', 100),
      used('A', 50),
      used('A', 40),
      failedGate('A'),
      used('A', 70),
    );
    expect(state.record.spent.tokens).toBe(70);
  });

  it('stops an attempt that is far over what was set aside for it', () => {
    const state = stateAfter(
      plan,
      budgetOf({ tokens: 1000, overrun: 2 }),
      reserving('A', 100),
      used('A', 201),
    );
    expect(schedule(state, 0)).toContainEqual(
      expect.objectContaining({
        type: 'cancel-attempt',
        attempt: 'A.1',
        because: expect.stringContaining('201'),
      }),
    );
  });

  it('counts an attempt that was stopped for it as one of those a task may have', () => {
    const stopped: EventBody = {
      type: 'attempt-failed',
      task: taskId('A'),
      attempt: attemptId(taskId('A'), 1),
      failure: { reason: 'cancelled', message: 'cancelled' },
    };
    const taskAfter = (...events: EventBody[]) =>
      stateAfter(
        plan,
        { ...budgetOf({ tokens: 1000, overrun: 2 }), retries: 0 },
        reserving('A', 100),
        used('A', 201),
        ...events,
      ).tasks[0];
    expect(taskAfter(stopped)).toMatchObject({
      status: 'needs-attention',
      charged: 1,
      failure: { reason: 'overrun', message: expect.stringContaining('201') },
    });
    const pause: EventBody = { type: 'pause-requested', task: taskId('A') };
    expect(taskAfter(pause, stopped)).toMatchObject({ status: 'ready', charged: 0 });
  });
});

describe('a paused task', () => {
  const plan = planFrom('A\nB');
  const pause: EventBody = { type: 'pause-requested', task: taskId('A') };
  const cancelled: EventBody = {
    type: 'attempt-failed',
    task: taskId('A'),
    attempt: attemptId(taskId('A'), 1),
    failure: { reason: 'cancelled', message: 'cancelled' },
  };

  it('frees its slot, waits until it is resumed, and costs no session', () => {
    const running = stateAfter(plan, { ...noGate, slots: 1 }, started('A'), pause);
    expect(schedule(running, 0)).toMatchObject([{ type: 'cancel-attempt', because: 'paused by request' }]);
    const state = stateAfter(plan, { ...noGate, slots: 1 }, started('A'), pause, cancelled);
    expect([startable(state), state.tasks[0]?.charged]).toEqual([['B'], 0]);
    reduce(state, { type: 'resume-requested', task: taskId('A'), seq: state.record.seq + 1, at: 9 } as Event);
    expect(startable(state)).toEqual(['A']);
  });

  it('pauses the run when nothing else is left', () => {
    const state = stateAfter(plan, noGate, pause, started('B'), ...done('B'));
    expect(schedule(state, 0)).toMatchObject([
      { type: 'pause-run', reason: expect.stringContaining('tutti resume A') },
    ]);
  });
});

describe('starvation', () => {
  const shorts = Array.from({ length: 11 }, (_, index) => `S${index}`);
  const plan = planFrom(['L', 'M', ...shorts].join('\n'), (task) => ({
    ...task,
    estimate: { durationMs: task.id === 'L' ? 5 * HOUR : task.id === 'M' ? 4 * HOUR : HOUR / 4 },
  }));
  const settings = { ...noGate, slots: 2 };

  it('advises to pause the longest of long tasks that hold all slots', () => {
    const state = stateAfter(plan, settings, started('L', 1, 0), started('M', 1, 1));
    expect(schedule(state, 2_000)).toEqual([
      {
        type: 'announce',
        news: { type: 'pause-advised', task: 'L', attempt: 'L.1', leftMs: 5 * HOUR - 1_000, waiting: 11 },
      },
    ]);
  });

  it('does not when one of them ends within two hours, or a slot is free', () => {
    const state = stateAfter(plan, settings, started('L', 1, 0), started('M', 1, 1));
    expect(schedule(state, 2.5 * HOUR)).toEqual([]);
    expect(schedule(stateAfter(plan, settings, started('L', 1, 0)), 2_000)).not.toContainEqual(
      expect.objectContaining({ type: 'announce' }),
    );
  });
});

it('lowering the slots below what runs cancels nothing and starts nothing', () => {
  const state = stateAfter(
    planFrom('A\nB\nC'),
    { ...noGate, slots: 2 },
    started('A', 1, 0),
    started('B', 1, 1),
    { type: 'slots-requested', slots: 1 },
  );
  expect(schedule(state, 0)).toEqual([]);
});

/** A run from start to end with random settings, demands and usage; every event is checked. */
interface Story {
  readonly plan: Plan;
  readonly settings: Partial<RunSettings>;
  readonly seed: number;
}

const stories: fc.Arbitrary<Story> = fc
  .record({
    plan: randomPlan(14),
    schedule: fc.constantFrom(...schedules),
    order: fc.constantFrom(...orders),
    slots: fc.integer({ min: 1, max: 5 }),
    tokens: fc.option(fc.integer({ min: 100, max: 1500 }), { nil: null }),
    demands: fc.array(fc.nat({ max: 3 }), { minLength: 14, maxLength: 14 }),
    folders: fc.array(fc.nat({ max: 6 }), { minLength: 14, maxLength: 14 }),
    seed: fc.nat(),
  })
  .map(({ plan, demands, folders, seed, tokens, ...settings }) => ({
    plan: {
      ...plan,
      tasks: plan.tasks.map((task, position) => ({
        ...task,
        estimate: { tokens: 20 + 30 * (position % 4), durationMs: 1000 * (1 + (position % 5)) },
        pools: (demands[position] ?? 0) > 1 ? { db: (demands[position] as number) - 1 } : {},
        files: (folders[position] ?? 0) < 4 ? [`src/${folders[position]}/**`] : [],
      })),
    },
    settings: { ...noGate, ...settings, pools: { db: 2 }, budget: { ...defaultScheduling.budget, tokens } },
    seed,
  }));

it('whatever is reported, nothing hangs and the budget is overdrawn only by what attempts used beyond their reservations', () => {
  fc.assert(
    fc.property(stories, ({ plan, settings, seed }) => {
      const state = createRun(createdEvent(plan, { ...settings }));
      const random = randomFrom(seed);
      const choose = (count: number): number => random.wholeNumber(0, count - 1);
      const apply = (body: EventBody): void => {
        reduce(state, { ...body, seq: state.record.seq + 1, at: state.record.at + 1_000 } as Event);
        checkInvariants(state);
      };
      for (let step = 0; step < 2_000 && state.record.phase !== 'ended'; step++) {
        for (const command of schedule(state, state.record.at)) {
          apply(eventOf(command));
          if (command.type === 'keep-workspace')
            apply({ type: 'workspace-kept', task: command.task, path: '/kept' });
        }
        if (state.record.phase === 'paused') {
          apply({ type: 'budget-requested', tokens: (state.record.budget.tokens ?? 0) + 200 });
          apply({ type: 'engine-started', pid: 1, version: '1' });
        }
        const next = happening(state, choose);
        if (next !== undefined) for (const body of next) apply(body);
      }
      expect(state.record.phase).toBe('ended');
      expect(state.record.spent.tokens).toBe(
        state.tasks.flatMap(({ sessions }) => sessions).reduce((sum, { used }) => sum + used.tokens, 0),
      );
    }),
    { numRuns: 300 },
  );
});

const eventOf = (command: Command): EventBody => {
  if (command.type === 'start-attempt') return { ...command, type: 'attempt-started' };
  if (command.type === 'integrate') return { ...command, type: 'integration-started' };
  if (command.type === 'pause-run') return { ...command, type: 'run-paused' };
  if (command.type === 'end-run') return { ...command, type: 'run-ended' };
  if (command.type === 'announce') return command.news;
  if (command.type === 'keep-workspace') return { ...command, type: 'workspace-keep-started' };
  throw new Error(command.type);
};

/** Something that happens next in the world: a report, an end, a merge. */
function happening(state: RunState, choose: (count: number) => number): EventBody[] | undefined {
  const running = state.tasks.flatMap(({ attempt }, position) => (attempt ? [{ attempt, position }] : []));
  const { integrating } = state.record;
  if (integrating !== -1 && (running.length === 0 || choose(2) === 0)) {
    const id = state.plan.tasks[integrating]?.id as string;
    return integrated(id).slice(1);
  }
  const one = running[choose(Math.max(1, running.length))];
  if (one === undefined) return undefined;
  const task = state.plan.tasks[one.position]?.id ?? taskId('?');
  const ids = { task, attempt: one.attempt.id };
  const usage = { inputTokens: choose(200), outputTokens: choose(20), cacheReadTokens: choose(50) };
  switch (choose(4)) {
    case 0:
      return [{ ...ids, type: 'usage-reported', usage }];
    case 1:
      return [
        { ...ids, type: 'attempt-failed', failure: { reason: 'gate-failed', message: 'red' } },
        { ...ids, type: 'usage-reported', usage },
      ];
    default:
      return [{ ...ids, type: 'attempt-succeeded', commit: commit(`${task}-work`), commits: 1 }];
  }
}

it('takes the default for what a plan does not say', () => {
  const [task] = planFrom('A').tasks as [Task];
  expect(plannedEstimate(task)).toMatchObject({
    tokens: 50_000,
    from: 'default',
  } satisfies Partial<TaskEstimate>);
});
