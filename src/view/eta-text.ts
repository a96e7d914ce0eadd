/** How long a run still takes, in the words that every screen uses. */
import { roughDuration } from '../core/duration.ts';
import type { EtaView } from './run-view.ts';

/** `about 1h10m left, P90 1h50m`. */
export function etaText({ p50, p90, rough }: EtaView): string {
  const text = `about ${wholeUnits(p50)} left, P90 ${wholeUnits(p90)}`;
  return rough ? `${text} (rough: most of it has no estimate)` : text;
}

/** Nobody knows the seconds of what takes minutes. */
function wholeUnits(seconds: number): string {
  if (seconds < 60) return `${Math.max(1, seconds)}s`;
  const step = seconds < 600 ? 10 : 60;
  return roughDuration(Math.round(seconds / step) * step * 1000);
}
