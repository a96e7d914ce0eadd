/** How long this run's merges have been taking, from its events: what a forecast cannot know from estimates. */
import type { Event } from '../event.ts';
import type { TaskId, Timestamp } from '../plan.ts';

export interface MergeTime {
  see(event: Event): void;
  /** The median of the last merges that succeeded, in milliseconds; 0 before the first. */
  medianMs(): number;
}

/** Gates grow slower or faster while a run goes on: only so many count. */
const LAST_MERGES = 15;

export function watchMerges(): MergeTime {
  const durations: number[] = [];
  let started: { readonly task: TaskId; readonly at: Timestamp } | undefined;
  return {
    see(event) {
      if (event.type === 'integration-started') started = { task: event.task, at: event.at };
      else if (event.type === 'task-integrated' && event.task === started?.task) {
        durations.push(Math.max(0, event.at - started.at));
        if (durations.length > LAST_MERGES) durations.shift();
      }
    },
    medianMs: () => durations.toSorted((a, b) => a - b)[Math.floor((durations.length - 1) / 2)] ?? 0,
  };
}
