/** A run that nobody works on, although its engine did not bring it to rest. */
import type { RunState } from '../core/run-state.ts';
import type { HeldView } from './queue-view.ts';
import { type RunView, runView } from './run-view.ts';

/** Whatever else held a task, now it is that nobody starts any. */
const NOBODY: HeldView = { by: 'run', what: null, until: null };

/** The run as it was at its last event; it stands still, whatever it was doing then. */
export function standingView(state: RunState): RunView {
  const view = runView(state, state.record.at);
  if (view.state === 'paused' || view.state === 'ended') return view;
  const queue = view.queue.map((one) => ({ ...one, held: one.held?.by === 'paused' ? one.held : NOBODY }));
  // What they wait for does not go on either.
  const tasks = view.tasks.map((task) => (task.soon ? { ...task, soon: false } : task));
  return { ...view, state: 'paused', reason: 'its engine is gone; `tutti resume` goes on', queue, tasks };
}
