/** Deadlines in order: time first, then the order in which they were made. Reads no clock. */
import type { Timer } from '../ports/clock.ts';

interface Entry {
  readonly due: number;
  readonly order: number;
  /** Undefined once it was cancelled or has fired. */
  fire: (() => void) | undefined;
}

/** A heap in which cancelled deadlines stay until they come up or are too many. */
export class TimerQueue {
  #heap: Entry[] = [];
  #made = 0;
  #dead = 0;

  add(due: number, fire: () => void): Timer {
    this.#made += 1;
    const entry: Entry = { due, order: this.#made, fire };
    this.#push(entry);
    return {
      cancel: () => {
        if (!entry.fire) return;
        entry.fire = undefined;
        this.#dead += 1;
        if (this.#dead > 64 && this.#dead * 2 > this.#heap.length) this.#compact();
      },
    };
  }

  /** When the next deadline is due. */
  nextDue(): number | undefined {
    for (let top = this.#heap[0]; top; top = this.#heap[0]) {
      if (top.fire) return top.due;
      this.#pop();
      this.#dead -= 1;
    }
    return undefined;
  }

  /** Takes the next deadline that is due at `now`, if there is one. */
  takeDue(now: number): (() => void) | undefined {
    const due = this.nextDue();
    if (due === undefined || due > now) return undefined;
    const entry = this.#pop();
    const fire = entry?.fire;
    if (entry) entry.fire = undefined;
    return fire;
  }

  clear(): void {
    for (const entry of this.#heap) entry.fire = undefined;
    this.#heap = [];
    this.#dead = 0;
  }

  #compact(): void {
    const alive = this.#heap.filter(({ fire }) => fire);
    // Sorted is a heap too.
    this.#heap = alive.sort((one, other) => (before(one, other) ? -1 : 1));
    this.#dead = 0;
  }

  #push(entry: Entry): void {
    const heap = this.#heap;
    let at = heap.length;
    for (;;) {
      const parent = (at - 1) >> 1;
      const above = at > 0 ? heap[parent] : undefined;
      if (!above || before(above, entry)) break;
      heap[at] = above;
      at = parent;
    }
    heap[at] = entry;
  }

  #pop(): Entry | undefined {
    const heap = this.#heap;
    const top = heap[0];
    const last = heap.pop();
    if (!last || heap.length === 0) return top;
    let at = 0;
    for (;;) {
      const left = heap[2 * at + 1];
      const right = heap[2 * at + 2];
      const child = left && right && before(right, left) ? right : left;
      if (!child || before(last, child)) break;
      heap[at] = child;
      at = child === left ? 2 * at + 1 : 2 * at + 2;
    }
    heap[at] = last;
    return top;
  }
}

const before = (one: Entry, other: Entry): boolean =>
  one.due < other.due || (one.due === other.due && one.order < other.order);
