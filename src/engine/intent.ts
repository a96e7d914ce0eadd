/** The event that says a command is about to be performed. */
import type { Command } from '../core/command.ts';
import type { EventBody } from '../core/event.ts';

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
