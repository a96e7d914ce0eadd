/** The dashboard of a run on this terminal, from its opening to the moment the person leaves or the run comes to rest. */
import type { Home } from '../../compose.ts';
import type { RunMirror } from '../../engine/mirror.ts';
import type { DashboardScreen } from '../../tui/dashboard.tsx';
import { openDashboardModel, type Pace } from '../../tui/dashboard-model.ts';
import type { Key } from '../../tui/key.ts';
import { plainText } from '../../view/plain-text.ts';
import type { Terminal } from '../terminal.ts';
import { dashboardSource } from './dashboard-source.ts';

export interface DashboardEnd {
  /** `rest`: the run is paused, has ended, or its engine is gone. `left`: the person has left it running. */
  readonly how: 'rest' | 'left';
  /** Why the screen could not go on; empty when it could. */
  readonly failure: string;
}

/**
 * Shows the run of this mirror, and closes the mirror at the end. The engine never waits for the screen, and a screen that fails ends
 * only itself.
 * @param owns whether this terminal decides about the run: Ctrl+C then drains it, and leaving asks
 * @param onListening is called when signals are heard here
 */
export async function showDashboard(
  home: Home,
  mirror: RunMirror,
  terminal: Terminal,
  owns: boolean,
  onListening: () => void = () => {},
): Promise<DashboardEnd> {
  const journal = home.journal(mirror.state.run);
  // Loaded only here: React and what paints take longer to load than all of the rest.
  const { openDashboardScreen } = await import('../../tui/dashboard.tsx');
  const source = dashboardSource(mirror, { home, journal }, terminal);
  const left = Promise.withResolvers<'left'>();
  let screen: DashboardScreen | undefined;
  const model = openDashboardModel(source, {
    owns,
    pace: paceOf(home, mirror),
    columns: terminal.columns(),
    rows: terminal.rows(),
    leave: (how) => void leave(mirror, how).then(() => left.resolve('left')),
    suspend: () => void screen?.aside(suspendProcess),
  });
  screen = openDashboardScreen(model, {
    stdin: process.stdin,
    stdout: process.stdout,
    coloured: terminal.coloured,
  });
  const stopListening = listenToSignals(mirror, owns, terminal.closed, model.press, () =>
    left.resolve('left'),
  );
  onListening();
  let failure = '';
  const rested = mirror.ended.then(() => 'rest' as const);
  const how = await Promise.race([rested, left.promise, screen.failed]).catch((error: unknown) => {
    failure = plainText(error instanceof Error ? error.message : String(error));
    return 'left' as const;
  });
  stopListening();
  model.close();
  source.close();
  await screen.close();
  mirror.close();
  return { how, failure };
}

/** What becomes of the run is recorded before the screen goes. */
async function leave(mirror: RunMirror, how: 'background' | 'drain' | 'stop'): Promise<void> {
  if (how === 'drain') await mirror.submit({ type: 'pause-requested' });
  if (how === 'stop') await mirror.submit({ type: 'stop-requested' });
}

const CTRL_C: Key = { name: 'ctrl-c', text: '' };

/** In raw mode Ctrl+C is a key; signals come from elsewhere. The first SIGTERM drains, the second stops; a terminal that is gone drains. */
function listenToSignals(
  mirror: RunMirror,
  owns: boolean,
  closed: AbortSignal,
  press: (key: Key) => void,
  gone: () => void,
): () => void {
  const interrupt = (): void => press(CTRL_C);
  const terminate = (): void => {
    const again = mirror.state.record.phase !== 'running';
    if (owns) void mirror.submit({ type: again ? 'stop-requested' : 'pause-requested' });
    else gone();
  };
  const hangUp = (): void => {
    if (owns) void mirror.submit({ type: 'pause-requested' }).then(gone);
    else gone();
  };
  process.on('SIGINT', interrupt).on('SIGTERM', terminate).on('SIGHUP', hangUp);
  // Nobody is told of a terminal that is gone when its shell has let go of this process, or sudo stands between.
  closed.addEventListener('abort', hangUp, { once: true });
  return () => {
    process.off('SIGINT', interrupt).off('SIGTERM', terminate).off('SIGHUP', hangUp);
    closed.removeEventListener('abort', hangUp);
  };
}

/** Stops this process as Ctrl+Z does anywhere, until somebody brings it back. */
async function suspendProcess(): Promise<void> {
  const back = Promise.withResolvers<void>();
  process.once('SIGCONT', () => back.resolve());
  process.kill(process.pid, 'SIGTSTP');
  await back.promise;
}

/** On a run that stands still no time passes. */
const paceOf = ({ clock }: Home, { state, isLive }: RunMirror): Pace => ({
  now: () => (isLive ? clock.now() : state.record.at),
  monotonicMs: () => performance.now(),
  after(delayMs, call) {
    const timer = setTimeout(call, delayMs);
    return () => clearTimeout(timer);
  },
});
