/** The engine's ports in a simulated world: each effect ends when its time has come on the clock. Nothing is really done. */
import type { AttemptFailed } from '../core/event.ts';
import type { EnginePorts } from '../engine/engine.ts';
import type { Clock } from '../ports/clock.ts';
import type { AttemptReport, AttemptRequest } from '../ports/executor.ts';
import type { Journal } from '../ports/journal.ts';
import type { Outcomes } from './outcomes.ts';

/** Every effect takes its turn on the clock, also one that takes no time: so one tick is one turn of the engine's loop. */
export function simulatedPorts(outcomes: Outcomes, clock: Clock): EnginePorts {
  const pass = (ms: number, signal?: AbortSignal): Promise<void> =>
    new Promise((resolve) => {
      clock.after(ms, resolve);
      signal?.addEventListener('abort', () => clock.after(0, resolve));
    });
  return {
    clock,
    journal: forgetfulJournal(),
    executor: {
      async *start(request, signal): AsyncGenerator<AttemptReport> {
        const { afterMs, reports } = outcomes.attempt(request.task, request.attempt, request.ordinal);
        await pass(afterMs, signal);
        if (signal.aborted) yield cancelled(request);
        else yield* reports;
      },
      recover: () => Promise.resolve({ action: 'start-again', detail: 'nothing is left of it' }),
      endLeftovers: () => Promise.resolve(),
      async keepWorkspace(branch) {
        await pass(0);
        return branch;
      },
    },
    integrator: {
      checkBaseline: async () => {
        await pass(0);
        return { type: 'baseline-recorded', steps: [] };
      },
      async integrate({ task }) {
        const { afterMs, reports } = outcomes.integration(task);
        await pass(afterMs);
        return reports;
      },
      findIntegrated: () => Promise.resolve(undefined),
      reconcileTarget: () => Promise.resolve([]),
    },
  };
}

const cancelled = ({ task, attempt }: AttemptRequest): AttemptFailed => ({
  type: 'attempt-failed',
  task: task.id,
  attempt,
  failure: { reason: 'cancelled', message: 'cancelled' },
});

/** No simulated run is ever taken up again. */
const forgetfulJournal = (): Journal => ({
  append() {},
  read: () => [],
  saveSnapshot() {},
  loadSnapshot: () => undefined,
  close() {},
});
