/** Durations as people write them: `40m`, `1.5h`, `90s`, `500ms`, `1h30m`. Calendar units such as months are left out on purpose. */

const unitMs: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 };
const part = /(\d+(?:\.\d+)?)(ms|s|m|h|d)/y;

/**
 * Reads a duration; parts may be combined, from the largest unit to the smallest (`1h30m`).
 * @returns whole milliseconds, or undefined when the text is no duration
 */
export function parseDuration(text: string): number | undefined {
  const trimmed = text.trim();
  let total = 0;
  let previousUnit = Number.POSITIVE_INFINITY;
  part.lastIndex = 0;
  let end = 0;
  while (end < trimmed.length) {
    part.lastIndex = end;
    const match = part.exec(trimmed);
    const unit = unitMs[match?.[2] ?? ''];
    if (match === null || unit === undefined || unit >= previousUnit) return undefined;
    total += Number(match[1]) * unit;
    previousUnit = unit;
    end = part.lastIndex;
  }
  return end > 0 && Number.isSafeInteger(Math.round(total)) ? Math.round(total) : undefined;
}

/** Writes whole milliseconds so that `parseDuration` gives the same back: `1h30m`, `500ms`. */
export function formatDuration(ms: number): string {
  let rest = Math.max(0, Math.round(ms));
  let text = '';
  for (const unit of ['d', 'h', 'm', 's', 'ms']) {
    const size = unitMs[unit] ?? 1;
    const count = Math.floor(rest / size);
    if (count > 0) text += `${count}${unit}`;
    rest -= count * size;
  }
  return text === '' ? '0s' : text;
}

/** About how long, for people: `0.7s`, `31s`, `5m12s`, `3h05m`, `2d4h`. */
export function roughDuration(ms: number): string {
  const seconds = Math.max(0, ms) / 1000;
  if (seconds < 9.95) return `${seconds.toFixed(1)}s`;
  const pad = (count: number): string => String(count).padStart(2, '0');
  const whole = Math.round(seconds);
  if (whole < 60) return `${whole}s`;
  if (whole < 3600) return `${Math.floor(whole / 60)}m${pad(whole % 60)}s`;
  const minutes = Math.round(whole / 60);
  if (minutes < 24 * 60) return `${Math.floor(minutes / 60)}h${pad(minutes % 60)}m`;
  const hours = Math.round(minutes / 60);
  return `${Math.floor(hours / 24)}d${hours % 24}h`;
}
