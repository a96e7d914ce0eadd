/**
 * How often tests repeat what they do with other chances: as often as they say under CI or with TUTTI_TEST_ALL=1, else a
 * fixed sample of it, so that `npm test` stays quick. What a single test does with each is the same.
 */
import { randomFrom } from './seeded-random.ts';

export const isThorough = Boolean(process.env.CI) || process.env.TUTTI_TEST_ALL === '1';

/** One in so many is in a sample. */
const ONE_OF = 5;

/** How many of so many random cases to try, the first ones; fewer than `least` would show too little. */
export const casesOf = (all: number, least = 20): number =>
  isThorough ? all : Math.min(all, Math.max(least, Math.ceil(all / ONE_OF)));

/** Which of these points to try, in their order; the same ones each time. */
export function sampleOf<Point>(all: readonly Point[]): readonly Point[] {
  const wanted = casesOf(all.length);
  const random = randomFrom(all.length);
  const places = new Set<number>();
  while (places.size < wanted) places.add(random.wholeNumber(0, all.length - 1));
  return all.filter((_, place) => places.has(place));
}
