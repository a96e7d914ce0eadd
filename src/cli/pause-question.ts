/** Asks on the live view whether a task that lets others starve shall pause, and listens for y or n. Pauses nothing itself. */
import type { Event } from '../core/event.ts';
import type { AttemptId, TaskId } from '../core/plan.ts';
import type { Terminal } from './terminal.ts';

export interface PauseQuestion {
  /** Opens the question, and closes it when there is nothing to ask any more. */
  see(news: Event): void;
  /** What is asked now; empty when nothing is. */
  text(): string;
  close(): void;
}

interface Asked {
  readonly task: TaskId;
  readonly attempt: AttemptId;
  readonly text: string;
  readonly stopListening: () => void;
}

/** @param pause is called for a yes; @param changed after each answer */
export function pauseQuestion(
  { keys }: Pick<Terminal, 'keys'>,
  pause: (task: TaskId) => void,
  changed: () => void,
): PauseQuestion {
  let asked: Asked | undefined;
  const close = (): void => {
    asked?.stopListening();
    asked = undefined;
  };
  const answer = (key: string): void => {
    const task = asked?.task;
    if (task === undefined || !/^[yn]$/i.test(key)) return;
    close();
    if (key.toLowerCase() === 'y') pause(task);
    changed();
  };
  return {
    see(news) {
      if (news.type === 'pause-advised') {
        close();
        const { task, attempt, waiting } = news;
        const text = `Pause ${task}, so that ${waiting} short tasks get through? It goes on later. (y/n)`;
        asked = { task, attempt, text, stopListening: keys(answer) };
      } else if (asked !== undefined && endsQuestion(news, asked)) close();
    },
    text: () => asked?.text ?? '',
    close,
  };
}

const endsQuestion = (news: Event, { task, attempt }: Asked): boolean =>
  news.type === 'run-paused' ||
  news.type === 'run-ended' ||
  (news.type === 'pause-requested' && (news.task === undefined || news.task === task)) ||
  ((news.type === 'attempt-succeeded' || news.type === 'attempt-failed') && news.attempt === attempt);
