/** What came in since the loop last looked: outcomes and requests, in order. */
import type { EventBody } from '../core/event.ts';

export interface Inbox {
  push(...bodies: readonly EventBody[]): void;
  /** Wakes the loop without bringing anything: a time has come. */
  wake(): void;
  /** Makes the next `take` reject: something happened that no event describes. */
  fail(error: unknown): void;
  /** Everything that is in, once something is; may be empty after `wake`. */
  take(): Promise<readonly EventBody[]>;
}

export function createInbox(): Inbox {
  let waiting: EventBody[] = [];
  let failure: { readonly error: unknown } | undefined;
  let ring: (() => void) | undefined;
  let rung = false;

  const wake = (): void => {
    rung = true;
    ring?.();
  };
  return {
    wake,
    push(...bodies) {
      waiting.push(...bodies);
      wake();
    },
    fail(error) {
      failure ??= { error };
      wake();
    },
    async take() {
      if (!rung) await new Promise<void>((resolve) => (ring = resolve));
      // Let everything that is ready by now come in as well: one group, one sync.
      await new Promise<void>((resolve) => setImmediate(resolve));
      if (failure) throw failure.error;
      const taken = waiting;
      waiting = [];
      rung = false;
      ring = undefined;
      return taken;
    },
  };
}
