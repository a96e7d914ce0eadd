/** `tutti why TASK`: why it stands where it stands, and its story with event numbers; from the journal alone. */
import { openHome } from '../../compose.ts';
import { roughDuration } from '../../core/duration.ts';
import type { Reason } from '../../core/reason.ts';
import { planned, taskAt } from '../../core/run-state.ts';
import { why } from '../../core/why.ts';
import { clockTime } from '../../view/clock-time.ts';
import { plainText } from '../../view/plain-text.ts';
import { taskStory } from '../../view/task-story.ts';
import { exitCode } from '../exit-code.ts';
import { findRun, loadRun } from '../find-run.ts';
import { findTask } from '../find-task.ts';
import type { Action } from '../program.ts';

interface Options {
  readonly run?: string;
  readonly json?: boolean;
}

export const command: Action<Options> = async (terminal, [id = ''], options) => {
  const home = await openHome(terminal);
  try {
    const { state, journal } = loadRun(home, findRun(home, options.run));
    const position = findTask(state, id);
    const task = planned(state, position).id;
    const { status } = taskAt(state, position);
    const reasons = why(state, task);
    const events = taskStory(journal.read(0), task);
    if (options.json === true) {
      terminal.print(
        JSON.stringify({
          schemaVersion: 1,
          kind: 'why',
          run: state.run,
          task,
          status,
          reasons,
          story: events,
        }),
      );
      return exitCode.allDone;
    }
    terminal.print(`${terminal.palette.strong(plainText(task))} is ${status}.`);
    for (const one of reasons)
      terminal.print(`  ${plainText(one.message)}${untilText(one, home.clock.now())}`);
    for (const { seq, at, text } of events)
      terminal.print(`  ${terminal.palette.dim(`#${seq} ${clockTime(at)}`)} ${text}`);
    return exitCode.allDone;
  } finally {
    home.close();
  }
};

/** When a reason is expected to end; an estimate that is over says nothing. */
function untilText({ code, until }: Reason, now: number): string {
  if (until === undefined) return '';
  if (until <= now) return code === 'back-off' ? '' : ' (expected to end any moment)';
  return ` (until about ${clockTime(until)}, in ${roughDuration(until - now)})`;
}
