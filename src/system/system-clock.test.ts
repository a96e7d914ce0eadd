import { beforeEach, describe, expect, it } from 'vitest';
import type { Clock } from '../ports/clock.ts';
import { systemClock, TICK_MS, type TimeSource } from './system-clock.ts';

/** A machine whose time the test moves; `asleep` is time that only the wall clock sees. */
class Machine implements TimeSource {
  wall = 1_000_000;
  monotonic = 500;
  alarms: { readonly due: number; readonly background: boolean; readonly fire: () => void }[] = [];

  wallMs = () => this.wall;
  monotonicMs = () => this.monotonic;

  wake(delayMs: number, background: boolean, fire: () => void) {
    const alarm = { due: this.monotonic + delayMs, background, fire };
    this.alarms.push(alarm);
    return () => {
      this.alarms = this.alarms.filter((other) => other !== alarm);
    };
  }

  /** Time goes on and alarms ring on time. */
  pass(ms: number): void {
    const until = this.monotonic + ms;
    for (let next = this.#next(until); next; next = this.#next(until)) {
      this.#moveTo(Math.max(next.due, this.monotonic));
      this.alarms = this.alarms.filter((other) => other !== next);
      next.fire();
    }
    this.#moveTo(until);
  }

  /** Both clocks go on, but nobody gets a turn: a stopped process, or a sleep that monotonic time counts. */
  stop(ms: number): void {
    this.#moveTo(this.monotonic + ms);
  }

  #next(until: number) {
    return this.alarms.filter(({ due }) => due <= until).sort((one, other) => one.due - other.due)[0];
  }

  #moveTo(monotonic: number): void {
    this.wall += monotonic - this.monotonic;
    this.monotonic = monotonic;
  }
}

let machine: Machine;
let clock: Clock;
let fired: string[];
beforeEach(() => {
  machine = new Machine();
  clock = systemClock(machine);
  fired = [];
  clock.onJump((gapMs) => fired.push(`jump ${gapMs}`));
});
const set = (name: string, delayMs: number) => clock.after(delayMs, () => fired.push(name));

describe('deadlines', () => {
  it('fire in order, once, unless cancelled', () => {
    set('late', 2_000);
    set('first', 1_000);
    set('second', 1_000);
    const cancelled = set('never', 1_500);
    cancelled.cancel();
    machine.pass(999);
    expect(fired).toEqual([]);
    machine.pass(10_000);
    cancelled.cancel();
    expect(fired).toEqual(['first', 'second', 'late']);
  });

  it('may be set while others fire', () => {
    clock.after(10, () => set('next', 0));
    machine.pass(20);
    expect(fired).toEqual(['next']);
  });

  it('may be further away than the longest timer of the system', () => {
    set('month', 30 * 24 * 3_600_000);
    machine.pass(31 * 24 * 3_600_000);
    expect(fired).toEqual(['month']);
  });

  it('hold the process only while there is one', () => {
    const holding = () => machine.alarms.filter(({ background }) => !background).length;
    const timer = set('a', 1_000);
    const during = holding();
    timer.cancel();
    expect([during, holding()]).toEqual([1, 0]);
  });
});

describe('a gap', () => {
  it('that the monotonic clock does not see is told; deadlines have moved by themselves', () => {
    set('work', 100_000);
    machine.pass(50_000);
    machine.wall += 3_600_000;
    machine.pass(49_999);
    expect(fired).toEqual(['jump 3600000']);
    machine.pass(1);
    expect(fired).toEqual(['jump 3600000', 'work']);
  });

  it('that the monotonic clock sees moves every deadline, also those that seem due', () => {
    set('work', 100_000);
    machine.pass(50_000);
    const before = clock.monotonicMs();
    machine.stop(3_600_000 + TICK_MS);
    machine.pass(0);
    expect(fired).toEqual(['jump 3600000']);
    expect(clock.monotonicMs() - before).toBe(TICK_MS);
    machine.pass(44_999);
    expect(fired).toEqual(['jump 3600000']);
    machine.pass(1);
    expect(fired).toEqual(['jump 3600000', 'work']);
  });

  it('of less than a minute is none', () => {
    machine.stop(50_000);
    machine.pass(0);
    machine.wall -= 3_600_000;
    machine.pass(TICK_MS);
    expect(fired).toEqual([]);
  });
});

it('fires nothing after it was stopped', () => {
  set('work', 10);
  clock.stop();
  set('later', 10);
  machine.pass(100_000);
  expect([fired, machine.alarms]).toEqual([[], []]);
});
