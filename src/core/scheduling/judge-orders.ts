/** Which of several orders is best when durations are uncertain: each is followed through the same drawn durations. Finds no new ones. */
import { scheduleByOrder } from './list-schedule.ts';
import type { Project } from './project.ts';
import { seededRandom } from './seeded-random.ts';

export interface Judgement {
  /** The order to be followed: the baseline unless another is shorter for more than chance explains. */
  readonly order: Int32Array;
  /** What it takes on average, and what the baseline takes with the same durations. */
  readonly mean: number;
  readonly baselineMean: number;
  readonly evaluations: number;
}

/** What goes into the second round. */
const FINALISTS = 4;
/** Fewer drawn cases tell two orders apart by chance alone. */
const LEAST_CASES = 8;
/** In standard errors: by so much an order has to be shorter than the baseline, over cases it was not chosen by. */
const SURE = 2;
/** Less than this share of the time is not worth it: the real run differs from its model by as much. */
const LEAST_GAIN = 0.005;

/**
 * A schedule that is shortest as estimated wins by what fits together to the minute, which nothing does in the end: so
 * the shortest of many is usually worse than its estimate, and often worse than longest tail first.
 *
 * Common random numbers: all orders go through the same cases. The best is chosen by two rounds, and compared with the
 * baseline over new cases.
 * @param spreads per task: standard deviation of the natural logarithm of its duration
 * @param others what stands beside the baseline, the most promising first
 * @param evaluations schedules made at most; with too few to judge by, the baseline stands
 */
export function judgeOrders(
  project: Project,
  spreads: Float64Array,
  baseline: Int32Array,
  others: readonly Int32Array[],
  { seed, evaluations }: { readonly seed: number; readonly evaluations: number },
): Judgement {
  const half = Math.floor(evaluations / 2);
  const quarter = Math.floor(evaluations / 4);
  const candidates = [baseline, ...others].slice(0, Math.max(2, Math.floor(quarter / LEAST_CASES)));
  const caseAt = casesOf(project, spreads, seed);
  let [from, made] = [0, 0];
  const meansOf = (orders: readonly Int32Array[], schedules: number): Means => {
    const cases = Math.floor(schedules / orders.length);
    const means = follow(orders, caseAt, from, cases);
    from += cases;
    made += cases * orders.length;
    return means;
  };
  const first = meansOf(candidates, quarter);
  const finalists = byMean(candidates, first).slice(0, FINALISTS);
  const best = byMean(finalists, meansOf(finalists, quarter))[0] as Int32Array;
  const { means, gain, error } = meansOf([baseline, best], half);
  const [baselineMean, mean] = means as [number, number];
  const isSure = half / 2 >= LEAST_CASES && gain > Math.max(SURE * error, LEAST_GAIN * baselineMean);
  return {
    ...{ order: isSure ? best : baseline, mean: isSure ? mean : baselineMean, baselineMean },
    evaluations: made,
  };
}

interface Means {
  readonly means: readonly number[];
  /** By how much the last is shorter than the first on average, and the standard error of that. */
  readonly gain: number;
  readonly error: number;
}

/** Each order through the same cases. */
function follow(
  orders: readonly Int32Array[],
  caseAt: (index: number) => Project,
  from: number,
  cases: number,
): Means {
  const sums = new Float64Array(orders.length);
  let [gained, squares] = [0, 0];
  for (let index = from; index < from + cases; index++) {
    const drawn = caseAt(index);
    const makespans = orders.map((order) => scheduleByOrder(drawn, order).makespan);
    for (const [place, makespan] of makespans.entries()) sums[place] = (sums[place] as number) + makespan;
    const gain = (makespans[0] as number) - (makespans.at(-1) as number);
    gained += gain;
    squares += gain ** 2;
  }
  const count = Math.max(1, cases);
  const gain = gained / count;
  const variance = Math.max(0, squares / count - gain ** 2);
  return { means: Array.from(sums, (sum) => sum / count), gain, error: Math.sqrt(variance / count) };
}

/** The shortest first, ties as they were. */
const byMean = (orders: readonly Int32Array[], { means }: Means): readonly Int32Array[] =>
  [...orders.keys()]
    .sort((a, b) => (means[a] as number) - (means[b] as number) || a - b)
    .map((place) => orders[place] as Int32Array);

/** The project with durations drawn around its own; the same for the same number. */
function casesOf(project: Project, spreads: Float64Array, seed: number): (index: number) => Project {
  return (index) => {
    // The upper half of a seed is free: what the search itself draws has nothing there.
    const random = seededRandom(seed + (index + 1) * 2 ** 32);
    const durations = project.durations.map((duration, task) => {
      // Box and Muller 1958: the fraction is never 1.
      const radius = Math.sqrt(-2 * Math.log(1 - random.fraction()));
      return (
        duration * Math.exp((spreads[task] as number) * radius * Math.cos(2 * Math.PI * random.fraction()))
      );
    });
    return { ...project, durations };
  };
}
