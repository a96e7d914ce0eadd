/**
 * Ready tasks in start order, but for those that something holds: they stand in a lane of their own until that ends, so
 * that a decision looks at few tasks however many wait. Knows ranks and lanes; what holds a task its caller knows.
 */
import { type IndexedHeap, indexedHeap } from './indexed-heap.ts';
import type { BudgetUnit } from './policy/budget.ts';
import { rankSet } from './rank-set.ts';

/** What a lane of tasks waits for. */
export type Hold =
  | { readonly type: 'wave'; readonly wave: number }
  /** So many units of a pool. */
  | { readonly type: 'pool'; readonly pool: string; readonly units: number }
  /** The release of a glob that overlaps its own. */
  | { readonly type: 'files'; readonly glob: string }
  /** An agent of which enough sessions run, or that has to be left alone. */
  | { readonly type: 'agent'; readonly agent: string }
  | { readonly type: 'budget'; readonly unit: BudgetUnit };

interface Lane {
  readonly hold: Hold;
  readonly tasks: IndexedHeap;
}

export interface ReadyQueue {
  readonly size: number;
  has(position: number): boolean;
  /** Puts a task in front: it is tried when its turn comes. */
  add(position: number): void;
  remove(position: number): void;
  /** The next task to be tried. */
  first(): number | undefined;
  /** The first task in the lane of what holds it. */
  firstHeld(hold: Hold): number | undefined;
  /** The ranks have changed, while nothing was in the queue. */
  reorder(): void;
  /** Sets a task aside that was chosen; it comes back with `restore`, unless it is removed before. */
  setAside(position: number): void;
  /** Brings back what was set aside and is still there. */
  restore(): void;
  /** Takes a task that was tried into the lane of what holds it. */
  park(position: number, hold: Hold): void;
  /** Something that this holds for may have ended: its lane is looked at in the next `admit`. */
  touch(hold: Hold): void;
  /** Lets tasks of touched lanes come to the front. @param isOpen whether what the lane waits for has ended */
  admit(isOpen: (hold: Hold, position: number) => boolean): void;
}

const nameOf = (hold: Hold): string => {
  switch (hold.type) {
    case 'wave':
      return `wave ${hold.wave}`;
    case 'pool':
      return `pool ${hold.units} ${hold.pool}`;
    case 'files':
      return `files ${hold.glob}`;
    case 'agent':
      return `agent ${hold.agent}`;
    case 'budget':
      return `budget ${hold.unit}`;
  }
};

/**
 * @param ranks start order: each task's place in it, all different
 * @param reserves order in the lanes of the budget: what needs less comes first
 */
export function readyQueue(
  ranks: Int32Array,
  reserves: Readonly<Record<BudgetUnit, (a: number, b: number) => boolean>>,
): ReadyQueue {
  const front = rankSet(ranks.length);
  const rankOf = (position: number): number => ranks[position] as number;
  const before = (a: number, b: number): boolean => rankOf(a) < rankOf(b);
  /** The task of each rank. */
  const order = new Int32Array(ranks.length);
  const reorder = (): void => {
    for (let position = 0; position < ranks.length; position++) order[rankOf(position)] = position;
  };
  reorder();
  const lanes = new Map<string, Lane>();
  const laneOf = new Map<number, Lane>();
  /** Tasks in front that stand for the lane they came from: one at a time is enough to find out. */
  const cameFrom = new Map<number, Hold>();
  const touched = new Set<string>();
  /** A handful: as many as may start at once. */
  const aside: number[] = [];

  const leaveFront = (position: number): void => {
    front.remove(rankOf(position));
    const hold = cameFrom.get(position);
    if (hold === undefined) return;
    cameFrom.delete(position);
    touched.add(nameOf(hold));
  };
  const leaveLane = (position: number, lane: Lane): void => {
    lane.tasks.remove(position);
    laneOf.delete(position);
    if (lane.tasks.size === 0) lanes.delete(nameOf(lane.hold));
  };
  const admitFrom = (lane: Lane, isOpen: (hold: Hold, position: number) => boolean): void => {
    // Of those that wait for one thing, the first to get it closes the lane again.
    const isShared = lane.hold.type === 'wave' || lane.hold.type === 'budget';
    for (let next = lane.tasks.first(); next !== undefined; next = lane.tasks.first()) {
      if (!isOpen(lane.hold, next)) return;
      leaveLane(next, lane);
      front.add(rankOf(next));
      if (isShared) continue;
      cameFrom.set(next, lane.hold);
      return;
    }
  };

  return {
    get size() {
      return front.size + laneOf.size + aside.length;
    },
    has: (position) => front.has(rankOf(position)) || laneOf.has(position) || aside.includes(position),
    add(position) {
      if (!laneOf.has(position) && !aside.includes(position)) front.add(rankOf(position));
    },
    remove(position) {
      const place = aside.indexOf(position);
      if (place !== -1) {
        aside.splice(place, 1);
        return;
      }
      const lane = laneOf.get(position);
      if (lane === undefined) leaveFront(position);
      else leaveLane(position, lane);
    },
    first() {
      const rank = front.first();
      return rank === -1 ? undefined : order[rank];
    },
    reorder,
    setAside(position) {
      leaveFront(position);
      aside.push(position);
    },
    restore() {
      for (const position of aside) front.add(rankOf(position));
      aside.length = 0;
    },
    firstHeld: (hold) => lanes.get(nameOf(hold))?.tasks.first(),
    park(position, hold) {
      leaveFront(position);
      const name = nameOf(hold);
      let lane = lanes.get(name);
      if (lane === undefined) {
        lane = { hold, tasks: indexedHeap(hold.type === 'budget' ? reserves[hold.unit] : before) };
        lanes.set(name, lane);
      }
      lane.tasks.add(position);
      laneOf.set(position, lane);
    },
    touch(hold) {
      if (lanes.size === 0) return;
      const name = nameOf(hold);
      if (lanes.has(name)) touched.add(name);
    },
    admit(isOpen) {
      if (touched.size === 0) return;
      for (const name of touched) {
        const lane = lanes.get(name);
        if (lane !== undefined) admitFrom(lane, isOpen);
      }
      touched.clear();
    },
  };
}
