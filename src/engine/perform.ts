/** Performs commands through the ports; every outcome goes to the inbox as events. The one place where faults are caught. */
import type { Command } from '../core/command.ts';
import type { EventBody } from '../core/event.ts';
import { Fault } from '../core/fault.ts';
import type { AttemptId, TaskId } from '../core/plan.ts';
import { planned, positionOf, type RunState, taskAt } from '../core/run-state.ts';
import type { AttemptProgress, Executor } from '../ports/executor.ts';
import type { Integrator } from '../ports/integrator.ts';
import { attemptRequest, integrationRequest } from './attempt-request.ts';
import type { Inbox } from './inbox.ts';

export interface Performer {
  perform(command: Command): void;
  /** Breaks off whatever is not an attempt: a stop waits for no gate. */
  interrupt(): void;
  /** Breaks off everything: the engine cannot go on. */
  abort(reason: unknown): void;
  /** Resolves when nothing is being performed any more. */
  idle(): Promise<void>;
}

export function createPerformer(
  state: RunState,
  ports: { readonly executor: Executor; readonly integrator: Integrator },
  inbox: Inbox,
  onProgress: (progress: AttemptProgress) => void,
): Performer {
  const attempts = new Map<AttemptId, AbortController>();
  const verifications = new Set<AbortController>();
  const underWay = new Set<Promise<void>>();

  const launch = (work: Promise<void>): void => {
    const settled = work.catch((error: unknown) => inbox.fail(error)).finally(() => underWay.delete(settled));
    underWay.add(settled);
  };

  const runAttempt = async (task: TaskId): Promise<void> => {
    const request = attemptRequest(state, positionOf(state, task));
    const { attempt } = request;
    const controller = new AbortController();
    attempts.set(attempt, controller);
    try {
      // How it ended is told when the stream is through: only then is its worktree free for what follows.
      let ending: EventBody | undefined;
      for await (const report of ports.executor.start(request, controller.signal)) {
        if (report.type === 'attempt-progress') onProgress(report);
        else if (report.type === 'attempt-succeeded' || report.type === 'attempt-failed') ending = report;
        else inbox.push(report);
      }
      if (ending) inbox.push(ending);
    } catch (error) {
      const fault = faultRaised(error);
      const failure = { reason: 'workspace-failed', message: fault.message } as const;
      inbox.push(fault, { type: 'attempt-failed', task, attempt, failure });
    } finally {
      attempts.delete(attempt);
    }
  };

  /** Runs work that a stop may break off; `interrupted` says so in the journal. */
  const verify = async (
    work: (signal: AbortSignal) => Promise<readonly EventBody[]>,
    interrupted: EventBody,
  ): Promise<void> => {
    const controller = new AbortController();
    verifications.add(controller);
    try {
      inbox.push(...(await work(controller.signal)));
    } catch (error) {
      if (controller.signal.aborted) inbox.push(interrupted);
      else inbox.push(faultRaised(error), interrupted);
    } finally {
      verifications.delete(controller);
    }
  };

  const keep = async (task: TaskId): Promise<void> => {
    const position = positionOf(state, task);
    const { base, failure } = taskAt(state, position);
    const reason = failure?.message ?? 'needs a person';
    try {
      const path = await ports.executor.keepWorkspace(
        state.branches[position] as string,
        base ?? state.record.targetTip,
        `${task}: ${reason}`,
      );
      inbox.push({ type: 'workspace-kept', task, path });
    } catch (error) {
      inbox.push({ type: 'workspace-keep-failed', task, message: faultRaised(error).message });
    }
  };

  const perform = (command: Command): void => {
    switch (command.type) {
      case 'check-baseline': {
        const { run, settings } = state;
        const check = async (signal: AbortSignal): Promise<readonly EventBody[]> => [
          await ports.integrator.checkBaseline({ run, settings }, signal),
        ];
        launch(verify(check, { type: 'baseline-interrupted' }));
        return;
      }
      case 'start-attempt':
        launch(runAttempt(command.task));
        return;
      case 'cancel-attempt':
        attempts.get(command.attempt)?.abort(command.because);
        return;
      case 'keep-workspace':
        launch(keep(command.task));
        return;
      case 'integrate': {
        const request = integrationRequest(state, positionOf(state, command.task));
        const integrate = (signal: AbortSignal): Promise<readonly EventBody[]> =>
          ports.integrator.integrate(request, signal);
        launch(
          verify(integrate, {
            type: 'integration-interrupted',
            task: planned(state, positionOf(state, command.task)).id,
          }),
        );
        return;
      }
      case 'announce':
      case 'pause-run':
      case 'end-run':
        return;
    }
  };

  return {
    perform,
    interrupt() {
      for (const controller of verifications) controller.abort('stopped');
    },
    abort(reason) {
      for (const controller of [...attempts.values(), ...verifications]) controller.abort(reason);
    },
    async idle() {
      while (underWay.size > 0) await Promise.all(underWay);
    },
  };
}

/** A fault as an event. @throws whatever is no fault: that is a bug, or something we know nothing about */
function faultRaised(error: unknown): Extract<EventBody, { type: 'fault-raised' }> {
  if (!(error instanceof Fault)) throw error;
  return { type: 'fault-raised', code: error.code, message: error.message, fix: error.fix };
}
