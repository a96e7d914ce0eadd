/** What is decided, and the events that say so before it is performed. */
import type { Command } from '../core/command.ts';
import type { EventBody } from '../core/event.ts';
import type { Timestamp } from '../core/plan.ts';
import type { RunState } from '../core/run-state.ts';
import { schedule } from '../core/schedule.ts';

/** Decides what to do now and records it; after a fault that shows only now, once more: the run drains then. */
export function decide(state: RunState, now: Timestamp, record: (intent: EventBody) => void): Command[] {
  const decided: Command[] = [];
  for (;;) {
    const commands = schedule(state, now);
    for (const command of commands) record(intentOf(command));
    decided.push(...commands);
    if (!commands.some((one) => one.type === 'announce' && one.news.type === 'fault-raised')) return decided;
  }
}

/** The event that says a command is about to be performed. */
export function intentOf(command: Command): EventBody {
  switch (command.type) {
    case 'check-baseline':
      return { type: 'baseline-started' };
    case 'start-attempt':
      return { ...command, type: 'attempt-started' };
    case 'cancel-attempt':
      return { ...command, type: 'attempt-cancelling' };
    case 'keep-workspace':
      return { ...command, type: 'workspace-keep-started' };
    case 'integrate':
      return { ...command, type: 'integration-started' };
    case 'announce':
      return command.news;
    case 'pause-run':
      return { ...command, type: 'run-paused' };
    case 'end-run':
      return { ...command, type: 'run-ended' };
  }
}
