/** The shapes of `report --json` and `report --compare --json`, for JSON Schema and tests. The documents are made in `view`. */
import * as z from 'zod';
import { taskStatuses } from '../../core/run-state.ts';

const count = z.int().nonnegative();
const ms = z.number().nonnegative();
const time = z.int().describe('Milliseconds since the epoch.');
const usd = z.number().nonnegative();
const share = z.number().min(0).max(1);
const status = z.enum(taskStatuses);

const lines = z
  .strictObject({ files: count, added: count, removed: count })
  .nullable()
  .describe('What merges brought into the target; null where the repository has lost them.');

const head = {
  run: z.string(),
  plan: z.strictObject({ name: z.string(), source: z.string(), format: z.string() }),
  at: time.describe('The time it is the report of.'),
  state: z.enum(['running', 'draining', 'paused', 'ended']),
  outcome: z.enum(['all-done', 'incomplete']).nullable(),
};

const amount = z.strictObject({ used: z.number(), reserved: z.number(), limit: z.number().nullable() });

const step = z.strictObject({ purpose: z.string(), command: z.string(), about: z.string() });

const timeline = z.strictObject({
  schemaVersion: z.literal(1),
  kind: z.literal('timeline'),
  from: time,
  to: time,
  gaps: z
    .array(
      z.strictObject({
        from: time,
        to: time,
        because: z.enum(['not-started', 'paused', 'ended', 'died', 'asleep']),
      }),
    )
    .describe('When nobody was at work.'),
  slots: z.array(z.strictObject({ from: time, slots: z.int().positive() })),
  attempts: z.array(
    z.strictObject({
      task: z.string(),
      attempt: z.string(),
      kind: z.enum(['work', 'repair', 'conflict', 'resolve', 'verify']),
      agent: z.string(),
      slot: count.describe('From 0.'),
      from: time,
      to: time.describe('When it gave its slot back, or the time of the report.'),
      outcome: z.enum(['running', 'passed', 'done', 'failed', 'not-merged', 'cut-off', 'cancelled']),
      reason: z.string().nullable().describe('Of a failure; see docs/ERRORS.md.'),
      doneAt: time.nullable(),
      spans: z.array(
        z.strictObject({
          phase: z.enum(['working', 'gate', 'merge-wait', 'merging']),
          from: time,
          to: time,
        }),
      ),
    }),
  ),
});

const task = z.strictObject({
  id: z.string(),
  title: z.string(),
  module: z.string().nullable(),
  status,
  blockedBy: z.string().nullable(),
  attempts: count,
  sessions: count.describe('Those that count against its allowance.'),
  workMs: ms.describe('In slots, over all attempts.'),
  mergeMs: ms.describe('Waiting for its merge, and being merged.'),
  tookMs: ms.nullable().describe('From its first start to its end.'),
  estimateMs: ms.describe('What one attempt was expected to take.'),
  estimateFrom: z.enum(['plan', 'history', 'commits', 'default']),
  tokens: z.number().nonnegative(),
  costUsd: usd,
  commits: count,
  commit: z.string().nullable(),
  lines,
  failure: z.string().nullable(),
});

const moduleTotals = z.strictObject({
  module: z.string().nullable(),
  tasks: count,
  done: count,
  attempts: count,
  workMs: ms,
  tokens: z.number().nonnegative(),
  costUsd: usd,
  commits: count,
  lines,
});

