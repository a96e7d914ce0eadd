/** Sends a run's notices while it goes on: what needs attention not too often, and failures told once. */
import type { Event } from '../core/event.ts';
import type { Notice } from '../core/notice.ts';
import type { RunState } from '../core/run-state.ts';
import type { Clock, Timer } from '../ports/clock.ts';
import type { Notifier } from '../ports/notifier.ts';
import { joined, noticeOf } from '../view/notices.ts';

/** Shortest time between two notices that something needs attention. */
const ATTENTION_EVERY_MS = 30_000;

export interface NoticeSender {
  /** An event that the state has taken in. */
  see(event: Event): void;
  /** Resolves when everything is sent, or has failed. */
  close(): Promise<void>;
}

/** @param onFailure is called the first time a notice cannot be sent */
export function sendNotices(
  state: RunState,
  notifier: Notifier,
  clock: Pick<Clock, 'after'>,
  onFailure: (what: string) => void,
): NoticeSender {
  const underWay = new Set<Promise<void>>();
  let waiting: Notice[] = [];
  let rest: Timer | undefined;
  let hasFailed = false;

  const send = (notice: Notice): void => {
    const sent = notifier.send(notice).then((failure) => {
      underWay.delete(sent);
      if (failure === undefined || hasFailed) return;
      hasFailed = true;
      onFailure(failure);
    });
    underWay.add(sent);
  };
  const tellWaiting = (): void => {
    rest = undefined;
    const [first, ...others] = waiting;
    waiting = [];
    if (first === undefined) return;
    send(joined([first, ...others]));
    rest = clock.after(ATTENTION_EVERY_MS, tellWaiting);
  };
  return {
    see(event) {
      const notice = noticeOf(event, state);
      if (notice === undefined) return;
      if (notice.event === 'attention') {
        waiting.push(notice);
        if (rest === undefined) tellWaiting();
      } else {
        // The end says who is needed, too.
        waiting = [];
        send(notice);
      }
    },
    async close() {
      rest?.cancel();
      await Promise.all(underWay);
    },
  };
}
