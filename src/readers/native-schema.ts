/** The native plan's shape (SPEC §12), for reading and for editors. Input scalars are text as written (`yaml-source`). */
import * as z from 'zod';
import { parseDuration } from '../core/duration.ts';
import { parseTokens } from '../core/tokens.ts';

/** What a schema accepts, as JSON Schema says it: a plan file has numbers where the parser gives their text. */
type Written = Readonly<Record<string, unknown>>;

const text = z.string('expected text').meta({ written: { type: ['string', 'number', 'boolean'] } });
const filled = text
  .refine((value) => value.trim() !== '', 'must not be empty')
  .meta({ written: { type: ['string', 'number'], minLength: 1 } });

/** Text that `read` understands; `undefined` means that it does not. */
const readAs = <Value>(read: (value: string) => Value | undefined, expected: string, written: Written) =>
  z
    .string(`expected ${expected}`)
    .transform((value, context): Value => {
      const result = read(value.trim());
      if (result === undefined) {
        context.issues.push({ code: 'custom', message: `expected ${expected}`, input: value });
        return z.NEVER;
      }
      return result;
    })
    .meta({ written });

const booleans: ReadonlyMap<string, boolean> = new Map([
  ['true', true],
  ['false', false],
]);
const priorities: ReadonlyMap<string, number> = new Map([
  ['high', 3],
  ['medium', 2],
  ['low', 1],
]);

const parseWhole = (value: string): number | undefined =>
  /^\d{1,9}$/.test(value) ? Number(value) : undefined;
const parseNumber = (value: string): number | undefined =>
  /^[+-]?\d{1,9}(?:\.\d{1,9})?$/.test(value) ? Number(value) : undefined;

const boolean = readAs((value) => booleans.get(value), 'true or false', { type: 'boolean' });
const whole = readAs(parseWhole, 'a whole number', { type: 'integer', minimum: 0 });
const duration = readAs(parseDuration, 'a duration such as 40m or 1h30m', {
  type: 'string',
  pattern: '^(\\d+(\\.\\d+)?(ms|s|m|h|d))+$',
  examples: ['40m', '1h30m'],
});
const tokens = readAs(parseTokens, 'a number of tokens such as 80k', {
  anyOf: [
    { type: 'integer', minimum: 0 },
    { type: 'string', pattern: '^\\d+(\\.\\d+)?[kM]?$' },
  ],
});
const priority = readAs(
  (value) => priorities.get(value) ?? parseNumber(value),
  'high, medium, low or a number',
  { anyOf: [{ enum: ['high', 'medium', 'low'] }, { type: 'number' }] },
);

const list = <Item extends z.ZodType>(item: Item) => z.array(item, 'expected a list');
const poolSizes = z.record(filled, whole, 'expected a map of pool names to numbers');

const gateStep = z.union(
  [
    filled.transform((run) => ({ name: run, run })),
    z
      .strictObject({ name: filled.optional(), run: filled, timeout: duration.optional() })
      .transform(({ name, run, timeout }) => ({
        name: name ?? run,
        run,
        ...(timeout === undefined ? {} : { timeoutMs: timeout }),
      })),
  ],
  { error: 'expected a command, or { name, run, timeout }' },
);

const estimateParts = z.strictObject({
  duration: duration.optional(),
  tokens: tokens.optional(),
  commits: whole.optional(),
});
const estimate = z.union(
  [duration.transform((alone): z.output<typeof estimateParts> => ({ duration: alone })), estimateParts],
  {
    error: 'expected a duration such as 40m, or { duration, tokens, commits }',
  },
);

