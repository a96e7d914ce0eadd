/** The best list schedules so far, no two alike, to breed from. */
import type { ListSchedule } from './list-schedule.ts';
import type { SeededRandom } from './seeded-random.ts';

export interface OrderPool {
  /** Keeps a schedule unless it is known or longer than all that are kept. */
  add(schedule: ListSchedule): void;
  /** The shorter of two drawn ones. @throws RangeError when nothing has been added */
  pick(random: SeededRandom): ListSchedule;
  /** All that are kept, the shortest first. */
  kept(): readonly ListSchedule[];
}

export function makePool(size: number): OrderPool {
  const kept: ListSchedule[] = [];
  const drawn = (random: SeededRandom): ListSchedule => {
    const schedule = kept[random.below(kept.length)];
    if (schedule === undefined) throw new RangeError('an empty pool has nothing to pick');
    return schedule;
  };
  return {
    add(schedule) {
      if (kept.some((other) => isSame(other, schedule))) return;
      if (kept.length < size) {
        kept.push(schedule);
        return;
      }
      let longest = 0;
      for (let place = 1; place < size; place++)
        if (makespanAt(kept, place) > makespanAt(kept, longest)) longest = place;
      if (schedule.makespan <= makespanAt(kept, longest)) kept[longest] = schedule;
    },
    pick(random) {
      const one = drawn(random);
      const two = drawn(random);
      return two.makespan < one.makespan ? two : one;
    },
    kept: () => kept.toSorted((one, other) => one.makespan - other.makespan),
  };
}

const makespanAt = (kept: readonly ListSchedule[], place: number): number =>
  (kept[place] as ListSchedule).makespan;

const isSame = (one: ListSchedule, other: ListSchedule): boolean =>
  one.makespan === other.makespan && one.sequence.every((task, place) => task === other.sequence[place]);
