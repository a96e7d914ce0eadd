/** The shapes of the smaller documents that `--json` prints, for JSON Schema and tests. The documents are made where they are printed. */
import * as z from 'zod';

const count = z.int().nonnegative();

/** A problem, wherever a document has one; made by `problemDocument`. */
export const problemSchema = z.strictObject({
  code: z.string().describe('Stable; explained in docs/ERRORS.md.'),
  severity: z.enum(['error', 'warning', 'info']),
  message: z.string(),
  file: z.string().nullable(),
  line: count.nullable(),
  tasks: z.array(z.string()),
  fix: z.string(),
});

export const errorSchema = z.strictObject({
  schemaVersion: z.literal(1),
  kind: z.literal('error'),
  problems: z.array(problemSchema).min(1),
});

export const conversionSchema = z.strictObject({
  schemaVersion: z.literal(1),
  kind: z.literal('conversion'),
  from: z.strictObject({ source: z.string(), format: z.string() }),
  to: z.strictObject({ file: z.string(), format: z.literal('native') }),
  name: z.string().describe('Of the plan.'),
  tasks: count,
  dependencies: count,
  inferred: count.describe('Dependencies that the source does not state but implies.'),
  problems: z.array(problemSchema),
});

const origin = z.strictObject({
  source: z.string().describe('What kind of place set it: default, user, project, environment or flag.'),
  name: z.string().nullable().describe('Of the variable or flag.'),
  file: z.string().nullable(),
  line: count.nullable(),
});

export const configSchema = z.strictObject({
  schemaVersion: z.literal(1),
  kind: z.literal('config'),
  settings: z.array(
    z.strictObject({
      key: z.string(),
      value: z.unknown().describe('As the file would write it; null when it is not set.'),
      origin,
      inert: z.string().nullable().describe('Why it changes nothing yet; null for a setting that acts.'),
    }),
  ),
  file: z.string().optional().describe('Of `set` and `unset`: the file in question.'),
  changed: z.boolean().optional().describe('Of `set` and `unset`: whether it was changed.'),
});

const published = (schema: z.ZodType, title: string, description: string): Record<string, unknown> => ({
  ...z.toJSONSchema(schema),
  title,
  description,
});

/** The JSON Schemas that the package publishes, by kind. */
export const documentJsonSchemas = (): Readonly<Record<string, unknown>> => ({
  error: published(errorSchema, 'tutti error', 'What a command prints with `--json` when it refuses.'),
  conversion: published(conversionSchema, 'tutti conversion', 'What `tutti convert --json` prints.'),
  config: published(configSchema, 'tutti config', 'What `tutti config --json` prints.'),
});
