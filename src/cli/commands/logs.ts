/** `tutti logs TASK`: what its agents and gates printed, attempt by attempt. */
import { existsSync, readFileSync } from 'node:fs';
import { olderLog, openHome } from '../../compose.ts';
import { type AttemptId, attemptId } from '../../core/plan.ts';
import { planned, type TaskState, taskAt } from '../../core/run-state.ts';
import { plainText } from '../../view/plain-text.ts';
import { exitCode } from '../exit-code.ts';
import { findRun, loadRun } from '../find-run.ts';
import { findTask } from '../find-task.ts';
import type { Action } from '../program.ts';

interface Options {
  readonly attempt?: number;
  readonly raw?: boolean;
  readonly run?: string;
  readonly json?: boolean;
}

export const command: Action<Options> = async (terminal, [id = ''], options) => {
  const home = await openHome({ cwd: terminal.cwd, env: terminal.env, flags: {} });
  try {
    const run = findRun(home, options.run);
    const { state } = loadRun(home, run);
    const position = findTask(state, id);
    const task = planned(state, position).id;
    const { attempts } = taskAt(state, position);
    const wanted = options.attempt === undefined ? ordinals(attempts) : [options.attempt];
    const names: AttemptId[] = [
      ...wanted.map((ordinal) => attemptId(task, ordinal)),
      `${task}.merge` as AttemptId,
    ];
    const logs = names
      .map((name) => ({ attempt: name, file: home.folder.logFile(run, name) }))
      // What stood in a log before it was full comes first.
      .flatMap(({ attempt, file }) => [
        { attempt, file: olderLog(file) },
        { attempt, file },
      ])
      .filter(({ file }) => existsSync(file));
    if (options.json === true)
      terminal.print(JSON.stringify({ schemaVersion: 1, kind: 'logs', run, task, logs }));
    else if (logs.length === 0) terminal.remark(`${plainText(task)} has printed nothing yet.`);
    else {
      for (const { attempt, file } of logs) {
        terminal.print(terminal.palette.strong(`== ${plainText(attempt)} (${file})`));
        const agent = agentOf(taskAt(state, position), attempt);
        const readable = options.raw ? undefined : home.agents.lookup(agent ?? '')?.readable?.();
        for (const line of readFileSync(file, 'utf8').trimEnd().split('\n'))
          for (const text of readable?.(line) ?? [line]) terminal.print(plainText(text));
      }
    }
    return exitCode.allDone;
  } finally {
    home.close();
  }
};

/** Who worked in an attempt; undefined where only a gate ran. */
const agentOf = ({ attempt, sessions }: TaskState, name: AttemptId): string | undefined =>
  attempt?.id === name ? attempt.agent : sessions.find(({ id }) => id === name)?.agent;

const ordinals = (count: number): number[] => Array.from({ length: count }, (_, index) => index + 1);
