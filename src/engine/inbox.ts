/** What came in since the loop last looked: outcomes and requests, in order. */
import type { EventBody } from '../core/event.ts';
import type { Clock, Timer } from '../ports/clock.ts';

export interface Inbox {
  push(...bodies: readonly EventBody[]): void;
  /** Wakes the loop without bringing anything: a time has come. */
  wake(): void;
  /** Makes the next `take` reject: something happened that no event describes. */
  fail(error: unknown): void;
  /** Everything that is in, once something is that cannot wait; may be empty after `wake`. */
  take(): Promise<readonly EventBody[]>;
  /** Leaves no timer behind. */
  close(): void;
}

/** Facts that nothing is decided on. They wait a moment for company: a group of their own would cost a sync each. */
const patient: ReadonlySet<EventBody['type']> = new Set([
  'workspace-prepared',
  'agent-launched',
  'usage-reported',
]);
const PATIENCE_MS = 50;

export function createInbox(clock: Pick<Clock, 'after'>): Inbox {
  let waiting: EventBody[] = [];
  let failure: { readonly error: unknown } | undefined;
  let ring: (() => void) | undefined;
  let rung = false;
  let patience: Timer | undefined;

  const wake = (): void => {
    rung = true;
    ring?.();
  };
  const close = (): void => {
    patience?.cancel();
    patience = undefined;
  };
  return {
    wake,
    close,
    push(...bodies) {
      waiting.push(...bodies);
      if (bodies.every(({ type }) => patient.has(type))) patience ??= clock.after(PATIENCE_MS, wake);
      else wake();
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
      close();
      return taken;
    },
  };
}
