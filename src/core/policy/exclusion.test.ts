import fc from 'fast-check';
import { expect, it } from 'vitest';
import { globsOverlap } from '../glob-overlap.ts';
import { makeTask, taskId } from '../plan.ts';
import { fileExclusion } from './exclusion.ts';

const globs = fc
  .array(fc.constantFrom('a', 'b', 'ab', 'x.ts', 'x.md', '*', '**', 'a*', '*.ts', '.', ''), {
    minLength: 1,
    maxLength: 4,
  })
  .map((parts) => parts.join('/'));

it('finds what comparing with every held glob finds', () => {
  fc.assert(
    fc.property(
      fc.array(fc.array(globs, { maxLength: 3 }), { minLength: 2, maxLength: 8 }),
      fc.array(fc.nat({ max: 7 }), { maxLength: 12 }),
      (lists, turns) => {
        const tasks = lists.map((files, index) => makeTask({ id: taskId(`T${index}`), files }));
        const files = fileExclusion(tasks);
        const held = new Set<number>();
        const overlapping = (position: number): string[] =>
          [...held].flatMap((other) =>
            (lists[other] as string[]).filter((glob) =>
              (lists[position] as string[]).some((own) => globsOverlap(own, glob)),
            ),
          );
        for (const turn of turns) {
          const position = turn % lists.length;
          const found = files.inTheWay(position);
          const expected = held.has(position) ? [] : overlapping(position);
          if (expected.length === 0) expect(found).toBeUndefined();
          else expect(expected).toContain(found);
          if (held.delete(position)) files.release(position);
          else if (found === undefined) {
            held.add(position);
            files.hold(position);
          }
        }
        for (const position of held) files.release(position);
        expect(lists.map((_, position) => files.inTheWay(position))).toEqual(lists.map(() => undefined));
      },
    ),
    { numRuns: 2_000 },
  );
});
