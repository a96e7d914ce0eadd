import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Edges } from '../graph.ts';
import { boundsOf } from './bounds.ts';
import { makeBreeder } from './crossover.ts';
import { improveList } from './improve.ts';
import { scheduleByOrder } from './list-schedule.ts';
import { makeSampler, priorityRules, sortByRule } from './priority-rules.ts';
import { buildProject, type Demand, type Project, reversed } from './project.ts';
import { searchOrder } from './search-order.ts';
import { seededRandom } from './seeded-random.ts';
import { listByFallingEnd, makeTimeline, readStarts, scheduleSerially } from './serial-schedule.ts';

interface Sketch {
  readonly durations: readonly number[];
  /** By task: what it depends on, all of them lower. */
  readonly dependsOn: readonly (readonly number[])[];
  readonly capacities: readonly number[];
  readonly demands: readonly (readonly Demand[])[];
}

function edgesOf(dependsOn: Sketch['dependsOn']): Edges {
  const rowsOf = (rows: readonly (readonly number[])[]) => ({
    starts: Int32Array.from([0, ...rows.map((_, row) => rows.slice(0, row + 1).flat().length)]),
    items: Int32Array.from(rows.flat()),
  });
  const dependents = dependsOn.map((_, task) =>
    [...dependsOn.keys()].filter((later) => dependsOn[later]?.includes(task)),
  );
  return { size: dependsOn.length, dependencies: rowsOf(dependsOn), dependents: rowsOf(dependents) };
}

const projectOf = (sketch: Sketch): Project => buildProject({ ...sketch, edges: edgesOf(sketch.dependsOn) });

/** Naive, in exact numbers: what is wrong at the moments at which something starts. */
function wrongWith({ durations, dependsOn, capacities, demands }: Sketch, starts: Float64Array): string[] {
  const startOf = (task: number): number => starts[task] ?? Number.NaN;
  const endOf = (task: number): number => startOf(task) + (durations[task] ?? Number.NaN);
  const tasks = [...durations.keys()];
  const early = tasks.flatMap((task) =>
    (dependsOn[task] ?? [])
      .filter((one) => !(startOf(task) >= endOf(one)))
      .map((one) => `${task} before ${one}`),
  );
  const over = tasks.flatMap((moment) => {
    const running = tasks.filter((task) => startOf(task) <= startOf(moment) && startOf(moment) < endOf(task));
    return capacities.flatMap((capacity, resource) => {
      const all = running.flatMap((task) => demands[task] ?? []).filter((one) => one.resource === resource);
      const used = all.reduce((sum, { amount }) => sum + amount, 0);
      return used > capacity ? [`${used} of ${capacity} of ${resource} when ${moment} starts`] : [];
    });
  });
  return [...early, ...over, ...tasks.filter((task) => !(startOf(task) >= 0)).map((task) => `${task} when?`)];
}

const makespanOf = ({ durations }: Sketch, starts: Float64Array): number =>
  Math.max(0, ...durations.map((duration, task) => (starts[task] ?? Number.NaN) + duration));

/** Slots and up to `pools` pools; a quarter of the tasks takes no time. */
function sketches(most: number, pools: number): fc.Arbitrary<Sketch> {
  return fc
    .record({
      size: fc.integer({ min: 1, max: most }),
      capacities: fc.array(fc.integer({ min: 1, max: 5 }), { minLength: 1, maxLength: pools + 1 }),
    })
    .chain(({ size, capacities }) =>
      fc.record({
        durations: fc.array(
          fc.oneof(
            { weight: 3, arbitrary: fc.integer({ min: 1, max: 9 }) },
            { weight: 1, arbitrary: fc.constant(0) },
          ),
          { minLength: size, maxLength: size },
        ),
        dependsOn: fc.tuple(
          ...Array.from({ length: size }, (_, task) =>
            task === 0 ? fc.constant<number[]>([]) : fc.uniqueArray(fc.nat(task - 1), { maxLength: 2 }),
          ),
        ),
        capacities: fc.constant(capacities),
        demands: fc.tuple(
          ...Array.from({ length: size }, () =>
            fc
              .tuple(...capacities.map((capacity) => fc.integer({ min: 0, max: capacity })))
              .map((amounts) =>
                amounts.flatMap((amount, resource) =>
                  resource === 0 ? [{ resource, amount: 1 }] : amount > 0 ? [{ resource, amount }] : [],
                ),
              ),
          ),
        ),
      }),
    );
}

