/**
 * The order `optimized`: looks for the order of starts that makes a project shortest. Pure: the same seed and number of
 * evaluations give the same answer. Does not know where it runs nor what time it is.
 */
import { boundsOf } from './bounds.ts';
import { type Breeder, makeBreeder } from './crossover.ts';
import { improveList } from './improve.ts';
import { judgeOrders } from './judge-orders.ts';
import { type ListSchedule, type Schedule, scheduleByOrder } from './list-schedule.ts';
import { makePool, type OrderPool } from './order-pool.ts';
import { makeSampler, type PriorityRule, priorityRules, type Sampler, sortByRule } from './priority-rules.ts';
import { type Project, reversed } from './project.ts';
import { type SeededRandom, seededRandom } from './seeded-random.ts';
import {
  listByFallingEnd,
  makeTimeline,
  readStarts,
  scheduleSerially,
  type Timeline,
} from './serial-schedule.ts';

export interface SearchOptions {
  readonly seed: number;
  /** Schedules made at most, a fifth of them to judge what is found when durations are uncertain; the few that the rules and the last touches need are made in any case. */
  readonly evaluations: number;
  /** Asked after each of the search's own schedules; what has been found by then is the answer. */
  readonly shouldStop?: () => boolean;
  /** All tasks in the order to be measured against; without it longest tail first, ties in plan order. */
  readonly baseline?: Int32Array;
}

export interface SearchResult {
  /** The shortest schedule found. It may leave a slot idle on purpose, which list scheduling never does. */
  readonly best: Schedule;
  /** All tasks by rising start of `best`. Whoever starts them in it, none before the one ahead of it, reaches `best`. */
  readonly sequence: Int32Array;
  /** All tasks in the order in which they should start: for whoever starts what is ready and fits, in order. */
  readonly order: Int32Array;
  /** The place of each task in `order`; 0 starts first. */
  readonly ranks: Int32Array;
  /** What list scheduling by `ranks` makes of it as estimated; never longer than by the baseline when durations are exact. */
  readonly ranked: Schedule;
  /**
   * What list scheduling by `ranks` and by the baseline takes: on average over drawn durations when they are uncertain,
   * else as estimated. The first is less than the second, or `order` is the baseline.
   */
  readonly expected: number;
  readonly baselineExpected: number;
  /** No schedule is shorter. */
  readonly lowerBound: number;
  readonly evaluations: number;
}

/** Schedules kept at a time. Fewer when few may be made, so that there are generations at all. */
const POPULATION = 70;
const LEAST_POPULATION = 8;
const LEAST_GENERATIONS = 40;
/** Children per place of the population, of which the best takes it. */
const CHILDREN = 2;
/** Orders tried as the engine follows them, per place of the population and generation: a tenth costs little. */
const RANK_SHARE = 0.1;
/** Generations without a shorter schedule, after which the search begins anew. */
const PATIENCE = 30;
/** What is kept of all evaluations to judge orders by drawn durations. */
const JUDGED_SHARE = 0.2;
const MOST_TO_JUDGE = 4_000;

/**
 * A genetic search with two populations (Debels and Vanhoucke 2005), one of schedules pushed to the left, one of
 * schedules pushed to the right. A child of two of one side, decoded by the serial scheme from the other end, belongs to
 * the other side: each generation is half of a forward-backward improvement (Valls, Ballestín and Quintanilla 2005,
 * 2008; Kolisch and Hartmann 2006 compare). Begins with rules of thumb and biased chance around them.
 */
export function searchOrder(project: Project, options: SearchOptions): SearchResult {
  const search = begin(project, options);
  if (project.size > 0) {
    tryRules(search);
    while (!isOver(search)) evolve(search);
    offer(search, search.bestList);
  }
  const { best, bound } = search;
  const { ranked, order, expected, baselineExpected } = chosen(search);
  const { evaluations } = search;
  const ranks = new Int32Array(project.size);
  order.forEach((task, rank) => {
    ranks[task] = rank;
  });
  const sequence = listByStart(project, best.starts);
  return {
    ...{ best, sequence, order, ranks, ranked, expected, baselineExpected },
    ...{ lowerBound: bound, evaluations },
  };
}

type Chosen = Pick<SearchResult, 'order' | 'ranked' | 'expected' | 'baselineExpected'>;

