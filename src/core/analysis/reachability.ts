/** Which task depends on which, directly or not, as bit sets; in blocks, so that large plans need little memory at a time. */
import { type Graph, topologicalOrder } from '../graph.ts';

/** What `SPEC §3` limits to this many tasks unless asked for in full: everything that looks at pairs. */
export const PAIRWISE_LIMIT = 5_000;

const BITS = 32;
const MAX_WORDS = 160;

/** Words of each task's row: as many as the graph needs, at most those of one block. */
const wordsOf = ({ size }: Graph): number => Math.min(MAX_WORDS, Math.max(1, Math.ceil(size / BITS)));

/** Reachability towards the tasks at positions `start` … `end - 1`. */
export interface ReachBlock {
  readonly start: number;
  readonly end: number;
  /** Whether `to` (in this block) depends on `from`, directly or not. */
  has(from: number, to: number): boolean;
  /** How many tasks of this block depend on `from`. */
  count(from: number): number;
  /** The lowest position of this block which depends on `from` and is one of `among`. */
  firstOf(from: number, among: Mask): number | undefined;
}

/** A set of positions of one block. */
export interface Mask {
  set(position: number): void;
  clear(position: number): void;
  readonly words: Uint32Array;
}

/** How many words `reachBlocks` goes through for all its blocks. */
export function blockCost(graph: Graph): number {
  const words = wordsOf(graph);
  return Math.ceil(graph.size / (words * BITS)) * words * (graph.size + graph.dependencies.items.length);
}

/** All blocks of an acyclic graph; each costs O(tasks + dependencies) words and is valid until the next is asked for. */
export function* reachBlocks(graph: Graph): Generator<ReachBlock> {
  const order = topologicalOrder(graph);
  const { starts, items } = graph.dependents;
  const words = wordsOf(graph);
  const bits = new Uint32Array(graph.size * words);
  for (let start = 0; start < graph.size; start += words * BITS) {
    if (start > 0) bits.fill(0);
    const end = Math.min(graph.size, start + words * BITS);
    for (let step = order.length - 1; step >= 0; step--) {
      const position = order[step] as number;
      for (let edge = starts[position] as number; edge < (starts[position + 1] as number); edge++) {
        const dependent = items[edge] as number;
        addRow(bits, position * words, dependent * words, words);
        if (dependent >= start && dependent < end) setBit(bits, position * words, dependent - start);
      }
    }
    yield blockOf(bits, words, start, end);
  }
}

/** The one block of a graph that needs no more, which stays valid; undefined for a larger graph. */
export const onlyBlock = (graph: Graph): ReachBlock | undefined =>
  graph.size > MAX_WORDS * BITS ? undefined : reachBlocks(graph).next().value;

/** Which tasks come before or after those at positions `start` … `end - 1`. */
export interface OrderBlock {
  readonly start: number;
  readonly end: number;
  /** Whether one of the two depends on the other, directly or not; `position` is in this block. */
  isOrdered(position: number, other: number): boolean;
}

/** All blocks of an acyclic graph, as `reachBlocks` gives them, seen from both ends. */
export function* orderBlocks(graph: Graph): Generator<OrderBlock> {
  const turned = reachBlocks({ ...graph, dependencies: graph.dependents, dependents: graph.dependencies });
  for (const before of reachBlocks(graph)) {
    // Of the same size, so it has as many blocks.
    const after = turned.next().value as ReachBlock;
    yield {
      start: before.start,
      end: before.end,
      isOrdered: (position, other) => before.has(other, position) || after.has(other, position),
    };
  }
}

/** An empty set of positions of `block`. */
export function emptyMask(block: ReachBlock): Mask {
  const words = new Uint32Array(Math.ceil((block.end - block.start) / BITS));
  const inBlock = (position: number): boolean => position >= block.start && position < block.end;
  return {
    words,
    set(position) {
      if (inBlock(position)) setBit(words, 0, position - block.start);
    },
    clear(position) {
      if (inBlock(position)) words[(position - block.start) >>> 5] = 0;
    },
  };
}

function blockOf(bits: Uint32Array, words: number, start: number, end: number): ReachBlock {
  return {
    start,
    end,
    has: (from, to) =>
      ((bits[from * words + ((to - start) >>> 5)] as number) & (1 << ((to - start) & 31))) !== 0,
    count(from) {
      let count = 0;
      for (let word = from * words; word < (from + 1) * words; word++)
        if (bits[word] !== 0) count += ones(bits[word] as number);
      return count;
    },
    firstOf(from, among) {
      for (let word = 0; word < among.words.length; word++) {
        const both = (bits[from * words + word] as number) & (among.words[word] as number);
        if (both !== 0) return start + word * BITS + (31 - Math.clz32(both & -both));
      }
      return undefined;
    },
  };
}

function addRow(bits: Uint32Array, target: number, source: number, words: number): void {
  for (let word = 0; word < words; word++) {
    const added = bits[source + word] as number;
    if (added !== 0) bits[target + word] = (bits[target + word] as number) | added;
  }
}

function setBit(bits: Uint32Array, offset: number, bit: number): void {
  const word = offset + (bit >>> 5);
  bits[word] = (bits[word] as number) | (1 << (bit & 31));
}

/** Number of bits set in a 32-bit word (Hacker's Delight, 5-1). */
function ones(word: number): number {
  let bits = word - ((word >>> 1) & 0x55555555);
  bits = (bits & 0x33333333) + ((bits >>> 2) & 0x33333333);
  return Math.imul((bits + (bits >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24;
}