function decode(
  project: Project,
  list: Int32Array,
): { readonly makespan: number; readonly starts: Float64Array } {
  const timeline = makeTimeline(project);
  const makespan = scheduleSerially(project, list, timeline);
  const starts = new Float64Array(project.size);
  readStarts(timeline, starts);
  return { makespan, starts };
}

/** Every order in which each task follows what it depends on. */
function* allLists({ dependsOn }: Sketch, chosen: readonly number[] = []): Generator<Int32Array> {
  if (chosen.length === dependsOn.length) yield Int32Array.from(chosen);
  for (const [task, needs] of dependsOn.entries())
    if (!chosen.includes(task) && needs.every((one) => chosen.includes(one)))
      yield* allLists({ dependsOn } as Sketch, [...chosen, task]);
}

/** The makespan when each task starts as soon as it can, but none before the one ahead of it. Times are whole. */
function startInSequence(sketch: Sketch, sequence: Int32Array): number {
  const starts: number[] = [];
  let now = 0;
  for (const task of sequence) {
    const begun = [...sequence.subarray(0, sequence.indexOf(task))];
    const endOf = (one: number): number => starts[one]! + sketch.durations[one]!;
    now = Math.max(now, ...sketch.dependsOn[task]!.map(endOf));
    const isFull = (moment: number): boolean =>
      sketch.demands[task]!.some(({ resource, amount }) => {
        const running = begun.filter((one) => starts[one]! <= moment && moment < endOf(one));
        const taken = running
          .flatMap((one) => sketch.demands[one]!)
          .filter((one) => one.resource === resource);
        return taken.reduce((sum, one) => sum + one.amount, amount) > sketch.capacities[resource]!;
      });
    while (sketch.durations[task]! > 0 && isFull(now)) now++;
    starts[task] = now;
  }
  return Math.max(...Array.from(sequence, (task) => starts[task]! + sketch.durations[task]!));
}

/** More resources than one word has room for. */
const wide = (sketch: Sketch): Sketch => ({
  ...sketch,
  capacities: [...sketch.capacities, 2 ** 30, 2 ** 30],
  demands: sketch.demands.map((list) => [
    ...list,
    { resource: sketch.capacities.length, amount: 2 ** 29 },
    { resource: sketch.capacities.length + 1, amount: 2 ** 29 + 1 },
  ]),
});

