/** A journal in memory: keeps text as the real one does, and fails or "crashes" where a test wants it to. */
import type { Event } from '../../src/core/event.ts';
import { Fault } from '../../src/core/fault.ts';
import { InvariantViolation } from '../../src/core/invariant-violation.ts';
import type { Journal, Snapshot } from '../../src/ports/journal.ts';

/** Thrown in place of an engine's death; no code under test may catch it and go on. */
export class SimulatedCrash extends Error {
  constructor(appends: number) {
    super(`simulated crash at append ${appends}`);
    this.name = 'SimulatedCrash';
  }
}

/**
 * What a test does to an append: `fail` and `crash-before` keep nothing of it, `crash-after` keeps it,
 * a number keeps that many of its events and crashes.
 */
export type AppendHook = (
  appends: number,
  events: readonly Event[],
) => 'fail' | 'crash-before' | 'crash-after' | number | undefined;

/** What would lie on the disk. Hand it to a new MemoryJournal to go on after a crash. */
export interface MemoryDisk {
  readonly lines: string[];
  snapshot?: Snapshot;
}

export const emptyDisk = (): MemoryDisk => ({ lines: [] });

export class MemoryJournal implements Journal {
  readonly disk: MemoryDisk;
  readonly #hook: AppendHook;
  #appends = 0;
  #closed = false;
  #crashed = false;

  /** `hook` is asked at each append, which are counted from 1. */
  constructor(disk: MemoryDisk = emptyDisk(), hook: AppendHook = () => undefined) {
    this.disk = disk;
    this.#hook = hook;
  }

  /** Appends made so far by this journal, those that failed included. */
  get appends(): number {
    return this.#appends;
  }

  append(events: readonly Event[]): void {
    this.#assertUsable();
    events.forEach((event, index) => {
      const expected = this.disk.lines.length + index + 1;
      if (event.seq !== expected)
        throw new InvariantViolation(`event ${event.type} has seq ${event.seq} instead of ${expected}`);
    });
    this.#appends += 1;
    const wish = this.#hook(this.#appends, events);
    if (wish === 'fail') throw new Fault('journal-unwritable', 'the disk is full', 'free some space');
    const kept = wish === 'crash-before' ? 0 : typeof wish === 'number' ? wish : events.length;
    this.disk.lines.push(...events.slice(0, kept).map((event) => JSON.stringify(event)));
    if (wish === undefined) return;
    this.#crashed = true;
    throw new SimulatedCrash(this.#appends);
  }

  *read(after: number): Iterable<Event> {
    this.#assertUsable();
    for (const line of this.disk.lines.slice(after)) yield JSON.parse(line) as Event;
  }

  saveSnapshot(snapshot: Snapshot): void {
    this.#assertUsable();
    this.disk.snapshot = { ...snapshot };
  }

  loadSnapshot(): Snapshot | undefined {
    this.#assertUsable();
    return this.disk.snapshot;
  }

  close(): void {
    this.#closed = true;
  }

  #assertUsable(): void {
    if (this.#closed) throw new InvariantViolation('journal used after it was closed');
    // What comes after a crash cannot happen: the process is gone.
    if (this.#crashed) throw new SimulatedCrash(this.#appends);
  }
}
