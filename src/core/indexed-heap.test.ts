import fc from 'fast-check';
import { expect, it } from 'vitest';
import { indexedHeap } from './indexed-heap.ts';

it('behaves like a sorted set, whatever is added and removed', () => {
  const steps = fc.array(fc.tuple(fc.boolean(), fc.nat(40)), { maxLength: 200 });
  fc.assert(
    fc.property(steps, (commands) => {
      const heap = indexedHeap((a, b) => a < b);
      const model = new Set<number>();
      for (const [add, position] of commands) {
        if (add) heap.add(position);
        else heap.remove(position);
        if (add) model.add(position);
        else model.delete(position);
        expect(heap.size).toBe(model.size);
        expect(heap.first()).toBe(model.size === 0 ? undefined : Math.min(...model));
        expect(heap.has(position)).toBe(add);
      }
    }),
  );
});