describe('both schemes', () => {
  it.each([
    ['in one word', (sketch: Sketch) => sketch],
    ['in many words', wide],
  ])('keep dependencies and capacities, packed %s', (_, shape) => {
    fc.assert(
      fc.property(sketches(30, 4), fc.integer(), (plain, seed) => {
        const sketch = shape(plain);
        const project = projectOf(sketch);
        const random = seededRandom(seed);
        const list = new Int32Array(project.size);
        makeSampler(project, random).sample(priorityRules(project)[0]!, list);
        const { sequence, ...parallel } = scheduleByOrder(project, list);
        for (const { starts, makespan } of [decode(project, list), parallel]) {
          expect(wrongWith(sketch, starts)).toEqual([]);
          expect(makespan).toBe(makespanOf(sketch, starts));
          expect(makespan).toBeGreaterThanOrEqual(boundsOf(project).makespan);
        }
        expect(scheduleByOrder(project, sequence)).toEqual({ ...parallel, sequence });
      }),
    );
  });

  it('agree on what a task that takes a whole pool has to wait for', () => {
    const sketch: Sketch = {
      durations: [3, 2, 4, 0],
      dependsOn: [[], [], [1], [0, 2]],
      capacities: [2, 1],
      demands: [
        [
          { resource: 0, amount: 1 },
          { resource: 1, amount: 1 },
        ],
        [{ resource: 0, amount: 1 }],
        [
          { resource: 0, amount: 1 },
          { resource: 1, amount: 1 },
        ],
        [{ resource: 0, amount: 1 }],
      ],
    };
    const project = projectOf(sketch);
    const list = Int32Array.of(0, 1, 2, 3);
    const starts = Float64Array.of(0, 0, 3, 7);
    expect(decode(project, list)).toEqual({ makespan: 7, starts });
    expect(scheduleByOrder(project, list)).toEqual({ makespan: 7, starts, sequence: list });
  });

  it('schedules durations of any fraction', () => {
    const sketch: Sketch = {
      durations: [0.1, 0.2, 0.3, 0.7],
      dependsOn: [[], [0], [1], []],
      capacities: [1],
      demands: [0, 1, 2, 3].map(() => [{ resource: 0, amount: 1 }]),
    };
    const { starts } = decode(projectOf(sketch), Int32Array.of(0, 1, 2, 3));
    expect(wrongWith(sketch, starts)).toEqual([]);
    expect(makespanOf(sketch, starts)).toBeCloseTo(1.3);
  });
});

describe('a project', () => {
  const one = { edges: edgesOf([[]]), durations: [1], capacities: [2], demands: [[]] };
  it.each([
    ['a cycle', { ...one, edges: edgesOf([[1], [0]]), durations: [1, 1], demands: [[], []] }],
    ['a duration that is none', { ...one, durations: [Number.NaN] }],
    ['a demand that is never met', { ...one, demands: [[{ resource: 0, amount: 3 }]] }],
    ['a demand on nothing', { ...one, demands: [[{ resource: 1, amount: 1 }]] }],
  ])('with %s is refused', (_, input) => {
    expect(() => buildProject(input)).toThrow(RangeError);
  });
});

describe('forward-backward improvement', () => {
  it('never makes a schedule longer, and its list gives what it says', () => {
    fc.assert(
      fc.property(sketches(30, 3), fc.integer(), (sketch, seed) => {
        const project = projectOf(sketch);
        const list = new Int32Array(project.size);
        makeSampler(project, seededRandom(seed)).sample(priorityRules(project)[0]!, list);
        const before = decode(project, list).makespan;
        const improved = improveList(project, reversed(project), list, makeTimeline(project));
        const after = decode(project, list);
        expect(improved).toBe(after.makespan);
        expect(improved).toBeLessThanOrEqual(before);
        expect(wrongWith(sketch, after.starts)).toEqual([]);
      }),
    );
  });

  it('lists by falling end what may be scheduled from the other end', () => {
    fc.assert(
      fc.property(sketches(30, 2), (sketch) => {
        const project = projectOf(sketch);
        const timeline = makeTimeline(project);
        scheduleSerially(project, project.order, timeline);
        const list = new Int32Array(project.size);
        listByFallingEnd(timeline, list);
        expect(misplaced(reversed(project), list)).toEqual([]);
      }),
    );
  });
});

/** Tasks of a list that are missing or come before one they depend on. */
function misplaced({ size, dependencies }: Edges, list: Int32Array): number[] {
  return Array.from({ length: size }, (_, task) => task).filter((task) => {
    const needs = dependencies.items.subarray(dependencies.starts[task], dependencies.starts[task + 1]);
    return !list.includes(task) || needs.some((one) => list.indexOf(one) > list.indexOf(task));
  });
}

