/** The shape of `analyze --json` (SPEC §12) for JSON Schema and tests. The document itself is made in `core/analysis/analyse`. */
import * as z from 'zod';
import { problemSchema } from './document-schemas.ts';

const ids = z.array(z.string());
const count = z.int().nonnegative();
const time = z.number().nonnegative();

const task = z.strictObject({
  id: z.string(),
  title: z.string(),
  wave: count.nullable().describe('Dependency level from 0; null when the plan has a cycle.'),
  dependsOn: ids,
  dependencyReasons: z
    .record(z.string(), z.string())
    .optional()
    .describe('Why each inferred dependency is there, by its id; absent when the source states all of them.'),
  unlocks: count.describe('Number of direct dependents.'),
  downstream: count.nullable().describe('Number of all dependents; null above 5,000 tasks unless --full.'),
  slack: time
    .nullable()
    .describe('In the unit of criticalPath; null when the task is done or the plan has a cycle.'),
  status: z.enum(['todo', 'done']),
  file: z.string(),
  line: count,
});

export const analysisSchema = z.strictObject({
  schemaVersion: z.literal(1),
  kind: z.literal('analysis'),
  plan: z.strictObject({
    source: z.string(),
    format: z.string(),
    name: z.string(),
    tasks: count,
    dependencies: count,
    found: z.string().optional().describe('What made it a plan of this format.'),
    alsoFound: z
      .array(z.strictObject({ format: z.string(), path: z.string(), found: z.string() }))
      .optional()
      .describe('Other plans beside it, which were not read.'),
  }),
  tasks: z.array(task),
  waves: z.array(ids).nullable().describe('In plan order; null when the plan has a cycle.'),
  maxParallelism: count
    .nullable()
    .describe('Peak of earliest starts. Here and below, only what is not done counts.'),
  ready: ids,
  criticalPath: z
    .strictObject({ tasks: ids, length: time, unit: z.enum(['tasks', 'seconds']) })
    .nullable()
    .describe('Null when the plan has a cycle.'),
  bounds: z
    .strictObject({ slots: z.int().positive(), criticalPath: time, work: time, makespan: time })
    .nullable()
    .describe('Lower bounds: the critical path, all work divided by the slots, and the larger of the two.'),
  speedup: z.array(z.strictObject({ slots: z.int().positive(), makespan: time })),
  overlaps: z.array(z.strictObject({ tasks: z.tuple([z.string(), z.string()]), files: ids })),
  redundant: z.array(z.strictObject({ task: z.string(), dependency: z.string(), via: z.string() })),
  diagnostics: z.array(problemSchema),
  truncated: z.literal(true).optional().describe('Pairs of tasks were not, or not all, looked at.'),
});

/** The JSON Schema that the package publishes. */
export function analysisJsonSchema(): Record<string, unknown> {
  return {
    ...z.toJSONSchema(analysisSchema),
    title: 'tutti analysis',
    description: 'What `tutti analyze --json` prints.',
  };
}
