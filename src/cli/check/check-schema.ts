/** The shape of `check --json` for JSON Schema and tests. The document itself is made in `check-report`. */
import * as z from 'zod';

const count = z.int().nonnegative();

const reason = z.strictObject({
  severity: z.enum(['error', 'warning']),
  code: z.string().nullable().describe('Stable where there is one; explained in docs/ERRORS.md.'),
  message: z.string(),
  file: z.string().nullable(),
  line: count.nullable(),
  fix: z.string().nullable(),
});

const item = z.strictObject({
  item: z
    .enum([
      'plan',
      'configuration',
      'repository',
      'checkout',
      'branches',
      'worktrees',
      'agents',
      'set-up',
      'gate',
      'engine',
      'disk',
      'budget',
      'overlaps',
    ])
    .describe('What was asked about.'),
  answer: z.enum(['yes', 'warning', 'no', 'skipped']),
  message: z.string(),
  reasons: z.array(reason),
});

const step = z.strictObject({
  name: z.string(),
  verdict: z.enum(['passed', 'failed', 'broken']),
  exitCode: z.int().nullable(),
  durationMs: z.number().nonnegative(),
  output: z.string().describe('The end of it, and what is around its failures.'),
});

const wave = z.strictObject({
  wave: count,
  tasks: count.describe('Tasks of the wave that are not done.'),
  atOnce: count.describe('How many of them the slots let run at once.'),
  required: count.describe('Tokens for those.'),
  available: count.nullable().describe('What the waves before leave of the budget; null without a budget.'),
  shortfall: count.describe('What is missing to run so many at once.'),
  fits: count.describe('How many may run at once whatever their order.'),
  total: count.describe('Tokens for all tasks of the wave.'),
});

export const checkSchema = z.strictObject({
  schemaVersion: z.literal(1),
  kind: z.literal('check'),
  answer: z.enum(['yes', 'no']).describe('no: exit code 3.'),
  plan: z.strictObject({ source: z.string(), format: z.string(), name: z.string(), tasks: count }),
  items: z.array(item),
  unseen: z.array(z.string()).describe('Files of the checkout that agents will not see.'),
  setup: z.array(step),
  gate: z.array(step),
  logFile: z.string().nullable(),
  budget: z
    .strictObject({
      tokens: count.nullable().describe('Null when no budget is set.'),
      from: z.string().nullable().describe('A flag, a variable, a file with its line, or default.'),
      slots: z.int().positive(),
      total: count.describe('Tokens for all tasks that are not done.'),
      waves: z.array(wave),
    })
    .nullable()
    .describe('Null when the plan has a cycle.'),
  overlaps: z.array(z.strictObject({ tasks: z.tuple([z.string(), z.string()]), files: z.array(z.string()) })),
});

/** The JSON Schema that the package publishes. */
export function checkJsonSchema(): Record<string, unknown> {
  return {
    ...z.toJSONSchema(checkSchema),
    title: 'tutti check',
    description: 'What `tutti check --json` prints.',
  };
}
