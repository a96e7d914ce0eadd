/** What agents print when their model's service will not go on, as one table. Reads words, believes nothing else. */
import type { Timestamp } from '../core/plan.ts';
import type { Refusal } from '../ports/agent.ts';

/**
 * Tried in this order: a used-up quota comes as an HTTP 429 as well, and a wrong key is told with a request to try again.
 * Google calls what may be used in a minute a quota too; only the time that it asks to wait tells it from that of a day.
 * Texts of Claude Code, Codex, Gemini CLI and the services behind them, as they print them and their issue trackers quote them.
 */
const texts: readonly (readonly [Refusal['reason'], RegExp])[] = [
  [
    'authentication',
    /invalid (?:x-)?api[- ]key|api key not valid|incorrect api key|(?:missing|no) api key|please run \/login|not logged in|authentication[_ ]error|authentication token has been invalidated|oauth token (?:has )?expired|invalid authentication|401 unauthorized|could not resolve authentication/i,
  ],
  ['overloaded', /\bretry (?:in|after) \d{1,3}(?:\.\d+)?m?s\b/i],
  [
    'quota',
    /usage[_ ]limit|(?:session|weekly|5-hour|opus) limit reached|limit reached.{0,20}resets|quota exceeded|insufficient_quota|exceeded your current quota|exhausted your (?:daily quota|capacity)|credit balance is too low|out of credits/i,
  ],
  [
    'context',
    /prompt is too long|context[_ ](?:length|window)[_ ]?(?:exceeded|limit)|exceeds? (?:the )?(?:model's )?context window|maximum context length|context limit reached|ran out of room in the model's context/i,
  ],
  [
    'overloaded',
    /\boverloaded|rate[_ -]?limit|too many requests|at capacity|(?:status|error)\D{0,12}(?:429|503|529)\b/i,
  ],
];

const LONGEST_MESSAGE = 1_000;

/** What kind of refusal a text tells of; undefined when it tells of none. */
export function refusalIn(text: string): Refusal | undefined {
  const reason = texts.find(([, pattern]) => pattern.test(text))?.[0];
  if (reason === undefined) return undefined;
  const until = resetIn(text);
  const message = text.replace(/\s+/g, ' ').trim().slice(0, LONGEST_MESSAGE);
  return { reason, message, ...(until === undefined ? {} : { until }) };
}

/** What kind of refusal an HTTP status is by itself. */
export function refusalOf(status: number, message: string): Refusal | undefined {
  if (status === 401 || status === 403) return { reason: 'authentication', message };
  return status === 429 || status === 503 || status === 529 ? { reason: 'overloaded', message } : undefined;
}

/** `usage limit reached|1753088400`, `"resets_at":1777599629`: seconds since 1970. */
function resetIn(text: string): Timestamp | undefined {
  const seconds = /(?:limit reached\||resets?_at\D{0,4})(\d{10})\b/.exec(text)?.[1];
  return seconds === undefined ? undefined : Number(seconds) * 1000;
}

/** What a program printed beside its events: in those its agent says whatever it likes. */
export const withoutEvents = (tail: string): string =>
  tail
    .split('\n')
    .filter((line) => !line.trimStart().startsWith('{'))
    .join('\n');
