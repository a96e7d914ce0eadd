import fc from 'fast-check';
import { expect, it } from 'vitest';
import { slotVariables } from './slot-ports.ts';

const rangesOf = (repository: string, slots: number): number[] =>
  Array.from({ length: slots }, (_, slot) => Number(slotVariables(repository, slots)(slot).TUTTI_PORT));

it('gives each slot ports of its own, none that a system gives to connections', () => {
  fc.assert(
    fc.property(
      fc.string({ unit: fc.constantFrom(...'0123456789abcdef'), minLength: 16, maxLength: 16 }),
      fc.integer({ min: 1, max: 1001 }),
      (repository, slots) => {
        const firsts = rangesOf(repository, slots);
        const gaps = firsts.slice(1).map((first, index) => first - (firsts[index] ?? 0));
        expect(gaps.every((gap) => gap === 20)).toBe(true);
        expect(firsts[0]).toBeGreaterThanOrEqual(10_240);
        expect((firsts.at(-1) ?? 0) + 20).toBeLessThanOrEqual(32_768);
      },
    ),
  );
});

it('gives two repositories different ports, and one the same each time', () => {
  const [one, other] = [rangesOf('00000000aaaaaaaa', 11), rangesOf('00000001aaaaaaaa', 11)];
  expect(one.filter((port) => other.includes(port))).toEqual([]);
  expect(rangesOf('00000000aaaaaaaa', 11)).toEqual(one);
});
