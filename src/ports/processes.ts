/** Ending processes that an earlier engine started. */
import type { ProcessIdentity } from '../core/event.ts';

export interface Processes {
  /**
   * Ends a process and everything that carries its mark or descends from it: SIGTERM, grace, SIGKILL.
   * Resolves when none of them is left; `gone` when there was none.
   */
  end(identity: ProcessIdentity): Promise<'gone' | 'ended'>;
  /** The same for everything whose mark is `mark` or begins with `mark/`, when nobody knows a pid. */
  endMarked(mark: string): Promise<'gone' | 'ended'>;
}
