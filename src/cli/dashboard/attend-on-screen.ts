/** `run` and `resume` on a terminal: the engine in a process of its own, the dashboard here, and at the end the summary. */
import type { Home } from '../../compose.ts';
import { attemptRecords } from '../../core/estimates/attempt-record.ts';
import type { RunId } from '../../core/plan.ts';
import type { RunState } from '../../core/run-state.ts';
import { describeEvent } from '../../view/event-text.ts';
import { exitCode } from '../exit-code.ts';
import { loadRun } from '../find-run.ts';
import { followRun } from '../follow-run.ts';
import { type LaunchedEngine, launchEngine } from '../launch-engine.ts';
import { goneText } from '../status-text.ts';
import { summaryText } from '../summary-text.ts';
import type { Terminal } from '../terminal.ts';
import { showDashboard } from './show-dashboard.ts';

/** @param words what the engine is told beside the run @returns the exit code of the run; of one that was left, 0 when it goes on, as with `--detach` */
export async function attendOnScreen(
  home: Home,
  terminal: Terminal,
  run: RunId,
  words: readonly string[],
): Promise<number> {
  const engine = launchEngine(home, terminal, run, words);
  const stopForwarding = forwardSignals(engine);
  const mirror = (await engine.ready) ? await followRun(home, run) : undefined;
  if (mirror === undefined) {
    stopForwarding();
    // A run may be through, or refused, before there is anything to show.
    return tellEnd(home, terminal, run, engine);
  }
  const { how, failure } = await showDashboard(home, mirror, terminal, true, stopForwarding);
  if (failure !== '') terminal.remark(`the screen failed: ${failure}`);
  if (how === 'rest') return tellEnd(home, terminal, run, engine);
  engine.letGo();
  return tellLeft(home, terminal, run, engine);
}

/** Until there is a screen: the engine is in a session of its own, where neither Ctrl+C nor a closed terminal reaches it. */
function forwardSignals({ terminate }: LaunchedEngine): () => void {
  process.on('SIGINT', terminate).on('SIGTERM', terminate).on('SIGHUP', terminate);
  return () => void process.off('SIGINT', terminate).off('SIGTERM', terminate).off('SIGHUP', terminate);
}

async function tellEnd(home: Home, terminal: Terminal, run: RunId, engine: LaunchedEngine): Promise<number> {
  const code = await engine.exit;
  const { state, journal } = loadRun(home, run);
  const isAtRest = state.record.phase === 'paused' || state.record.phase === 'ended';
  if (!isAtRest) return tellGone(terminal, state, engine, code);
  if (code === exitCode.usage || code === exitCode.internal) terminal.remark(engine.printed());
  for (const line of summaryText(state, home.clock.now(), attemptRecords(journal.read(0))))
    terminal.print(line);
  for (const event of journal.read(state.record.seq - 1))
    if (event.type === 'run-landed') terminal.print(`  ${describeEvent(event, state)}`);
  return code ?? exitCode.paused;
}

/** The engine refused, or ended before it could bring the run to rest. */
function tellGone(terminal: Terminal, state: RunState, engine: LaunchedEngine, code: number | null): number {
  if (code !== null) terminal.remark(engine.printed());
  if (code === exitCode.usage) return code;
  terminal.remark(goneText(state.run));
  terminal.remark(`  what it printed: ${engine.logFile}`);
  return code ?? exitCode.paused;
}

function tellLeft(home: Home, terminal: Terminal, run: RunId, { pid, logFile }: LaunchedEngine): number {
  const { phase, stopping } = loadRun(home, run).state.record;
  const ending = stopping ? 'saves what runs, then pauses,' : 'finishes what runs, then pauses,';
  const doing = phase === 'running' ? 'goes on' : ending;
  terminal.print(`run ${run} ${doing} without this screen (process ${pid}, log ${logFile})`);
  terminal.print('  come back:  tutti watch');
  if (phase !== 'running') return exitCode.paused;
  terminal.print('  end it:     tutti pause');
  return exitCode.allDone;
}
