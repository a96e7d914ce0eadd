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

/** Lanes by what they wait for: a table for each type, and in it the part of a hold that tells it from its like. */
type Lanes = Readonly<Record<Hold['type'], Map<string | number, Lane>>>;

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

const keyOf = (hold: Hold): string | number => {
  switch (hold.type) {
    case 'wave':
      return hold.wave;
    case 'pool':
      return `${hold.units} ${hold.pool}`;
    case 'files':
      return hold.glob;
    case 'agent':
      return hold.agent;
    case 'budget':
      return hold.unit;
  }
};

/** Where in the queue a task is. */
const OUTSIDE = 0;
const IN_FRONT = 1;
const IN_LANE = 2;
const ASIDE = 3;

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
  const lanes: Lanes = {
    wave: new Map(),
    pool: new Map(),
    files: new Map(),
    agent: new Map(),
    budget: new Map(),
  };
  const laneFor = (hold: Hold): Lane | undefined => {
    const table = lanes[hold.type];
    return table.size === 0 ? undefined : table.get(keyOf(hold));
  };
  const places = new Uint8Array(ranks.length);
  const laneOf = new Map<number, Lane>();
  /** Tasks in front that stand for the lane they came from: one at a time is enough to find out. */
  const cameFrom = new Map<number, Hold>();
  const touched = new Set<Lane>();
  /** A handful: as many as may start at once. */
  const aside: number[] = [];

  const touch = (hold: Hold): void => {
    const lane = laneFor(hold);
    if (lane !== undefined) touched.add(lane);
  };
  const enterFront = (position: number): void => {
    front.add(rankOf(position));
    places[position] = IN_FRONT;
  };
  const leaveFront = (position: number): void => {
    front.remove(rankOf(position));
    places[position] = OUTSIDE;
    if (cameFrom.size === 0) return;
    const hold = cameFrom.get(position);
    if (hold === undefined) return;
    cameFrom.delete(position);
    touch(hold);
  };
  const leaveLane = (position: number): void => {
    const lane = laneOf.get(position) as Lane;
    lane.tasks.remove(position);
    laneOf.delete(position);
    places[position] = OUTSIDE;
    if (lane.tasks.size > 0) return;
    lanes[lane.hold.type].delete(keyOf(lane.hold));
    touched.delete(lane);
  };
  const admitFrom = ({ hold, tasks }: Lane, isOpen: (hold: Hold, position: number) => boolean): void => {
    // Of those that wait for one thing, the first to get it closes the lane again.
    const isShared = hold.type === 'wave' || hold.type === 'budget';
    for (let next = tasks.first(); next !== undefined; next = tasks.first()) {
      if (!isOpen(hold, next)) return;
      leaveLane(next);
      enterFront(next);
      if (isShared) continue;
      cameFrom.set(next, hold);
      return;
    }
  };

  return {
    get size() {
      return front.size + laneOf.size + aside.length;
    },
    has: (position) => places[position] !== OUTSIDE,
    add(position) {
      if (places[position] === OUTSIDE) enterFront(position);
    },
    remove(position) {
      switch (places[position]) {
        case IN_FRONT:
          leaveFront(position);
          return;
        case IN_LANE:
          leaveLane(position);
          return;
        case ASIDE:
          aside.splice(aside.indexOf(position), 1);
          places[position] = OUTSIDE;
      }
    },
    first() {
      const rank = front.first();
      return rank === -1 ? undefined : order[rank];
    },
    reorder,
    setAside(position) {
      leaveFront(position);
      aside.push(position);
      places[position] = ASIDE;
    },
    restore() {
      for (let position = aside.pop(); position !== undefined; position = aside.pop()) enterFront(position);
    },
    firstHeld: (hold) => laneFor(hold)?.tasks.first(),
    park(position, hold) {
      leaveFront(position);
      let lane = laneFor(hold);
      if (lane === undefined) {
        lane = { hold, tasks: indexedHeap(hold.type === 'budget' ? reserves[hold.unit] : before) };
        lanes[hold.type].set(keyOf(hold), lane);
      }
      lane.tasks.add(position);
      laneOf.set(position, lane);
      places[position] = IN_LANE;
    },
    touch,
    admit(isOpen) {
      if (touched.size === 0) return;
      for (const lane of touched) {
        touched.delete(lane);
        admitFrom(lane, isOpen);
      }
    },
  };
}
