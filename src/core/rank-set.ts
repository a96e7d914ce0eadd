/** A set of whole numbers below a limit that knows its lowest: bits, and a bit for each word of them that has any. */

export interface RankSet {
  readonly size: number;
  has(rank: number): boolean;
  /** Adds a rank; does nothing when it is in already. */
  add(rank: number): void;
  /** Removes a rank; does nothing when it is not in. */
  remove(rank: number): void;
  /** The lowest rank; -1 when there is none. Looks at one word for each 1,024 ranks. */
  first(): number;
}

/** @param capacity all ranks are below it */
export function rankSet(capacity: number): RankSet {
  const words = new Uint32Array((capacity >>> 5) + 1);
  const summary = new Uint32Array((words.length >>> 5) + 1);
  let size = 0;
  return {
    get size() {
      return size;
    },
    has: (rank) => ((words[rank >>> 5] as number) & (1 << (rank & 31))) !== 0,
    add(rank) {
      const word = rank >>> 5;
      const bits = words[word] as number;
      const added = (bits | (1 << (rank & 31))) >>> 0;
      if (added === bits) return;
      size++;
      words[word] = added;
      summary[word >>> 5] = (summary[word >>> 5] as number) | (1 << (word & 31));
    },
    remove(rank) {
      const word = rank >>> 5;
      const bits = words[word] as number;
      const left = (bits & ~(1 << (rank & 31))) >>> 0;
      if (left === bits) return;
      size--;
      words[word] = left;
      if (left === 0) summary[word >>> 5] = (summary[word >>> 5] as number) & ~(1 << (word & 31));
    },
    first() {
      let top = 0;
      while (summary[top] === 0) top++;
      if (top === summary.length) return -1;
      const word = top * 32 + lowestBit(summary[top] as number);
      return word * 32 + lowestBit(words[word] as number);
    },
  };
}

const lowestBit = (bits: number): number => 31 - Math.clz32(bits & -bits);
