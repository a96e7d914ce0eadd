/** Moments as people at this machine read them. */
import type { Timestamp } from '../core/plan.ts';

/** `09:05:59`, in the machine's own time zone. */
export function clockTime(at: Timestamp): string {
  const date = new Date(at);
  return [date.getHours(), date.getMinutes(), date.getSeconds()]
    .map((part) => String(part).padStart(2, '0'))
    .join(':');
}
