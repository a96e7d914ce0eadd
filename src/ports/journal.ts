/** The journal: the only memory of a run that survives the engine. */
import type { Event } from '../core/event.ts';

export interface Snapshot {
  /** The last event it contains. */
  readonly seq: number;
  /** A run state as `core/snapshot` writes it. */
  readonly text: string;
}

export interface Journal {
  /**
   * Appends a group of events as one durable unit: when it returns, all of them survive a power cut.
   * @throws Fault `journal-unwritable`; then none of them is kept.
   */
  append(events: readonly Event[]): void;
  /** Events with `seq > after`, in order. */
  read(after: number): Iterable<Event>;
  saveSnapshot(snapshot: Snapshot): void;
  /** The newest snapshot, if there is one. */
  loadSnapshot(): Snapshot | undefined;
  close(): void;
}
