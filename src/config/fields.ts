/** The kinds of values a setting can have. Text from flags and the environment is read like a file's numbers and booleans. */
import { z } from 'zod';
import { parseDuration } from '../core/duration.ts';

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
