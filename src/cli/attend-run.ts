/** Stays with an engine until its run comes to rest: shows it, turns signals into requests, lands, says how it ended. */
import type { Home, LiveRun } from '../compose.ts';
import { followAttempts } from '../core/estimates/attempt-record.ts';
import type { Event } from '../core/event.ts';
import { InvariantViolation } from '../core/invariant-violation.ts';
import type { RunState } from '../core/run-state.ts';
import { recordOffline } from '../engine/record.ts';
import type { Journal } from '../ports/journal.ts';
import { describeEvent } from '../view/event-text.ts';
import { plainText } from '../view/plain-text.ts';
import { exitCode } from './exit-code.ts';
import { listenToSignals } from './listen-to-signals.ts';
import { chooseOutput } from './run-output.ts';
import { sendNotices } from './send-notices.ts';
import { summaryText } from './summary-text.ts';
import type { Terminal } from './terminal.ts';

export interface AttendOptions {
  readonly json: boolean;
  /** A terminal that hangs up ends nothing. */
  readonly detached: boolean;
  readonly land: boolean;
  /** The run has just been made. */
  readonly isNew: boolean;
}

/** @returns the exit code of the run */
export async function attendRun(
  home: Home,
  live: LiveRun,
  terminal: Terminal,
  options: AttendOptions,
): Promise<number> {
  const { engine, journal } = live;
  const output = chooseOutput(engine.state, terminal, {
    json: options.json,
    progressEvery: home.config.progressEvery,
  });
  // A new run is born with what is done already: in its journal before anybody could watch.
  if (options.isNew) for (const event of journal.read(1)) output.show(event);
  const stopListening = listenToSignals(engine, output, options.detached);
  const attempts = followAttempts(engine.state);
  if (!options.isNew) for (const event of journal.read(1)) attempts.see(event);
  const notices =
    home.notifier &&
    sendNotices(engine.state, home.notifier, home.clock, (what) =>
      output.remark(`no notice could be sent: ${plainText(what)}`),
    );
  const stopWatching = engine.watch((news) => {
    output.show(news);
    if (news.type === 'attempt-progress') return;
    attempts.see(news);
    notices?.see(news);
  });
  try {
    await engine.run();
    if (options.land && engine.state.record.outcome === 'all-done') {
      const landed = await land(home, engine.state, journal);
      // The last JSON line is `run-ended` (SPEC §12): whether it landed is told beside it.
      if (options.json) terminal.remark(describeEvent(landed, engine.state) ?? '');
      else output.show(landed);
    }
  } finally {
    stopWatching();
    stopListening();
    output.close();
    await live.close();
  }
  const records = attempts.records();
  home.keepHistory(engine.state.run, engine.state.record.seq, records);
  if (!options.json) {
    for (const line of summaryText(engine.state, home.clock.now(), records)) terminal.print(line);
  }
  await notices?.close();
  return codeOf(engine.state);
}

export function codeOf({ record }: RunState): number {
  if (record.phase !== 'ended') return exitCode.paused;
  return record.outcome === 'all-done' ? exitCode.allDone : exitCode.incomplete;
}

/** Fast-forwards the user's branch and records what came of it. */
export async function land(home: Home, state: RunState, journal: Journal): Promise<Event> {
  const landing = await home.git.land(state.settings.target);
  const result =
    'problem' in landing
      ? {
          branch: (await home.git.head())?.branch ?? 'HEAD',
          refused: `${landing.problem.message}. ${landing.problem.fix}`,
        }
      : { branch: landing.branch, commit: landing.commit };
  const [event] = recordOffline(journal, state, home.clock.now(), [{ type: 'run-landed', ...result }]);
  if (event === undefined) throw new InvariantViolation('the landing was not recorded');
  return event;
}
