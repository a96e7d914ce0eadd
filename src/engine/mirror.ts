/** Keeps a copy of a run's state current in another process than its engine's: from its socket and its journal. */
import { type AttemptProgress, latestProgress } from '../core/attempt-progress.ts';
import type { Event, Request } from '../core/event.ts';
import type { RunId } from '../core/plan.ts';
import { reduce } from '../core/reduce.ts';
import type { RunState } from '../core/run-state.ts';
import type { ControlAnswer, ControlClient } from '../ports/control.ts';
import type { Journal } from '../ports/journal.ts';
import { replay } from './replay.ts';

export interface RunMirror {
  /** As the engine's was a moment ago; read-only. */
  readonly state: RunState;
  /**
   * Calls `listener` with each event that the state has taken in and with all progress from now on, first with the newest
   * of each attempt that runs; the result ends that.
   */
  watch(listener: (news: Event | AttemptProgress) => void): () => void;
  submit(request: Request): Promise<ControlAnswer>;
  /** Whether an engine was at work on the run when it was opened. */
  readonly isLive: boolean;
  /**
   * Resolves when the engine tells no more; the state then is what the journal has, unless the mirror was closed. Of a run
   * that was at rest: when an engine has begun to work on it.
   * Rejects with the fault of a journal that cannot be read.
   */
  readonly ended: Promise<void>;
  /** Ends the following; client and journal stay open. */
  close(): void;
}

export interface MirrorPorts {
  readonly run: RunId;
  readonly journal: Journal;
  /** Of the engine that is at work on this run. */
  readonly client: ControlClient;
}

/** @throws what `replay` throws */
export async function openMirror({ run, journal, client }: MirrorPorts): Promise<RunMirror> {
  const leaving = new AbortController();
  // What the engine tells while the journal is read waits in the stream: between the two nothing is lost.
  let news = await client.follow(run, leaving.signal);
  const state = replayedOr(() => leaving.abort(), journal);
  const latest = latestProgress();
  const listeners = new Set<(news: Event | AttemptProgress) => void>();

  const tell = (one: Event | AttemptProgress): void => {
    latest.see(one);
    for (const listener of listeners) listener(one);
  };
  const take = (event: Event): void => {
    reduce(state, event);
    tell(event);
  };
  const catchUp = (): void => {
    for (const event of journal.read(state.record.seq)) take(event);
  };
  const see = (one: Event | AttemptProgress): void => {
    const { seq } = state.record;
    if (one.type === 'attempt-progress') tell(one);
    else if (one.seq === seq + 1) take(one);
    // Whatever is told stands in the journal already, this event included.
    else if (one.seq > seq) catchUp();
  };
  const follow = async (): Promise<void> => {
    while (!leaving.signal.aborted) {
      // What went on between two streams; and at the end, what was not told any more.
      catchUp();
      if (news === undefined) return;
      for await (const one of news) {
        if (leaving.signal.aborted) return;
        see(one);
      }
      // A reader that was too slow is dropped, and comes again; by then an engine of another run may listen there.
      news = isOver(state) ? undefined : await client.follow(run, leaving.signal);
    }
  };
  const ended = follow();
  // Whoever awaits it is told all the same; until somebody does it is nobody's error.
  ended.catch(() => {});
  return {
    state,
    watch(listener) {
      listeners.add(listener);
      for (const progress of latest.all()) listener(progress);
      return () => void listeners.delete(listener);
    },
    submit: (request) => client.submit(request),
    isLive: true,
    ended,
    close: () => leaving.abort(),
  };
}

function replayedOr(giveUp: () => void, journal: Journal): RunState {
  try {
    return replay(journal);
  } catch (error) {
    giveUp();
    throw error;
  }
}

/** Nobody works on it. */
const isOver = ({ record }: RunState): boolean => record.phase === 'paused' || record.phase === 'ended';
