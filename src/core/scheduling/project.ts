/** A scheduling problem in bare numbers: tasks with durations, dependencies and demands on resources. Knows no plan. */
import { type Edges, topologicalOrder } from '../graph.ts';

/** What one task takes of one resource while it runs; whole, at least 1. */
export interface Demand {
  readonly resource: number;
  readonly amount: number;
}

export interface ProjectInput {
  readonly edges: Edges;
  /** Per task, in any unit, finite and at least 0. */
  readonly durations: ArrayLike<number>;
  /** Per task: standard deviation of the natural logarithm of its duration, at least 0; without them all are exact. */
  readonly spreads?: ArrayLike<number>;
  /** Per resource: how much of it can be in use at a time. Slots are a resource of which every task takes 1. */
  readonly capacities: readonly number[];
  /** Per task; each resource at most once. */
  readonly demands: readonly (readonly Demand[])[];
}

/**
 * Demands are packed: the resources that can run short share 32-bit words, each a field of its own with a guard bit on
 * top (Lamport 1975's multiple-byte processing). A guard bit is set in `guards` and in every word of free capacity. It
 * is lost by subtracting a demand that does not fit, so that one subtraction asks for all resources of a word.
 */
export interface Project extends Edges {
  readonly durations: Float64Array;
  /** As given; null when every duration is exact. */
  readonly spreads: Float64Array | null;
  readonly order: Int32Array;
  /** Words of free capacity at one moment. */
  readonly words: number;
  readonly guards: Int32Array;
  /** Everything free, guard bits included. */
  readonly capacity: Int32Array;
  /** `words` per task. A task of no duration takes nothing. */
  readonly demand: Int32Array;
  /** What every task takes: when not even this fits, nothing does. `words`. */
  readonly least: Int32Array;
  /** How much of the resources a task holds while it runs: the sum of its parts of each. */
  readonly load: Float64Array;
  readonly capacities: readonly number[];
  readonly demands: readonly (readonly Demand[])[];
}

/**
 * @throws RangeError on a cycle, a duration or spread that is none, or a demand that is never met: whoever reads plans has
 * refused those before
 */
export function buildProject({ edges, durations, spreads, capacities, demands }: ProjectInput): Project {
  const order = topologicalOrder(edges);
  if (order.length < edges.size) throw new RangeError('a project needs acyclic dependencies');
  const times = Float64Array.from(durations);
  if (times.some((duration) => !(duration >= 0 && duration < Infinity)))
    throw new RangeError('a duration is finite and at least 0');
  const { size, dependencies, dependents } = edges;
  return {
    ...{ size, dependencies, dependents, order, durations: times, capacities, demands },
    spreads: spreadsOf(times, spreads),
    ...packDemands(times, capacities, demands),
  };
}

/** Only of what takes time. */
function spreadsOf(durations: Float64Array, given: ArrayLike<number> = []): Float64Array | null {
  const spreads = durations.map((duration, task) => (duration > 0 ? (given[task] ?? 0) : 0));
  if (spreads.some((spread) => !(spread >= 0 && spread < Infinity)))
    throw new RangeError('a spread is finite and at least 0');
  return spreads.some((spread) => spread > 0) ? spreads : null;
}

type Packed = Pick<Project, 'words' | 'guards' | 'capacity' | 'demand' | 'least' | 'load'>;

function packDemands(
  durations: Float64Array,
  capacities: readonly number[],
  demands: ProjectInput['demands'],
): Packed {
  const fields = layOut(capacities, demands);
  const words = Math.max(1, ...fields.map((field) => (field?.word ?? 0) + 1));
  const guards = new Int32Array(words);
  const capacity = new Int32Array(words);
  const least = new Int32Array(words);
  for (const field of fields) {
    if (!field) continue;
    const { word, shift, bits, smallest } = field;
    guards[word] = (guards[word] as number) | (1 << (shift + bits));
    capacity[word] = (capacity[word] as number) | (field.capacity << shift) | (1 << (shift + bits));
    least[word] = (least[word] as number) | (smallest << shift);
  }
  const demand = new Int32Array(durations.length * words);
  const load = new Float64Array(durations.length);
  demands.forEach((list, task) => {
    for (const { resource, amount } of list) {
      const field = fields[resource];
      if (field === undefined || durations[task] === 0) continue;
      const place = task * words + field.word;
      demand[place] = (demand[place] as number) + (amount << field.shift);
      load[task] = (load[task] as number) + amount / field.capacity;
    }
  });
  if (durations.includes(0)) least.fill(0);
  return { words, guards, capacity, demand, least, load };
}

interface Field {
  readonly word: number;
  readonly shift: number;
  /** Without the guard bit. */
  readonly bits: number;
  readonly capacity: number;
  /** What every task takes at least; 0 when one takes nothing. */
  readonly smallest: number;
}

/** A field per resource that can run short; undefined for the others. First fit. */
function layOut(
  capacities: readonly number[],
  demands: ProjectInput['demands'],
): readonly (Field | undefined)[] {
  const totals = new Float64Array(capacities.length);
  const takers = new Int32Array(capacities.length);
  const smallest = new Int32Array(capacities.length).fill(2 ** 31 - 1);
  for (const { resource, amount } of demands.flat()) {
    if (!(Number.isInteger(amount) && amount > 0 && amount <= (capacities[resource] ?? 0)))
      throw new RangeError(`there are never ${amount} of resource ${resource}`);
    totals[resource] = (totals[resource] as number) + amount;
    takers[resource] = (takers[resource] as number) + 1;
    smallest[resource] = Math.min(smallest[resource] as number, amount);
  }
  const used: number[] = [];
  return capacities.map((offered, resource) => {
    if ((totals[resource] as number) <= offered) return undefined;
    const capacity = Math.floor(offered);
    if (capacity >= 2 ** 31) throw new RangeError('a capacity is less than 2^31');
    const bits = 32 - Math.clz32(capacity);
    const free = used.findIndex((taken) => taken + bits + 1 <= 32);
    const word = free === -1 ? used.push(0) - 1 : free;
    const shift = used[word] as number;
    used[word] = shift + bits + 1;
    const isTakenByAll = takers[resource] === demands.length;
    return { word, shift, bits, capacity, smallest: isTakenByAll ? (smallest[resource] as number) : 0 };
  });
}

/** The same project seen from its end: what depended is depended on. */
export const reversed = (project: Project): Project => ({
  ...project,
  dependencies: project.dependents,
  dependents: project.dependencies,
  order: project.order.toReversed(),
});
