/** A heap of whole numbers, the smallest first, on one array: for loops that run millions of times. */

export interface NumberHeap {
  size(): number;
  push(value: number): void;
  /** Takes the smallest; there must be one. */
  pop(): number;
  clear(): void;
}

/** @param most how many it ever holds */
export function numberHeap(most: number): NumberHeap {
  const items = new Int32Array(most);
  let size = 0;
  return {
    size: () => size,
    push(value) {
      let place = size++;
      while (place > 0) {
        const parent = (place - 1) >> 1;
        if ((items[parent] as number) <= value) break;
        items[place] = items[parent] as number;
        place = parent;
      }
      items[place] = value;
    },
    pop() {
      const smallest = items[0] as number;
      const last = items[--size] as number;
      let place = 0;
      for (let child = 1; child < size; child = 2 * place + 1) {
        if (child + 1 < size && (items[child + 1] as number) < (items[child] as number)) child++;
        if ((items[child] as number) >= last) break;
        items[place] = items[child] as number;
        place = child;
      }
      items[place] = last;
      return smallest;
    },
    clear() {
      size = 0;
    },
  };
}
