/** The `Clock` port on the machine's clocks; notices when the machine slept. Knows nothing of what its timers are for. */
import type { Clock, Timer } from '../ports/clock.ts';
import { TimerQueue } from './timer-queue.ts';

/** Where the time comes from; tests put their own here. */
export interface TimeSource {
  /** Milliseconds since the epoch. */
  wallMs(): number;
  /** Milliseconds that only grow. Whether they go on while the machine sleeps differs between systems. */
  monotonicMs(): number;
  /** Calls `fire` once after `delayMs`; the result cancels. `background` does not keep the process alive. */
  wake(delayMs: number, background: boolean, fire: () => void): () => void;
}

const machine: TimeSource = {
  wallMs: Date.now,
  monotonicMs: () => performance.now(),
  wake(delayMs, background, fire) {
    const timer = setTimeout(fire, delayMs);
    if (background) timer.unref();
    return () => clearTimeout(timer);
  },
};

/** How often we look whether time went on as it should. */
export const TICK_MS = 5_000;
/** A tick this late means that the machine slept, or that this process was stopped. */
const LATE_MS = 60_000;
/** The longest delay a timer of the system takes. */
const LONGEST_DELAY_MS = 2 ** 31 - 1;

/** A running clock. Its tick alone keeps no process alive; a timer of `after` does. */
export function systemClock(source: TimeSource = machine): Clock {
  return new SystemClock(source);
}

/** Owns the one timer that the next deadline needs, and the tick. */
class SystemClock implements Clock {
  readonly #source: TimeSource;
  readonly #queue = new TimerQueue();
  readonly #listeners: ((gapMs: number) => void)[] = [];
  /** What the source's monotonic time went on while nobody could work. */
  #sleptMs = 0;
  #seen: { readonly wallMs: number; readonly monotonicMs: number };
  #alarm: { readonly due: number; readonly cancel: () => void } | undefined;
  #cancelTick: () => void = () => {};
  #stopped = false;

  constructor(source: TimeSource) {
    this.#source = source;
    this.#seen = { wallMs: source.wallMs(), monotonicMs: source.monotonicMs() };
    this.#tick();
  }

  now(): number {
    return this.#source.wallMs();
  }

  monotonicMs(): number {
    return this.#source.monotonicMs() - this.#sleptMs;
  }

  after(delayMs: number, fire: () => void): Timer {
    if (this.#stopped) return { cancel() {} };
    const timer = this.#queue.add(this.monotonicMs() + Math.max(0, delayMs), fire);
    this.#setAlarm();
    return {
      cancel: () => {
        timer.cancel();
        this.#setAlarm();
      },
    };
  }

  onJump(listener: (gapMs: number) => void): void {
    this.#listeners.push(listener);
  }

  stop(): void {
    this.#stopped = true;
    this.#queue.clear();
    this.#setAlarm();
    this.#cancelTick();
  }

  #tick(): void {
    this.#cancelTick = this.#source.wake(TICK_MS, true, () => {
      this.#observe();
      if (!this.#stopped) this.#tick();
    });
  }

  /** Compares how far both clocks went since the last look; no look comes later than a tick after the one before. */
  #observe(): void {
    const { wallMs, monotonicMs } = this.#seen;
    this.#seen = { wallMs: this.#source.wallMs(), monotonicMs: this.#source.monotonicMs() };
    const wallGapMs = this.#seen.wallMs - wallMs - TICK_MS;
    const monotonicGapMs = this.#seen.monotonicMs - monotonicMs - TICK_MS;
    // Where monotonic time stands still during sleep, deadlines have moved by themselves; else we move them all.
    if (monotonicGapMs > LATE_MS) this.#sleptMs += monotonicGapMs;
    const gapMs = Math.max(wallGapMs, monotonicGapMs);
    if (gapMs <= LATE_MS) return;
    this.#setAlarm();
    for (const listener of this.#listeners) listener(gapMs);
  }

  #setAlarm(): void {
    const due = this.#queue.nextDue();
    if (due === this.#alarm?.due) return;
    // An alarm that comes too early costs less than setting it anew each time a deadline is cancelled.
    if (due !== undefined && this.#alarm && this.#alarm.due < due) return;
    this.#alarm?.cancel();
    this.#alarm = undefined;
    if (due === undefined) return;
    const delayMs = Math.min(Math.max(0, Math.ceil(due - this.monotonicMs())), LONGEST_DELAY_MS);
    this.#alarm = { due, cancel: this.#source.wake(delayMs, false, () => this.#ring()) };
  }

  #ring(): void {
    this.#alarm = undefined;
    // First: after a sleep this may come before the tick, and deadlines must move before they are judged.
    this.#observe();
    const now = this.monotonicMs();
    for (let fire = this.#queue.takeDue(now); fire; fire = this.#queue.takeDue(now)) fire();
    this.#setAlarm();
  }
}
