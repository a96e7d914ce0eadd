/** A `Clock` whose time moves only when it is told to, for tests and simulation. */
import type { Clock, Timer } from '../ports/clock.ts';

interface Deadline {
  readonly fire: () => void;
  cancelled: boolean;
}

/** Deadlines fire in order of time, then in the order in which they were made. */
export class VirtualClock implements Clock {
  readonly #startMs: number;
  readonly #listeners: ((gapMs: number) => void)[] = [];
  /** Deadlines by the time at which they are due; `#times` holds the keys in ascending order. */
  readonly #deadlines = new Map<number, Deadline[]>();
  #times: number[] = [];
  #elapsedMs = 0;
  #sleptMs = 0;
  #stopped = false;

  /** Begins at `startMs` since the epoch. */
  constructor(startMs = 0) {
    this.#startMs = startMs;
  }

  now(): number {
    return this.#startMs + this.#elapsedMs + this.#sleptMs;
  }

  monotonicMs(): number {
    return this.#elapsedMs;
  }

  after(delayMs: number, fire: () => void): Timer {
    const deadline: Deadline = { fire, cancelled: this.#stopped };
    const due = this.#elapsedMs + Math.max(0, delayMs);
    const others = this.#deadlines.get(due);
    if (others) others.push(deadline);
    else this.#addTime(due, deadline);
    return {
      cancel() {
        deadline.cancelled = true;
      },
    };
  }

  onJump(listener: (gapMs: number) => void): void {
    this.#listeners.push(listener);
  }

  stop(): void {
    this.#stopped = true;
    this.#deadlines.clear();
    this.#times = [];
  }

  /** Lets `ms` pass and fires what becomes due, also what that makes due within the same time. */
  advance(ms: number): void {
    const until = this.#elapsedMs + ms;
    while (this.#fireNext(until));
    this.#elapsedMs = until;
  }

  /** Goes on to the next deadline and fires it alone; false when there is none up to `until` (elapsed milliseconds). */
  step(until = Number.POSITIVE_INFINITY): boolean {
    return this.#fireNext(until);
  }

  /**
   * Fires until no deadline is left; gives how many fired.
   * @throws after `limit` of them: then something sets itself again for ever.
   */
  runUntilIdle(limit = 1_000_000): number {
    for (let fired = 0; fired <= limit; fired += 1) {
      if (!this.#fireNext(Number.POSITIVE_INFINITY)) return fired;
    }
    throw new Error(`the virtual clock is not idle after ${limit} deadlines`);
  }

  /** The machine sleeps: wall time goes on, monotonic time and all deadlines stand still. */
  sleep(gapMs: number): void {
    this.#sleptMs += gapMs;
    for (const listener of this.#listeners) listener(gapMs);
  }

  #addTime(due: number, deadline: Deadline): void {
    this.#deadlines.set(due, [deadline]);
    let low = 0;
    let high = this.#times.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.#times[middle] ?? due) < due) low = middle + 1;
      else high = middle;
    }
    this.#times.splice(low, 0, due);
  }

  #fireNext(until: number): boolean {
    for (let due = this.#times[0]; due !== undefined && due <= until; due = this.#times[0]) {
      const deadlines = this.#deadlines.get(due) ?? [];
      const next = deadlines.shift();
      if (!next) {
        this.#times.shift();
        this.#deadlines.delete(due);
      } else if (!next.cancelled) {
        this.#elapsedMs = due;
        next.cancelled = true;
        next.fire();
        return true;
      }
    }
    return false;
  }
}
