/** Waves, pools and files in a forecast: what keeps a ready task from starting, and gives it back when that ends. */
import type { RemainingWork, WavesLeft } from './remaining-work.ts';

export interface Holds {
  begin(): void;
  /** Whether something holds the task; then it comes back through `wake`. */
  parks(task: number): boolean;
  take(task: number): void;
  /** An attempt has ended. */
  give(task: number): void;
  /** A task has been merged. */
  release(task: number): void;
}

/** @param wake gets a task back when what held it may have ended */
export function openHolds(work: RemainingWork, wake: (task: number) => void): Holds {
  const parts = [
    ...(work.waves === null ? [] : [waveHold(work.waves, wake)]),
    ...(work.pools === null ? [] : [poolHold(work, wake)]),
    ...(work.conflicts === null ? [] : [fileHold(work, wake)]),
  ];
  return {
    begin: () => {
      for (const part of parts) part.begin();
    },
    parks: (task) => parts.some((part) => part.parks(task)),
    take: (task) => {
      for (const part of parts) part.take(task);
    },
    give: (task) => {
      for (const part of parts) part.give(task);
    },
    release: (task) => {
      for (const part of parts) part.release(task);
    },
  };
}

/** Counting floating point: 80 % of 5 is 4. */
const EPSILON = 1e-9;

function waveHold(
  { of, done: doneBefore, left: leftBefore, threshold }: WavesLeft,
  wake: (task: number) => void,
): Holds {
  const count = doneBefore.length;
  const [done, left] = [new Int32Array(count), new Int32Array(count)];
  const parked: number[][] = Array.from({ length: count }, () => []);
  let open = 0;
  const isThrough = (wave: number): boolean => {
    const [ready, rest] = [done[wave] as number, left[wave] as number];
    return ready + EPSILON >= threshold * (ready + rest);
  };
  const advance = (): void => {
    while (open < count && isThrough(open)) {
      open++;
      for (const task of parked[open]?.splice(0) ?? []) wake(task);
    }
  };
  return {
    begin() {
      done.set(doneBefore);
      left.set(leftBefore);
      for (const tasks of parked) tasks.length = 0;
      open = 0;
      advance();
    },
    parks(task) {
      const wave = of[task] as number;
      if (wave <= open) return false;
      parked[wave]?.push(task);
      return true;
    },
    take() {},
    give() {},
    release(task) {
      const wave = of[task] as number;
      done[wave] = (done[wave] as number) + 1;
      left[wave] = (left[wave] as number) - 1;
      advance();
    },
  };
}

function poolHold({ pools }: RemainingWork, wake: (task: number) => void): Holds {
  const { free: freeBefore, starts, pool, units } = pools as NonNullable<RemainingWork['pools']>;
  const free = new Int32Array(freeBefore.length);
  const parked: number[][] = Array.from(freeBefore, () => []);
  const change = (task: number, sign: 1 | -1): void => {
    for (let entry = starts[task] as number; entry < (starts[task + 1] as number); entry++) {
      const name = pool[entry] as number;
      free[name] = (free[name] as number) + sign * (units[entry] as number);
      if (sign === 1) for (const waiting of parked[name]?.splice(0) ?? []) wake(waiting);
    }
  };
  return {
    begin() {
      free.set(freeBefore);
      for (const tasks of parked) tasks.length = 0;
    },
    parks(task) {
      for (let entry = starts[task] as number; entry < (starts[task + 1] as number); entry++) {
        const name = pool[entry] as number;
        if ((units[entry] as number) <= (free[name] as number)) continue;
        parked[name]?.push(task);
        return true;
      }
      return false;
    },
    take: (task) => change(task, -1),
    give: (task) => change(task, 1),
    release() {},
  };
}

function fileHold(work: RemainingWork, wake: (task: number) => void): Holds {
  const { starts, items } = work.conflicts as NonNullable<RemainingWork['conflicts']>;
  const holding = new Uint8Array(work.size);
  const parked = new Uint8Array(work.size);
  /** How many tasks that hold their files are in the way of each. */
  const inTheWay = new Int32Array(work.size);
  const change = (task: number, by: 1 | -1): void => {
    holding[task] = by === 1 ? 1 : 0;
    for (let edge = starts[task] as number; edge < (starts[task + 1] as number); edge++) {
      const other = items[edge] as number;
      inTheWay[other] = (inTheWay[other] as number) + by;
      if (inTheWay[other] !== 0 || parked[other] === 0) continue;
      parked[other] = 0;
      wake(other);
    }
  };
  return {
    begin() {
      holding.fill(0);
      parked.fill(0);
      inTheWay.fill(0);
      for (let task = 0; task < work.size; task++) if (work.holdsFiles[task] === 1) change(task, 1);
    },
    parks(task) {
      if (holding[task] === 1 || inTheWay[task] === 0) return false;
      parked[task] = 1;
      return true;
    },
    take(task) {
      if (holding[task] === 0) change(task, 1);
    },
    give() {},
    release(task) {
      if (holding[task] === 1) change(task, -1);
    },
  };
}
