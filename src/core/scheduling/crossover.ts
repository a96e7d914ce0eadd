/** New orders out of old ones; each task still follows what it depends on. */
import type { Project } from './project.ts';
import type { SeededRandom } from './seeded-random.ts';

/** The middle part that stays as it is, as a part of all tasks. */
const LEAST_WINDOW = 0.25;
const MOST_WINDOW = 0.75;
/** How often two neighbours change places. */
const SWAP_CHANCE = 0.01;

export interface Breeder {
  /**
   * Two-point crossover (Debels and Vanhoucke 2005): which tasks come before, in and after a window is taken from
   * `mother`, as is the order in the window; the order before and after it is the father's. Then a few neighbours that
   * do not depend on each other change places.
   *
   * @param project the one, of the two directions, whose orders these are
   */
  cross(project: Project, mother: Int32Array, father: Int32Array, child: Int32Array): void;
}

export function makeBreeder(size: number, random: SeededRandom): Breeder {
  const BEFORE = 0;
  const WITHIN = 1;
  const AFTER = 2;
  const part = new Uint8Array(size);
  return {
    cross(project, mother, father, child) {
      const share = LEAST_WINDOW + (MOST_WINDOW - LEAST_WINDOW) * random.fraction();
      const length = Math.max(1, Math.floor(size * share));
      const from = random.below(size - length + 1);
      const to = from + length;
      for (let place = 0; place < size; place++)
        part[mother[place] as number] = place < from ? BEFORE : place < to ? WITHIN : AFTER;
      let before = 0;
      let after = to;
      for (let place = 0; place < size; place++) {
        const task = father[place] as number;
        const where = part[task] as number;
        if (where === BEFORE) child[before++] = task;
        else if (where === AFTER) child[after++] = task;
      }
      for (let place = from; place < to; place++) child[place] = mother[place] as number;
      mutate(project, child, random);
    },
  };
}

function mutate({ dependencies }: Project, list: Int32Array, random: SeededRandom): void {
  // Drawing the distance to the next swap asks for one number a swap instead of one a task.
  const step = 1 / Math.log(1 - SWAP_CHANCE);
  let place = Math.floor(Math.log(1 - random.fraction()) * step);
  while (place + 1 < list.length) {
    const first = list[place] as number;
    const second = list[place + 1] as number;
    let depends = false;
    const end = dependencies.starts[second + 1] as number;
    for (let edge = dependencies.starts[second] as number; edge < end; edge++)
      depends ||= dependencies.items[edge] === first;
    if (!depends) {
      list[place] = second;
      list[place + 1] = first;
    }
    place += 1 + Math.floor(Math.log(1 - random.fraction()) * step);
  }
}
