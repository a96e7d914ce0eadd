/** How far each wave is. */
import type { RunState } from '../core/run-state.ts';

export interface WaveView {
  readonly wave: number;
  readonly total: number;
  /** Done or skipped; running tasks are never counted here. */
  readonly done: number;
  readonly active: number;
  /** Needs somebody, blocked or cancelled. */
  readonly stuck: number;
}

export function waveViews(state: RunState, waveOf: Int32Array): WaveView[] {
  const found: { wave: number; total: number; done: number; active: number; stuck: number }[] = [];
  state.tasks.forEach(({ status, satisfied }, position) => {
    const wave = waveOf[position] as number;
    while (found.length <= wave) found.push({ wave: found.length, total: 0, done: 0, active: 0, stuck: 0 });
    const entry = found[wave] as (typeof found)[number];
    entry.total++;
    if (status === 'done' || status === 'skipped') entry.done++;
    else if (status === 'running' || status === 'verifying' || status === 'integrating') entry.active++;
    else if (status !== 'waiting' && status !== 'ready' && !satisfied) entry.stuck++;
  });
  return found;
}
