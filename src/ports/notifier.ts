/** Notices: reach somebody who does not look at any screen. */
import type { Notice } from '../core/notice.ts';

export interface Notifier {
  /** Sends one within a bounded time. Never rejects: resolves with what went wrong, or undefined. */
  send(notice: Notice): Promise<string | undefined>;
}
