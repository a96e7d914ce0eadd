/** Numbers and times of plans as every report and drawing writes them. */
import type { TimeUnit } from '../core/analysis/timing.ts';
import { formatDuration } from '../core/duration.ts';

const HOUR = 3600;

/** `12,345.6`. By hand: loading what the language has for it takes as long as reading a plan. */
export function grouped(value: number): string {
  const [whole = '', part] = String(value).split('.');
  const digits = whole.replace(/\B(?=(?:\d{3})+$)/g, ',');
  return part === undefined ? digits : `${digits}.${part}`;
}

/** `1 task`, `1,200 tasks`. */
export const counted = (count: number, one: string, many = `${one}s`): string =>
  `${grouped(count)} ${count === 1 ? one : many}`;

/** A time of an analysis in its unit. Estimates are rough: no seconds in hours. */
export function planTime(value: number, unit: TimeUnit): string {
  if (unit === 'tasks') return counted(Math.round(value * 10) / 10, 'task');
  const step = value >= HOUR ? 60 : 1;
  return formatDuration(Math.round(value / step) * step * 1000);
}