export const reportSchema = z.strictObject({
  schemaVersion: z.literal(1),
  kind: z.literal('report'),
  ...head,
  live: z.boolean().describe('Whether an engine is at work on it.'),
  reason: z.string().describe('Why it is paused; else empty.'),
  target: z.strictObject({ branch: z.string(), base: z.string(), commit: z.string() }),
  counts: z.strictObject({
    ...{ waiting: count, ready: count, running: count, verifying: count, integrating: count, done: count },
    ...{ needsAttention: count, needsReview: count, blocked: count, cancelled: count, skipped: count },
  }),
  time: z
    .strictObject({ startedAt: time, endedAt: time.nullable(), elapsedMs: ms, activeMs: ms })
    .describe('`activeMs` is without pauses, dead engines and sleep; all other durations are of that kind.'),
  slots: z.strictObject({ limit: count, average: z.number().nonnegative(), utilisation: share }),
  attempts: count,
  speedup: z.strictObject({
    sequentialMs: ms.describe('All attempts, one after the other.'),
    overSequential: z.number().nonnegative().nullable(),
    boundMs: ms.describe(
      'No schedule of the same attempts is shorter, with these dependencies, slots and pools.',
    ),
    criticalPathMs: ms,
    sharedWorkMs: ms,
    criticalPath: z.array(z.string()),
    overBound: z.number().nonnegative().nullable(),
  }),
  pace: z.strictObject({
    commitsPerHour: z.number().nonnegative().nullable(),
    tasksPerDay: z.number().nonnegative().nullable(),
  }),
  tries: z
    .strictObject({ judged: count, firstTry: count, retried: count, notDone: count })
    .describe('`judged` is the sum of the others.'),
  commits: z.strictObject({ made: count, merged: count }),
  merges: z.strictObject({ count, lines }),
  tokens: z.strictObject({
    counted: z.number().nonnegative().describe('As the budget counts them.'),
    input: z.number().nonnegative(),
    output: z.number().nonnegative(),
    cacheRead: z.number().nonnegative(),
    orchestrator: z.literal(0).describe('What tutti itself used.'),
  }),
  costUsd: usd,
  budget: z.strictObject({ tokens: amount, cost: amount }),
  estimates: z
    .strictObject({ attempts: count, held: count, ratio: z.number().nonnegative() })
    .describe(
      'Attempts that were measured, those within their P90, and the median of real over estimated duration.',
    ),
  gate: z.strictObject({
    steps: z.array(
      z.strictObject({
        name: z.string(),
        counts: z.boolean().nullable().describe('False: it has never passed on the target.'),
      }),
    ),
  }),
  modules: z.array(moduleTotals).describe('Empty when no task names one.'),
  tasks: z.array(task).describe('In plan order.'),
  attention: z.array(
    z.strictObject({
      task: z.string(),
      title: z.string(),
      status: z.enum(['needs-attention', 'needs-review']),
      why: z.string(),
      branch: z.string().nullable(),
      workspace: z.string().nullable(),
      steps: z.array(step),
    }),
  ),
  next: z.array(step),
  timeline,
});

const pair = <Value extends z.ZodType>(value: Value) => z.tuple([value, value]);

export const comparisonSchema = z.strictObject({
  schemaVersion: z.literal(1),
  kind: z.literal('report-comparison'),
  runs: pair(z.strictObject(head)),
  samePlan: z.boolean().describe('Both have the same tasks of a plan of the same name.'),
  onlyIn: pair(count).describe('Tasks that only one of the two has.'),
  measures: z.array(
    z.strictObject({
      key: z.string(),
      name: z.string(),
      unit: z.enum(['ms', 'count', 'share', 'factor', 'tokens', 'usd']),
      values: pair(z.number().nullable()),
      difference: z.number().nullable().describe('The first less the second.'),
    }),
  ),
  tasks: z.array(
    z.strictObject({
      id: z.string(),
      title: z.string(),
      status: pair(status),
      attempts: pair(count),
      workMs: pair(ms),
      tokens: pair(z.number()),
      differenceMs: z.number(),
    }),
  ),
});

/** The JSON Schemas that the package publishes, by the names of their files. */
export const reportJsonSchemas = (): Readonly<Record<string, unknown>> => ({
  'report.schema.json': {
    ...z.toJSONSchema(reportSchema),
    title: 'tutti report',
    description: 'What `tutti report --json` prints.',
  },
  'report-comparison.schema.json': {
    ...z.toJSONSchema(comparisonSchema),
    title: 'tutti report comparison',
    description: 'What `tutti report --compare RUN --json` prints.',
  },
});
