/** What is told of an attempt while it runs, beside the journal: screens show it, nobody decides on it. */
import type { Event } from './event.ts';
import type { AttemptId, TaskId } from './plan.ts';

/** Longest line of an agent that is passed on, in characters. */
export const LONGEST_LINE = 2_000;

/** Has at least one of `text` and `commits`. */
export interface AttemptProgress {
  readonly type: 'attempt-progress';
  readonly task: TaskId;
  readonly attempt: AttemptId;
  /** The last line the agent wrote: plain text of at most `LONGEST_LINE` characters. */
  readonly text?: string;
  /** Commits on its branch beyond its base by now. */
  readonly commits?: number;
}

/** What is known of each attempt that runs: the newest text and the newest number of commits. */
export interface LatestProgress {
  /** Progress is put together with what was known; the end of an attempt forgets it. */
  see(news: Event | AttemptProgress): void;
  of(attempt: AttemptId): AttemptProgress | undefined;
  all(): Iterable<AttemptProgress>;
}

const endings: ReadonlySet<Event['type']> = new Set([
  'attempt-succeeded',
  'attempt-failed',
  'attempt-recovered',
]);

export function latestProgress(): LatestProgress {
  const latest = new Map<AttemptId, AttemptProgress>();
  return {
    see(news) {
      if (news.type === 'attempt-progress')
        latest.set(news.attempt, { ...latest.get(news.attempt), ...news });
      else if (endings.has(news.type) && 'attempt' in news) latest.delete(news.attempt);
    },
    of: (attempt) => latest.get(attempt),
    all: () => latest.values(),
  };
}
