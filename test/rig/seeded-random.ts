/** Random choices that a seed repeats. */
export interface SeededRandom {
  /** From `least` to `most`, both included. */
  wholeNumber(least: number, most: number): number;
  pick<T>(choices: readonly T[]): T;
}

export function randomFrom(seed: number): SeededRandom {
  let state = seed >>> 0;
  // mulberry32: small, and good enough to choose instants.
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  const wholeNumber: SeededRandom['wholeNumber'] = (least, most) =>
    least + Math.floor(next() * (most - least + 1));
  return {
    wholeNumber,
    pick: (choices) => choices[wholeNumber(0, choices.length - 1)] as (typeof choices)[number],
  };
}