/** What is shortest as estimated when estimates are exact; else what is shortest on average, of all that seemed good. */
function chosen(search: Search): Chosen {
  const { project, options, rules, pool, order, ranked, baseline, baselineMakespan } = search;
  const { spreads } = project;
  if (spreads === null)
    return { order, ranked, expected: ranked.makespan, baselineExpected: baselineMakespan };
  const others = [order, ...rules.map(sortByRule), ...pool.kept().map(({ sequence }) => sequence)];
  const judged = judgeOrders(project, spreads, baseline, others, {
    seed: options.seed,
    evaluations: evaluationsToJudge(search),
  });
  search.evaluations += judged.evaluations;
  return {
    order: judged.order,
    ranked: scheduleByOrder(project, judged.order),
    ...{ expected: judged.mean, baselineExpected: judged.baselineMean },
  };
}

const evaluationsToJudge = ({ project, options }: Pick<Search, 'project' | 'options'>): number =>
  project.spreads === null ? 0 : Math.min(MOST_TO_JUDGE, Math.floor(JUDGED_SHARE * options.evaluations));

interface Member {
  /** An order for the direction in which its children are decoded. */
  readonly list: Int32Array;
  makespan: number;
}

interface Search {
  readonly options: SearchOptions;
  readonly project: Project;
  readonly mirrored: Project;
  readonly timeline: Timeline;
  readonly random: SeededRandom;
  readonly sampler: Sampler;
  readonly breeder: Breeder;
  readonly rules: readonly PriorityRule[];
  readonly bound: number;
  readonly pool: OrderPool;
  readonly baseline: Int32Array;
  readonly baselineMakespan: number;
  /** Of the shortest makespan decoded so far: an order to decode it from the left. */
  readonly bestList: Int32Array;
  bestMakespan: number;
  best: Schedule;
  order: Int32Array;
  ranked: Schedule;
  evaluations: number;
  stopped: boolean;
}

function begin(project: Project, options: SearchOptions): Search {
  const random = seededRandom(options.seed);
  const rules = priorityRules(project);
  const order = options.baseline ?? sortByRule(rules[0] as PriorityRule);
  const ranked = scheduleByOrder(project, order);
  return {
    options,
    project,
    mirrored: reversed(project),
    timeline: makeTimeline(project),
    random,
    sampler: makeSampler(project, random),
    breeder: makeBreeder(project.size, random),
    rules,
    bound: boundsOf(project).makespan,
    baseline: order,
    baselineMakespan: ranked.makespan,
    bestList: ranked.sequence.slice(),
    bestMakespan: ranked.makespan,
    best: ranked,
    order: order.slice(),
    ranked,
    pool: makePool(POPULATION),
    evaluations: 1,
    stopped: false,
  };
}

/** Whether nothing is left to be found or to be spent. Durations that are no whole numbers add up to almost the bound. */
function isOver(search: Search): boolean {
  const { options, bound } = search;
  search.stopped ||=
    search.evaluations >= options.evaluations - evaluationsToJudge(search) || options.shouldStop?.() === true;
  return search.stopped || search.bestMakespan <= bound * (1 + 1e-12);
}

/** Each rule as the engine would follow it, justified, and followed again. */
function tryRules(search: Search): void {
  for (const rule of search.rules) {
    if (isOver(search)) return;
    const ranked = rankBy(search, sortByRule(rule));
    offer(search, ranked.sequence.slice());
  }
}

/** Justifies a list as long as that helps, and asks what becomes of it by ranks. */
function offer(search: Search, list: Int32Array): void {
  const { project, mirrored, timeline, bestList } = search;
  const makespan = improveList(project, mirrored, list, timeline, () => {
    search.evaluations++;
  });
  if (makespan < search.bestMakespan) {
    search.bestMakespan = makespan;
    bestList.set(list);
  }
  const starts = new Float64Array(project.size);
  readStarts(timeline, starts);
  if (makespan < search.best.makespan) search.best = { starts, makespan };
  rankBy(search, listByStart(project, starts));
}

