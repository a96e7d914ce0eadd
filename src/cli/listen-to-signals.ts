/** Turns signals to the engine's process into requests to its run (SPEC §4). */
import type { Engine } from '../engine/engine.ts';
import { exitCode } from './exit-code.ts';
import type { RunOutput } from './run-output.ts';

const HINT = 'Ctrl+C: finish what runs, then pause';
const STOP_HINT = 'Ctrl+C again: cancel what runs (its work is kept) and pause';
const LEAVE_HINT = 'stopping … Ctrl+C once more leaves at once; `tutti resume` cleans up';
const TERMINATED = 'SIGTERM: nothing new starts, what runs finishes; once more: cancel it (its work is kept)';
const TERMINATED_AGAIN = 'SIGTERM: cancelling what runs (its work is kept), then pausing';
const HUNG_UP = 'the terminal is gone: nothing new starts, what runs finishes, then the run pauses';

/**
 * The first signal drains and the second stops; Ctrl+C a third time dies, which costs nothing that the journal has. For
 * SIGTERM a run that drains already has had its first.
 * @param detached a terminal that hangs up means nothing
 * @returns what ends the listening
 */
export function listenToSignals(
  engine: Pick<Engine, 'submit' | 'state'>,
  output: Pick<RunOutput, 'hint' | 'close'>,
  detached: boolean,
): () => void {
  let count = 0;
  const drain = (hint: string): void => {
    void engine.submit({ type: 'pause-requested' });
    output.hint(hint);
  };
  const stop = (hint: string): void => {
    void engine.submit({ type: 'stop-requested' });
    output.hint(hint);
  };
  const interrupt = (): void => {
    count++;
    if (count === 1) drain(STOP_HINT);
    else if (count === 2) stop(LEAVE_HINT);
    else {
      output.close();
      process.exit(exitCode.paused);
    }
  };
  const terminate = (): void => {
    count = count === 0 && engine.state.record.phase !== 'draining' ? 1 : 2;
    if (count === 1) drain(TERMINATED);
    else stop(TERMINATED_AGAIN);
  };
  const hangUp = (): void => {
    if (!detached) drain(HUNG_UP);
  };
  process.on('SIGINT', interrupt).on('SIGTERM', terminate).on('SIGHUP', hangUp);
  output.hint(HINT);
  return () => void process.off('SIGINT', interrupt).off('SIGTERM', terminate).off('SIGHUP', hangUp);
}
