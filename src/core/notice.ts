/** What somebody is told who does not look: plain data. What deserves it is decided in `view/notices.ts`. */
import type { RunId } from './plan.ts';

export interface Notice {
  /** `paused`: by itself. `attention`: tasks need somebody, or there is advice. */
  readonly event: 'ended' | 'paused' | 'attention';
  readonly run: RunId;
  /** Ids of the tasks it is about, as plain text; empty when it is about the run. */
  readonly tasks: readonly string[];
  /** The plan's name, as plain text. */
  readonly title: string;
  /** One line of plain text, at most `LONGEST_NOTICE` characters. */
  readonly message: string;
}

export const LONGEST_NOTICE = 300;