/** List scheduling by an order; the shortest decides what the engine is told. */
function rankBy(search: Search, order: Int32Array): ListSchedule {
  const ranked = scheduleByOrder(search.project, order);
  search.evaluations++;
  if (ranked.makespan < search.ranked.makespan) {
    search.ranked = ranked;
    search.order = order;
  }
  if (ranked.makespan < search.best.makespan) search.best = ranked;
  search.pool.add(ranked);
  return ranked;
}

/** One population from its beginning until it finds nothing any more. */
function evolve(search: Search): void {
  const { project, mirrored } = search;
  let parents = populate(search);
  let heirs: readonly Member[] = parents.map(() => makeMember(project.size));
  let direction = mirrored;
  const trial = makeMember(project.size);
  const child = new Int32Array(project.size);
  let shortest = Infinity;
  for (let idle = 0; idle <= PATIENCE; idle++) {
    const elite = indexOfShortest(parents);
    for (let place = 0; place < parents.length; place++) {
      if (isOver(search)) return;
      const parent = parents[place] as Member;
      const heir = heirs[place] as Member;
      heir.makespan = Infinity;
      // The shortest one is only justified, so that it is never lost.
      if (place === elite) decode(search, direction, parent.list, heir);
      for (let count = 0; count < CHILDREN; count++) {
        const other = tournament(search, parents);
        const [mother, father] = search.random.below(2) === 0 ? [parent, other] : [other, parent];
        search.breeder.cross(direction, mother.list, father.list, child);
        decode(search, direction, child, trial);
        if (trial.makespan < heir.makespan) {
          heir.list.set(trial.list);
          heir.makespan = trial.makespan;
        }
      }
      if (heir.makespan < shortest) {
        shortest = heir.makespan;
        idle = 0;
      }
    }
    refineRanks(search, Math.floor(parents.length * RANK_SHARE));
    [parents, heirs] = [heirs, parents];
    direction = direction === mirrored ? project : mirrored;
  }
}

const makeMember = (size: number): Member => ({ list: new Int32Array(size), makespan: Infinity });

function populate(search: Search): readonly Member[] {
  const { project, options, rules, sampler } = search;
  const size = Math.min(
    POPULATION,
    Math.max(LEAST_POPULATION, Math.floor(options.evaluations / LEAST_GENERATIONS)),
  );
  const list = new Int32Array(project.size);
  return Array.from({ length: size }, (_, place) => {
    const member = makeMember(project.size);
    sampler.sample(rules[place % rules.length] as PriorityRule, list);
    decode(search, project, list, member);
    if (place % 2 === 0) rankBy(search, list.slice());
    return member;
  });
}

/** Schedules `list` in one direction; the member is its order for the other one. */
function decode(search: Search, direction: Project, list: Int32Array, into: Member): void {
  const { timeline, project, bestList } = search;
  into.makespan = scheduleSerially(direction, list, timeline);
  listByFallingEnd(timeline, into.list);
  search.evaluations++;
  if (into.makespan >= search.bestMakespan) return;
  search.bestMakespan = into.makespan;
  bestList.set(direction === project ? list : into.list);
}

/** Crosses orders as the engine follows them: what is best from either end need not be best when nothing waits. */
function refineRanks(search: Search, count: number): void {
  const { project, breeder, pool, random } = search;
  const child = new Int32Array(project.size);
  for (let made = 0; made < count && !isOver(search); made++) {
    const mother = pool.pick(random);
    breeder.cross(project, mother.sequence, pool.pick(random).sequence, child);
    rankBy(search, child.slice());
  }
}

function indexOfShortest(members: readonly Member[]): number {
  let shortest = 0;
  for (let place = 1; place < members.length; place++)
    if ((members[place] as Member).makespan < (members[shortest] as Member).makespan) shortest = place;
  return shortest;
}

function tournament({ random }: Search, members: readonly Member[]): Member {
  const one = members[random.below(members.length)] as Member;
  const two = members[random.below(members.length)] as Member;
  return two.makespan < one.makespan ? two : one;
}

/** All tasks by rising start; of those that start together none comes before one it depends on. */
function listByStart(project: Project, starts: Float64Array): Int32Array {
  const places = new Int32Array(project.size);
  project.order.forEach((task, place) => {
    places[task] = place;
  });
  return Int32Array.from(starts.keys()).sort(
    (a, b) => (starts[a] as number) - (starts[b] as number) || (places[a] as number) - (places[b] as number),
  );
}
