/** Thins progress out for followers: of each attempt the newest, a few times a second. Knows no socket. */
import { type AttemptProgress, latestProgress } from '../core/attempt-progress.ts';
import type { Event } from '../core/event.ts';
import type { AttemptId } from '../core/plan.ts';

/** Shortest time between two tellings of one attempt. */
const TELL_EVERY_MS = 250;

export interface ProgressFeed {
  see(news: Event | AttemptProgress): void;
  /** All that is known of an attempt while it runs. */
  of(attempt: AttemptId): AttemptProgress | undefined;
  /** The same of all that run. */
  all(): Iterable<AttemptProgress>;
  close(): void;
}

/** @param tell is called with all that is known of an attempt: at once, then when it has changed since */
export function progressFeed(tell: (progress: AttemptProgress) => void): ProgressFeed {
  const latest = latestProgress();
  /** Attempts that were told of a moment ago, and whether there is news since. */
  const resting = new Map<AttemptId, { readonly timer: NodeJS.Timeout; hasNews: boolean }>();

  const tellNow = (attempt: AttemptId): void => {
    resting.delete(attempt);
    const progress = latest.of(attempt);
    if (progress === undefined) return;
    resting.set(attempt, { timer: setTimeout(() => rested(attempt), TELL_EVERY_MS), hasNews: false });
    tell(progress);
  };
  const rested = (attempt: AttemptId): void => {
    if (resting.get(attempt)?.hasNews) tellNow(attempt);
    else resting.delete(attempt);
  };
  return {
    see(news) {
      latest.see(news);
      if (news.type !== 'attempt-progress') return;
      const rest = resting.get(news.attempt);
      if (rest) rest.hasNews = true;
      else tellNow(news.attempt);
    },
    of: latest.of,
    all: latest.all,
    close() {
      for (const { timer } of resting.values()) clearTimeout(timer);
      resting.clear();
    },
  };
}
