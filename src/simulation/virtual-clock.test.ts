import { expect, it } from 'vitest';
import { VirtualClock } from './virtual-clock.ts';

function record(clock: VirtualClock) {
  const fired: string[] = [];
  const set = (name: string, delayMs: number, then?: () => void) =>
    clock.after(delayMs, () => {
      fired.push(`${name} at ${clock.monotonicMs()}`);
      then?.();
    });
  return { fired, set };
}

it('fires in order of time, then of creation, and what that sets within the same time', () => {
  const clock = new VirtualClock(1_000);
  const { fired, set } = record(clock);
  set('late', 30);
  set('a', 10, () => set('of a', 0));
  set('b', 10).cancel();
  set('c', 10);
  clock.advance(20);
  expect(fired).toEqual(['a at 10', 'c at 10', 'of a at 10']);
  expect([clock.now(), clock.monotonicMs()]).toEqual([1_020, 20]);
  expect(clock.runUntilIdle()).toBe(1);
  expect(fired.at(-1)).toBe('late at 30');
});

it('steps from one deadline to the next', () => {
  const clock = new VirtualClock();
  const { fired, set } = record(clock);
  set('a', 5);
  set('b', 5);
  expect([clock.step(4), clock.step(), fired]).toEqual([false, true, ['a at 5']]);
});

it('does not run for ever', () => {
  const clock = new VirtualClock();
  const again = (): void => void clock.after(1, again);
  again();
  expect(() => clock.runUntilIdle(100)).toThrow('not idle');
});

it('sleeps: wall time goes on, deadlines do not', () => {
  const clock = new VirtualClock();
  const { fired, set } = record(clock);
  clock.onJump((gapMs) => fired.push(`jump ${gapMs}`));
  set('a', 10);
  clock.sleep(1_000_000);
  clock.advance(9);
  expect([fired, clock.now()]).toEqual([['jump 1000000'], 1_000_009]);
});

it('fires nothing after it was stopped', () => {
  const clock = new VirtualClock();
  const { fired, set } = record(clock);
  set('a', 1);
  clock.stop();
  set('b', 1);
  clock.advance(10);
  expect(fired).toEqual([]);
});
