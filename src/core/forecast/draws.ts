/** Seeded chance for forecasts: the same seed gives the same draws everywhere. No secret may depend on it. */

export interface Draws {
  /** From 0 to 1, without 1. */
  uniform(): number;
  /** Standard normal. */
  normal(): number;
  /** Standard normal, given that it is above `least`. */
  normalAbove(least: number): number;
}

export function seededDraws(seed: number): Draws {
  const uniform = generator(seed);
  let spare = Number.NaN;
  const normal = (): number => {
    if (!Number.isNaN(spare)) {
      const value = spare;
      spare = Number.NaN;
      return value;
    }
    // Marsaglia's polar method: a point in the unit disc gives two.
    for (;;) {
      const x = 2 * uniform() - 1;
      const y = 2 * uniform() - 1;
      const square = x * x + y * y;
      if (square >= 1 || square === 0) continue;
      const factor = Math.sqrt((-2 * Math.log(square)) / square);
      spare = y * factor;
      return x * factor;
    }
  };
  const normalAbove = (least: number): number => {
    // Below this, waiting for a draw above takes four draws at most on average.
    if (least < 0.6) {
      for (;;) {
        const value = normal();
        if (value > least) return value;
      }
    }
    // Marsaglia 1964: the tail of a normal from that of a Rayleigh distribution.
    for (;;) {
      const value = Math.sqrt(least * least - 2 * Math.log(1 - uniform()));
      if (uniform() * value <= least) return value;
    }
  };
  return { uniform, normal, normalAbove };
}

/** sfc32 (Doty-Humphrey): small, fast, and passes the usual test batteries. */
function generator(seed: number): () => number {
  let [a, b, c, counter] = [seed | 0, 0x2545f491, 0x9e3779b9 | 0, 1];
  const next = (): number => {
    const sum = (((a + b) | 0) + counter) | 0;
    counter = (counter + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = (((c << 21) | (c >>> 11)) + sum) | 0;
    return (sum >>> 0) / 2 ** 32;
  };
  // Seeds that differ in one bit are far apart after these.
  for (let round = 0; round < 12; round++) next();
  return next;
}
