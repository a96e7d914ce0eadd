/** `tutti status`: where a run stands, from its journal; works with and without an engine. */
import { type Home, openHome } from '../../compose.ts';
import { followAttempts } from '../../core/estimates/attempt-record.ts';
import { type Forecast, forecast } from '../../core/forecast/forecast.ts';
import { watchMerges } from '../../core/forecast/merge-time.ts';
import type { RunId, Timestamp } from '../../core/plan.ts';
import type { RunState } from '../../core/run-state.ts';
import type { RunMirror } from '../../engine/mirror.ts';
import type { Journal } from '../../ports/journal.ts';
import { runView } from '../../view/run-view.ts';
import { standingView } from '../../view/standing-view.ts';
import { codeOf } from '../attend-run.ts';
import { exitCode } from '../exit-code.ts';
import { currentRun, findRun, loadRun } from '../find-run.ts';
import { followRun } from '../follow-run.ts';
import { LAST_ATTEMPTS } from '../live-forecast.ts';
import type { Action } from '../program.ts';
import { jsonOutput, lineOutput } from '../run-output.ts';
import { goneText, statusText } from '../status-text.ts';
import { summaryText } from '../summary-text.ts';
import { type Terminal, whenClosed } from '../terminal.ts';

interface Options {
  readonly all?: boolean;
  readonly follow?: boolean;
  readonly json?: boolean;
}

export const command: Action<Options> = async (terminal, [id], options) => {
  const home = await openHome(terminal);
  try {
    const run = id === undefined ? await currentRun(home) : findRun(home, id);
    const mirror = options.follow === true ? await followRun(home, run) : undefined;
    if (mirror !== undefined) return await follow(home, mirror, terminal, options);
    const { state, journal } = loadRun(home, run);
    show(state, journal, await enginePid(home, run), home.clock.now(), terminal, options);
    return options.follow === true ? codeOf(state) : exitCode.allDone;
  } finally {
    home.close();
  }
};

/** How the run stands, then what happens until it comes to rest. @returns its exit code */
async function follow(home: Home, mirror: RunMirror, terminal: Terminal, options: Options): Promise<number> {
  const { state } = mirror;
  const journal = home.journal(state.run);
  try {
    const pid = await enginePid(home, state.run);
    // Nothing happens between the two: what is not in the one comes with the other.
    show(state, journal, pid, home.clock.now(), terminal, options);
    if (options.json !== true) terminal.print('');
    const output =
      options.json === true
        ? jsonOutput(state, terminal)
        : lineOutput(state, terminal, home.config.progressEvery);
    mirror.watch(output.show);
    // Who only watches is through when nobody reads what it prints.
    whenClosed(terminal, mirror.close);
    await mirror.ended;
    output.close();
  } finally {
    mirror.close();
  }
  if (terminal.closed.aborted) return exitCode.allDone;
  if (options.json !== true) tellEnd(state, journal, home.clock.now(), terminal);
  return codeOf(state);
}

function tellEnd(state: RunState, journal: Journal, now: Timestamp, terminal: Terminal): void {
  const { run, record } = state;
  if (record.phase === 'running' || record.phase === 'draining') {
    terminal.print(goneText(run));
    return;
  }
  const attempts = followAttempts(state);
  for (const event of journal.read(1)) attempts.see(event);
  for (const line of summaryText(state, now, attempts.records())) terminal.print(line);
}

/** Null when no engine is at work on the run. */
async function enginePid(home: Home, run: RunId): Promise<number | null> {
  const owner = await home.owner();
  return owner?.run === run ? owner.pid : null;
}

function show(
  state: RunState,
  journal: Journal,
  pid: number | null,
  now: Timestamp,
  terminal: Terminal,
  { json, all }: Options,
): void {
  // Without an engine nothing goes on.
  const seenAt = pid === null ? state.record.at : now;
  const view = runView(state, seenAt, pid === null ? {} : { forecast: forecastOf(state, journal, now) });
  if (json === true) {
    terminal.print(JSON.stringify({ ...view, engine: pid === null ? null : { pid } }));
  } else {
    const { palette, columns } = terminal;
    const shown = { columns: columns(), palette, now: seenAt, all: all === true, pid };
    for (const line of statusText(pid === null ? standingView(state) : view, shown)) terminal.print(line);
  }
}

/** Among so many of the last events there are merges and attempts enough. */
const LAST_EVENTS = 5_000;

function forecastOf(state: RunState, journal: Journal, now: number): Forecast | undefined {
  const merges = watchMerges();
  const attempts = followAttempts(state);
  for (const event of journal.read(Math.max(1, state.record.seq - LAST_EVENTS))) {
    merges.see(event);
    attempts.see(event);
  }
  const shown = { mergeMs: merges.medianMs(), attempts: attempts.records().slice(-LAST_ATTEMPTS) };
  return forecast(state, now, shown);
}