/** What `defaults` may say for all tasks. */
const inheritable = {
  module: text.optional().describe('The part of the project it belongs to.'),
  priority: priority.optional().describe('high, medium, low or a number; larger goes first.'),
  estimate: estimate.optional().describe('What the task will take.'),
  pools: z
    .union(
      [list(filled).transform((names) => Object.fromEntries(names.map((name) => [name, 1]))), poolSizes],
      {
        error: 'expected a list of pool names, or a map of pool names to numbers',
      },
    )
    .optional()
    .describe('What it occupies while it runs.'),
  gate: list(gateStep).optional().describe('Commands that must pass; replaces the configured gate.'),
  agent: filled.optional().describe('Name of an agent of the configuration.'),
  command: filled.optional().describe('Text for the command agent, run under sh -c.'),
  workspace: z
    .enum(['worktree', 'none'], 'expected worktree or none')
    .optional()
    .describe('none: runs where the run was started, without a branch.'),
  labels: list(text).optional(),
  timeout: duration.optional().describe('Limit of one attempt.'),
  allowEmpty: boolean.optional().describe('It may end without a change.'),
  autonomous: boolean.optional().describe('false: a person has to do it.'),
  merge: z.enum(['merge', 'rebase', 'squash'], 'expected merge, rebase or squash').optional(),
};

const outlinePhase = z.strictObject(
  { phase: text.optional().transform((phase) => phase ?? ''), commits: list(filled) },
  { error: withUnknownKeys('expected { phase, commits }') },
);

export const taskSchema = z.strictObject(
  {
    id: filled.describe('Unique in the plan.'),
    title: text.optional(),
    body: text.optional().describe('What the agent is told.'),
    bodyFile: filled.optional().describe('A file in the plan’s folder that holds the body.'),
    dependsOn: list(filled).optional().describe('Ids of the tasks that come first.'),
    files: list(filled).optional().describe('Globs of the files it will touch.'),
    outline: list(outlinePhase).optional().describe('Its phases and planned commits.'),
    status: z.enum(['todo', 'done'], 'expected todo or done').optional(),
    was: filled.optional().describe('The id it had before it was renamed.'),
    ...inheritable,
  },
  { error: withUnknownKeys('expected a task: a map with at least an id') },
);

export const defaultsSchema = z.strictObject(inheritable, { error: withUnknownKeys('expected a map') });

/** The file around the tasks; each task is checked on its own, so that one broken task hides no other. */
export const fileSchema = z.strictObject(
  {
    plan: filled.optional().describe('The plan’s name: identifies it across runs.'),
    defaults: z.unknown().optional(),
    pools: poolSizes.optional().describe('How many tasks may occupy each pool at once.'),
    tasks: z.array(z.unknown(), 'expected a list of tasks'),
  },
  { error: withUnknownKeys('expected a map with `tasks`') },
);

/** The names that an unknown key is compared with, by where it stands. */
export function knownKeys(path: readonly PropertyKey[], inTask: boolean): readonly string[] {
  if (path.length === 0) return Object.keys(inTask ? taskSchema.shape : fileSchema.shape);
  const part = String(path[0]);
  if (part === 'estimate') return Object.keys(estimateParts.shape);
  if (part === 'outline') return Object.keys(outlinePhase.shape);
  return part === 'gate' ? ['name', 'run', 'timeout'] : [];
}

export type NativeTask = z.output<typeof taskSchema>;
export type NativeDefaults = z.output<typeof defaultsSchema>;

/** Keeps zod's own report of unknown keys, which carries their names, and says `expected` for the rest. */
function withUnknownKeys(expected: string) {
  return (issue: { readonly code?: string | undefined }): string | undefined =>
    issue.code === 'unrecognized_keys' ? undefined : expected;
}

/** The JSON Schema of a whole plan file, for editors. */
export function planJsonSchema(): Record<string, unknown> {
  const whole = fileSchema.extend({ defaults: defaultsSchema.optional(), tasks: z.array(taskSchema) });
  const schema = z.toJSONSchema(whole, {
    io: 'input',
    unrepresentable: 'any',
    override({ zodSchema, jsonSchema }) {
      const written = (z.globalRegistry.get(zodSchema) as { readonly written?: Written } | undefined)
        ?.written;
      if (written === undefined) return;
      for (const key of Object.keys(jsonSchema)) {
        if (key !== 'description') delete jsonSchema[key as keyof typeof jsonSchema];
      }
      Object.assign(jsonSchema, written);
    },
  });
  return {
    ...schema,
    title: 'tutti plan',
    description: 'An implementation plan: tasks and their dependencies.',
  };
}
