/** A stream of random numbers that a seed repeats on every machine: the only chance in `core`, and none of its own. */

export interface SeededRandom {
  /** A whole number from 0 to `bound` - 1; `bound` is at most 2^31. */
  below(bound: number): number;
  /** From 0 up to, never reaching, 1. */
  fraction(): number;
}

/** Chris Doty-Humphrey's sfc32: 128 bits of state, passes PractRand, a few additions and shifts a number. */
export function seededRandom(seed: number): SeededRandom {
  let a = seed | 0;
  let b = Math.floor(seed / 2 ** 32) | 0;
  let c = 0x9e3779b9 | 0;
  let counter = 1;
  const next = (): number => {
    const sum = (a + b + counter) | 0;
    counter = (counter + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = (((c << 21) | (c >>> 11)) + sum) | 0;
    return sum >>> 0;
  };
  // Neighbouring seeds are alike at first.
  for (let round = 0; round < 12; round++) next();
  return {
    below: (bound) => Math.floor((next() / 2 ** 32) * bound),
    fraction: () => next() / 2 ** 32,
  };
}
