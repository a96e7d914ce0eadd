/** Time: wall time for people and the journal, monotonic time for deadlines. */
import type { Timestamp } from '../core/plan.ts';

export interface Timer {
  /** Does nothing when it has fired or was cancelled. */
  cancel(): void;
}

export interface Clock {
  /** Wall time in milliseconds since the epoch. */
  now(): Timestamp;
  /** Milliseconds that only grow, from an arbitrary start; stands still while the machine sleeps. */
  monotonicMs(): number;
  /** Calls `fire` once, `delayMs` from now; a jump of the clock moves the deadline by its gap. */
  after(delayMs: number, fire: () => void): Timer;
  /** Called with the gap in milliseconds each time a tick came over 60 s late. */
  onJump(listener: (gapMs: number) => void): void;
  /** Cancels every timer; nothing fires afterwards. */
  stop(): void;
}
