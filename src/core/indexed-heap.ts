/** A binary heap of task positions that can also remove from its middle: O(log n) each. */

export interface IndexedHeap {
  readonly size: number;
  has(position: number): boolean;
  /** Adds a position; does nothing when it is in already. */
  add(position: number): void;
  /** Removes a position; does nothing when it is not in. */
  remove(position: number): void;
  first(): number | undefined;
}

/** @param before whether `a` comes before `b`; must not change for positions that are in the heap */
export function indexedHeap(before: (a: number, b: number) => boolean): IndexedHeap {
  const items: number[] = [];
  const places = new Map<number, number>();

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
    has: (position) => places.has(position),
    add(position) {
      if (places.has(position)) return;
      items.push(position);
      rise(items.length - 1, position);
    },
    remove(position) {
      const place = places.get(position);
      if (place === undefined) return;
      places.delete(position);
      const last = items.pop() as number;
      if (last === position) return;
      if (place > 0 && before(last, items[(place - 1) >> 1] as number)) rise(place, last);
      else sink(place, last);
    },
    first: () => items[0],
  };
}
