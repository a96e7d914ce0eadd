/** The shape of `simulate --json` (SPEC §12) for JSON Schema and tests. The document itself is made in `simulation-document`. */
import * as z from 'zod';
import { orders, schedules } from '../../core/settings.ts';

const ids = z.array(z.string());
const count = z.int().nonnegative();
const seconds = z.number().nonnegative();
const edge = { task: z.string(), dependency: z.string() };

/** What is told of a set of runs, the first and those of the comparison. */
const result = {
  slots: z.int().positive(),
  schedule: z.enum(schedules),
  order: z.enum(orders),
  failures: z
    .number()
    .min(0)
    .max(100)
    .describe('Percent of the attempts whose gate fails: as a run expects it, or as --failures says.'),
  runs: z.int().positive().describe('Number of runs with durations drawn around the estimates.'),
  makespan: z
    .strictObject({ p50: seconds, p90: seconds, lowerBound: seconds })
    .describe(
      'The bound is the P50 over the bounds of the runs, each by its own durations: dependencies, slots and pools allow no run of them to be shorter.',
    ),
  sequential: seconds.describe('P50 of one attempt after the other.'),
  saved: z.number().describe('sequential less makespan.p50.'),
  speedup: z.number().nonnegative(),
  utilisation: z.number().min(0).max(1).describe('The mean share of time in which a slot works.'),
  sessions: z.number().nonnegative().describe('The mean number of attempts.'),
  tokens: z.number().nonnegative().describe('P50.'),
  tokensP90: z.number().nonnegative(),
  cost: z.number().nonnegative().describe('P50, in US dollars.'),
  costP90: z.number().nonnegative(),
  paused: count.describe('Runs that pause because the budget is used up; their times are up to there.'),
  incomplete: count.describe('Runs that end with tasks whose attempts are used up.'),
};

export const simulationSchema = z.strictObject({
  schemaVersion: z.literal(1),
  kind: z.literal('simulation'),
  plan: z.strictObject({
    source: z.string(),
    format: z.string(),
    name: z.string(),
    tasks: count,
  }),
  seed: count,
  ...result,
  medians: z
    .strictObject({
      makespan: seconds,
      lowerBound: seconds,
      outcome: z.enum(['all-done', 'incomplete', 'paused']),
      reason: z.string().describe('Why it pauses; else empty.'),
      narrowed: seconds.nullable().describe('When slots first stay empty for lack of budget.'),
    })
    .describe(
      'One run in which every attempt takes as long as estimated, and fails only where --failures was given. `tasks` and `attempts` are of this run.',
    ),
  tasks: z.array(
    z.strictObject({
      id: z.string(),
      start: seconds,
      end: seconds.describe('Of its last attempt.'),
      slot: count.describe('Of its last attempt, from 0.'),
    }),
  ),
  attempts: z.array(
    z.strictObject({
      task: z.string(),
      attempt: z.string(),
      slot: count,
      start: seconds,
      end: seconds,
      outcome: z.enum(['succeeded', 'failed']),
    }),
  ),
  criticalPath: z.strictObject({ tasks: ids, length: seconds }),
  edges: z
    .array(z.strictObject({ ...edge, saved: seconds }))
    .describe(
      'Dependencies of the critical path without which the run at the medians would be shorter; the best first.',
    ),
  dropped: z.array(z.strictObject(edge)).describe('What --drop-edge left out.'),
  groups: z.array(ids).nullable().describe('What --groups asked for.'),
  leftOut: ids.describe('Tasks that are in no group.'),
  comparison: z.array(z.strictObject(result)),
  notes: z.array(z.string()).describe('What is assumed where plan and configuration are silent.'),
});

export type SimulationDocument = z.infer<typeof simulationSchema>;

/** The JSON Schema that the package publishes. */
export function simulationJsonSchema(): Record<string, unknown> {
  return {
    ...z.toJSONSchema(simulationSchema),
    title: 'tutti simulation',
    description: 'What `tutti simulate --json` prints. Times are in seconds from the beginning of the run.',
  };
}
