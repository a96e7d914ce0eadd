import fc from 'fast-check';
import { expect, it } from 'vitest';
import { rankSet } from './rank-set.ts';

it('is a set that knows its lowest, also at the edges of words', () => {
  const ranks = fc.oneof(fc.constantFrom(0, 31, 32, 63, 1023, 1024, 2047, 2999), fc.nat(2999));
  const steps = fc.array(fc.record({ adds: fc.boolean(), rank: ranks }), { maxLength: 80 });
  fc.assert(
    fc.property(steps, (all) => {
      const set = rankSet(3000);
      const model = new Set<number>();
      for (const { adds, rank } of all) {
        if (adds) {
          set.add(rank);
          model.add(rank);
        } else {
          set.remove(rank);
          model.delete(rank);
        }
        const lowest = model.size === 0 ? -1 : Math.min(...model);
        expect([set.size, set.first(), set.has(rank)]).toEqual([model.size, lowest, model.has(rank)]);
      }
    }),
  );
});

it('may be empty for ever', () => {
  expect([rankSet(0).first(), rankSet(0).size]).toEqual([-1, 0]);
});
