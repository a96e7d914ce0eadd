/** `tutti logs TASK`: what its agents and gates printed, attempt by attempt, and with `--follow` what they print. */
import { existsSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { type Home, olderLog, openHome } from '../../compose.ts';
import type { AttemptId } from '../../core/plan.ts';
import { isSettled, planned, type RunState, taskAt } from '../../core/run-state.ts';
import type { RunMirror } from '../../engine/mirror.ts';
import { plainText } from '../../view/plain-text.ts';
import { exitCode } from '../exit-code.ts';
import { currentRun, findRun, loadRun } from '../find-run.ts';
import { findTask } from '../find-task.ts';
import { followRun } from '../follow-run.ts';
import {
  type LogLine,
  logNames,
  openTaskLogs,
  type TaskLogs,
  type TaskLogsOptions,
} from '../logs/task-logs.ts';
import type { Action } from '../program.ts';
import { type Terminal, whenClosed } from '../terminal.ts';

interface Options extends TaskLogsOptions {
  readonly run?: string;
  readonly follow?: boolean;
  readonly json?: boolean;
}

/** How often a log is looked at that may have grown. */
const LOOK_EVERY_MS = 200;

export const command: Action<Options> = async (terminal, [id = ''], options) => {
  const home = await openHome(terminal);
  try {
    const run = options.run === undefined ? await currentRun(home) : findRun(home, options.run);
    const mirror = options.follow === true ? await followRun(home, run) : undefined;
    try {
      const state = mirror?.state ?? loadRun(home, run).state;
      const position = findTask(state, id);
      if (options.json === true && options.follow !== true)
        listLogs(home, state, position, terminal, options);
      else await printLogs(home, state, position, terminal, options, mirror);
    } finally {
      mirror?.close();
    }
    return exitCode.allDone;
  } finally {
    home.close();
  }
};

function listLogs(
  { folder }: Home,
  state: RunState,
  position: number,
  terminal: Terminal,
  { attempt }: Options,
): void {
  const { run } = state;
  const logs = logNames(state, position, attempt)
    .map((name) => ({ attempt: name, file: folder.logFile(run, name) }))
    // What stood in a log before it was full comes first.
    .flatMap(({ attempt: name, file }) => [
      { attempt: name, file: olderLog(file) },
      { attempt: name, file },
    ])
    .filter(({ file }) => existsSync(file));
  const { id: task } = planned(state, position);
  terminal.print(JSON.stringify({ schemaVersion: 1, kind: 'logs', run, task, logs }));
}

async function printLogs(
  home: Home,
  state: RunState,
  position: number,
  terminal: Terminal,
  options: Options,
  mirror: RunMirror | undefined,
): Promise<void> {
  const { id: task } = planned(state, position);
  const show = options.json === true ? jsonLines(state, position, terminal) : textLines(terminal);
  let isSilent = true;
  const logs = openTaskLogs(home, state, position, options, (line) => {
    isSilent = false;
    show(line);
  });
  try {
    logs.read();
    const saysNothing = isSilent && options.json !== true;
    if (saysNothing) terminal.remark(`${plainText(task)} has printed nothing yet.`);
    if (mirror === undefined) return;
    // Who only watches is through when nobody reads what it prints.
    whenClosed(terminal, mirror.close);
    await follow(mirror, position, logs);
  } finally {
    logs.close();
  }
}

/** Until the task is through, or the run has come to rest. */
async function follow({ state, ended }: RunMirror, position: number, logs: TaskLogs): Promise<void> {
  let isOver = false;
  const over = ended.then(() => {
    isOver = true;
  });
  for (;;) {
    // Asked before reading: what was printed until then is read all the same.
    const isLast = isOver || isSettled(taskAt(state, position).status);
    logs.read();
    if (isLast) return;
    await Promise.race([over, delay(LOOK_EVERY_MS)]);
  }
}

function textLines({ print, palette }: Terminal): (line: LogLine) => void {
  let shown: AttemptId | undefined;
  return ({ attempt, file, text }) => {
    if (attempt !== shown) print(palette.strong(`== ${plainText(attempt)} (${file})`));
    shown = attempt;
    print(plainText(text));
  };
}

function jsonLines(state: RunState, position: number, { print }: Terminal): (line: LogLine) => void {
  const { id: task } = planned(state, position);
  return ({ attempt, text }) =>
    print(JSON.stringify({ schemaVersion: 1, kind: 'log-line', run: state.run, task, attempt, text }));
}
