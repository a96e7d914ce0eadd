/** The kinds of values a setting can have. Text from flags and the environment is read like a file's numbers and booleans. */
import { z } from 'zod';
import { parseDuration } from '../core/duration.ts';
import { parseTokens } from '../core/tokens.ts';

const longestText = 10_000;

/** Text that is not empty. */
export const text = z
  .string({
    error: ({ input }) =>
      input === undefined ? 'is missing' : 'expected text; write a number or true in quotes',
  })
  .min(1, { error: 'expected text that is not empty' })
  .max(longestText, { error: `expected at most ${longestText} characters` });

/** A whole number within bounds. */
export function wholeNumber(least: number, most: number) {
  const error = `expected a whole number from ${least} to ${most}`;
  return z.preprocess(
    (value) => (typeof value === 'string' && /^\d{1,9}$/.test(value.trim()) ? Number(value) : value),
    z.int({ error }).min(least, { error }).max(most, { error }),
  );
}

/** A share from 0 to 1. */
export const share = (() => {
  const error = 'expected a number from 0 to 1, for example 0.8';
  return z.preprocess(
    (value) =>
      typeof value === 'string' && /^\d?(?:\.\d{1,9})?$/.test(value.trim()) && value.trim() !== ''
        ? Number(value)
        : value,
    z.number({ error }).min(0, { error }).max(1, { error }),
  );
})();

/** A number within bounds. */
export function number(least: number, most: number) {
  const error = `expected a number from ${least} to ${most}`;
  return z.preprocess(
    (value) =>
      typeof value === 'string' && /^\d{1,9}(?:\.\d{1,9})?$/.test(value.trim()) ? Number(value) : value,
    z.number({ error }).min(least, { error }).max(most, { error }),
  );
}

/** An amount in US dollars, as a number; `$12.50` counts as 12.5. */
export const money = z.preprocess(
  (value) => (typeof value === 'string' ? value.trim().replace(/^\$/, '') : value),
  number(0, 1_000_000),
);

/** A number of tokens such as 80k, as a whole number of at least 1. */
export const tokens = z.unknown().transform((value, context): number => {
  const count =
    typeof value === 'string' || typeof value === 'number' ? parseTokens(String(value)) : undefined;
  if (count !== undefined && count > 0) return count;
  context.addIssue({ code: 'custom', message: 'expected a number of tokens, for example 800k or 2M' });
  return z.NEVER;
});

/** true or false. */
export const flag = z.preprocess(
  (value) => (value === 'true' ? true : value === 'false' ? false : value),
  z.boolean({ error: 'expected true or false' }),
);

/** A duration of at least a millisecond, as milliseconds. */
export const duration = z.unknown().transform((value, context): number => {
  const ms = typeof value === 'string' ? parseDuration(value) : undefined;
  if (ms !== undefined && ms > 0) return ms;
  context.addIssue({
    code: 'custom',
    message: 'expected a duration with its unit, for example 40m, 1.5h, 90s or 500ms',
  });
  return z.NEVER;
});

/** A list; a single value counts as a list of one. */
export const listOf = <Item extends z.ZodType>(item: Item) =>
  z.preprocess(
    (value) => (value === undefined || Array.isArray(value) ? value : [value]),
    z.array(item).max(1000),
  );