describe('crossover', () => {
  it('keeps each task behind what it depends on', () => {
    fc.assert(
      fc.property(sketches(40, 0), fc.integer(), (sketch, seed) => {
        const project = projectOf(sketch);
        const random = seededRandom(seed);
        const [mother, father, child] = [0, 1, 2].map(() => new Int32Array(project.size));
        const sampler = makeSampler(project, random);
        sampler.sample(priorityRules(project)[0]!, mother!);
        sampler.sample(priorityRules(project)[2]!, father!);
        makeBreeder(project.size, random).cross(project, mother!, father!, child!);
        expect(misplaced(project, child!)).toEqual([]);
      }),
    );
  });
});

describe('the search', () => {
  it('finds the shortest schedule of small projects', () => {
    fc.assert(
      fc.property(sketches(6, 2), (sketch) => {
        const project = projectOf(sketch);
        let shortest = Infinity;
        for (const list of allLists(sketch)) shortest = Math.min(shortest, decode(project, list).makespan);
        expect(searchOrder(project, { seed: 1, evaluations: 1000 }).best.makespan).toBe(shortest);
      }),
      { numRuns: 60 },
    );
  });

  it('is never worse than its baseline, and its ranks and schedules are what it says', () => {
    fc.assert(
      fc.property(
        sketches(40, 3),
        fc.integer(),
        fc.integer({ min: 0, max: 400 }),
        (sketch, seed, evaluations) => {
          const project = projectOf(sketch);
          const found = searchOrder(project, { seed, evaluations });
          const baseline = scheduleByOrder(project, sortByRule(priorityRules(project)[0]!)).makespan;
          expect(found.baselineExpected).toBe(baseline);
          expect(found.ranked.makespan).toBeLessThanOrEqual(baseline);
          expect(found.best.makespan).toBeLessThanOrEqual(found.ranked.makespan);
          expect(found.best.makespan).toBeGreaterThanOrEqual(found.lowerBound);
          expect(scheduleByOrder(project, found.order)).toMatchObject({ starts: found.ranked.starts });
          expect(Array.from(found.order, (task) => found.ranks[task])).toEqual([...found.order.keys()]);
          expect(decode(project, found.sequence).makespan).toBe(found.best.makespan);
          expect(startInSequence(sketch, found.sequence)).toBe(found.best.makespan);
          for (const { starts, makespan } of [found.best, found.ranked]) {
            expect(wrongWith(sketch, starts)).toEqual([]);
            expect(makespan).toBe(makespanOf(sketch, starts));
          }
          expect(searchOrder(project, { seed, evaluations })).toEqual(found);
        },
      ),
      { numRuns: 50 },
    );
  });

  /** No schedule reaches its bound: three tasks of 2 on two slots need 4, the bound is 3. */
  const loose = projectOf({
    durations: [2, 2, 2],
    dependsOn: [[], [], []],
    capacities: [2],
    demands: [0, 1, 2].map(() => [{ resource: 0, amount: 1 }]),
  });

  it('stops at its bound, when it is asked to, and when its evaluations are used up', () => {
    const chain = projectOf({ durations: [2, 3], dependsOn: [[], [0]], capacities: [], demands: [[], []] });
    let asked = 0;
    const spent = (project: Project, shouldStop: () => boolean): number =>
      searchOrder(project, { seed: 1, evaluations: 500, shouldStop }).evaluations;
    expect(spent(chain, () => false)).toBeLessThan(10);
    expect(spent(loose, () => ++asked > 20)).toBeLessThan(100);
    const all = spent(loose, () => false);
    expect(all).toBeGreaterThanOrEqual(500);
    expect(all).toBeLessThan(600);
  });

  it('answers for a project without tasks', () => {
    const empty = projectOf({ durations: [], dependsOn: [], capacities: [2], demands: [] });
    const { best, order, lowerBound } = searchOrder(empty, { seed: 1, evaluations: 10 });
    expect({ best: best.makespan, order, lowerBound }).toEqual({
      best: 0,
      order: new Int32Array(0),
      lowerBound: 0,
    });
  });
});
