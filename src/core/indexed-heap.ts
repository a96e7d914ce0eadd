/** A binary heap of task positions that can also remove from its middle: O(log n) each. */

export interface IndexedHeap {
  readonly size: number;
  has(position: number): boolean;
  /** Adds a position; does nothing when it is in already. */
  add(position: number): void;
  /** Removes a position; does nothing when it is not in. */
  remove(position: number): void;
  first(): number | undefined;
  /** The `count` smallest in order, without removing them. */
  smallest(count: number): number[];
}

/**
 * @param before whether `a` comes before `b`; must not change for positions that are in the heap
 * @param capacity all positions are below it; takes 4 bytes for each, and saves a search in a map at every step
 */
export function indexedHeap(before: (a: number, b: number) => boolean, capacity?: number): IndexedHeap {
  const items: number[] = [];
  const places = capacity === undefined ? sparsePlaces() : densePlaces(capacity);

  const put = (place: number, position: number): void => {
    items[place] = position;
    places.set(position, place);
  };
  const rise = (from: number, position: number): void => {
    let place = from;
    while (place > 0) {
      const parent = (place - 1) >> 1;
      if (!before(position, items[parent] as number)) break;
      put(place, items[parent] as number);
      place = parent;
    }
    put(place, position);
  };
  const sink = (from: number, position: number): void => {
    let place = from;
    for (;;) {
      let child = 2 * place + 1;
      if (child >= items.length) break;
      if (child + 1 < items.length && before(items[child + 1] as number, items[child] as number)) child++;
      if (!before(items[child] as number, position)) break;
      put(place, items[child] as number);
      place = child;
    }
    put(place, position);
  };

  return {
    get size() {
      return items.length;
    },
    has: (position) => places.get(position) !== -1,
    add(position) {
      if (places.get(position) !== -1) return;
      items.push(position);
      rise(items.length - 1, position);
    },
    remove(position) {
      const place = places.get(position);
      if (place === -1) return;
      places.delete(position);
      const last = items.pop() as number;
      if (last === position) return;
      if (place > 0 && before(last, items[(place - 1) >> 1] as number)) rise(place, last);
      else sink(place, last);
    },
    first: () => items[0],
    smallest(count) {
      const found: number[] = [];
      // Places whose parents are all found already: the next smallest is among them.
      const frontier = items.length > 0 ? [0] : [];
      while (found.length < count && frontier.length > 0) {
        let best = 0;
        for (let index = 1; index < frontier.length; index++) {
          if (before(items[frontier[index] as number] as number, items[frontier[best] as number] as number))
            best = index;
        }
        const [place] = frontier.splice(best, 1) as [number];
        found.push(items[place] as number);
        for (const child of [2 * place + 1, 2 * place + 2]) if (child < items.length) frontier.push(child);
      }
      return found;
    },
  };
}

/** Where in the heap each position is; -1 for those that are not in it. */
interface Places {
  get(position: number): number;
  set(position: number, place: number): void;
  delete(position: number): void;
}

function densePlaces(capacity: number): Places {
  const places = new Int32Array(capacity).fill(-1);
  return {
    get: (position) => places[position] ?? -1,
    set(position, place) {
      places[position] = place;
    },
    delete(position) {
      places[position] = -1;
    },
  };
}

function sparsePlaces(): Places {
  const places = new Map<number, number>();
  return {
    get: (position) => places.get(position) ?? -1,
    set: (position, place) => void places.set(position, place),
    delete: (position) => void places.delete(position),
  };
}
