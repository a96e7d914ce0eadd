import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import { TimerQueue } from './timer-queue.ts';

it('gives deadlines by time, then in the order they were made, without those that were cancelled', () => {
  const entries = fc.array(fc.tuple(fc.integer({ min: 0, max: 20 }), fc.boolean()), { maxLength: 400 });
  void fc.assert(
    fc.property(entries, (made) => {
      const queue = new TimerQueue();
      const fired: number[] = [];
      const timers = made.map(([due], index) => queue.add(due, () => fired.push(index)));
      made.forEach(([, cancelled], index) => {
        if (cancelled) timers[index]?.cancel();
      });
      for (let fire = queue.takeDue(20); fire; fire = queue.takeDue(20)) fire();
      const expected = made
        .map(([due, cancelled], index) => ({ due, cancelled, index }))
        .filter(({ cancelled }) => !cancelled)
        .sort((one, other) => one.due - other.due || one.index - other.index);
      expect(fired).toEqual(expected.map(({ index }) => index));
      expect(queue.nextDue()).toBeUndefined();
    }),
  );
});

it('gives nothing before its time', () => {
  const queue = new TimerQueue();
  queue.add(10, () => {});
  expect([queue.takeDue(9), queue.nextDue()]).toEqual([undefined, 10]);
});
