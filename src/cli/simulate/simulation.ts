/** Everything that one call of `simulate` finds out: a run to look at, many runs, comparisons, advice. Prints nothing. */
import type { Plan, TaskId } from '../../core/plan.ts';
import type { Order, Schedule } from '../../core/settings.ts';
import { criticalTasks, type EdgeSaving, edgeSavings } from '../../simulation/edge-savings.ts';
import { withFoundOrder } from '../../simulation/found-order.ts';
import { runEngine } from '../../simulation/run-engine.ts';
import type { Scenario } from '../../simulation/scenario.ts';
import { boundOf, type Samples, sampleRuns } from '../../simulation/simulate.ts';
import type { SimulatedRun } from '../../simulation/timeline.ts';
import { percent } from '../assumption-text.ts';
import type { Change, Edge } from './what-if.ts';

export interface SimulationRequest {
  readonly scenario: Scenario;
  /** The plan whose dependencies count for the lower bound: without the groups that somebody wished for. */
  readonly bounded: Plan;
  readonly seed: number;
  /** Undefined: as many as take no long time. */
  readonly samples: number | undefined;
  /** 0 to 1. */
  readonly failureRate: number;
  /** It is what a run expects, not what somebody asked for: what fails is repaired, and nothing fails as estimated. */
  readonly isFailureExpected: boolean;
  readonly changes: readonly Change[];
  readonly dropped: readonly Edge[];
  readonly groups: readonly (readonly TaskId[])[] | null;
  /** Open tasks that no group names. */
  readonly leftOut: readonly TaskId[];
  /** What the reader should know of the assumptions, as sentences. */
  readonly notes: readonly string[];
}

/** One row of a comparison. */
export interface Variant {
  readonly slots: number;
  readonly schedule: Schedule;
  readonly order: Order;
  readonly failureRate: number;
  readonly isFailureExpected: boolean;
  /** It is what was asked about in the first place. */
  readonly isBase: boolean;
  /** What distinguishes it, as `slots 4`. */
  readonly label: string;
  readonly samples: Samples;
}

export interface Simulation extends Omit<SimulationRequest, 'samples' | 'changes'> {
  /** Through the engine, every duration at its median. */
  readonly run: SimulatedRun;
  readonly runBoundMs: number;
  readonly samples: Samples;
  readonly critical: { readonly tasks: readonly TaskId[]; readonly lengthMs: number };
  readonly edges: readonly EdgeSaving[];
  readonly comparison: readonly Variant[];
}

const MOST_EDGES = 5;
/** Usual numbers of samples, the largest first. */
const SAMPLES = [200, 100, 50, 20, 10, 5] as const;
/** Tasks that are simulated in all before fewer samples have to do. */
const TASKS_OF_RESULT = 100_000;
const TASKS_OF_COMPARISON = 90_000;

/** @param tell is told what goes on, for who waits */
export async function simulate(
  request: SimulationRequest,
  tell: (what: string) => void,
): Promise<Simulation> {
  const { bounded, seed, failureRate, isFailureExpected, changes } = request;
  const scenario = withFoundOrder(request.scenario);
  const open = Math.max(1, scenario.plan.tasks.filter(({ status }) => status !== 'done').length);
  const affordable = (tasks: number): number =>
    SAMPLES.find((count) => count * open <= tasks) ?? (SAMPLES.at(-1) as number);
  const samples = request.samples ?? affordable(TASKS_OF_RESULT);
  const chance = { seed, failureRate, lastSucceeds: isFailureExpected };
  const told = isFailureExpected ? 0 : failureRate;
  const run = await runEngine(scenario, { seed, failureRate: told, sample: null });
  const runBoundMs = boundOf(bounded, scenario.settings)(run);
  tell('samples');
  const result = sampleRuns(scenario, { ...chance, samples }, bounded);
  const rows = distinct(changes, request);
  const count =
    request.samples ?? Math.min(samples, affordable(TASKS_OF_COMPARISON / Math.max(1, rows.length)));
  const comparison = rows.map(({ settings, ...row }): Variant => {
    tell(row.label);
    const { slots, schedule, order } = settings;
    const isKnown = row.isBase && count === samples;
    return {
      ...row,
      ...{ slots, schedule, order },
      samples: isKnown
        ? result
        : sampleRuns(
            withFoundOrder({ ...request.scenario, settings }),
            { seed, samples: count, failureRate: row.failureRate, lastSucceeds: row.isFailureExpected },
            bounded,
          ),
    };
  });
  const { dropped, groups, leftOut, notes } = request;
  tell('dependencies');
  return {
    ...{ scenario, bounded, seed, failureRate, isFailureExpected, dropped, groups, leftOut, notes },
    run,
    runBoundMs,
    samples: result,
    // By the plan's own dependencies, which are the same tasks.
    critical: criticalTasks({ plan: bounded, estimates: scenario.estimates }),
    // Groups are somebody's wish: that they cost something is no news. Of half a run nothing can be told.
    edges: groups === null && run.outcome !== 'paused' ? edgeSavings(scenario, MOST_EDGES) : [],
    comparison,
  };
}

interface Row extends Pick<Variant, 'label' | 'isBase' | 'failureRate' | 'isFailureExpected'> {
  readonly settings: Scenario['settings'];
}

/** A row for each change; what stays as it is is in there once. */
function distinct(
  changes: readonly Change[],
  { scenario: { settings }, failureRate, isFailureExpected }: SimulationRequest,
): Row[] {
  let isBaseThere = false;
  return changes.flatMap((change): Row[] => {
    const { failureRate: rate = failureRate, ...rest }: Partial<Change & { failureRate: number }> = change;
    const changed = { ...settings, ...rest };
    const isExpected = isFailureExpected && !('failureRate' in change);
    const isBase =
      rate === failureRate &&
      isExpected === isFailureExpected &&
      changed.slots === settings.slots &&
      changed.schedule === settings.schedule &&
      changed.order === settings.order;
    if (isBase && isBaseThere) return [];
    isBaseThere ||= isBase;
    return [
      {
        ...{ settings: changed, failureRate: rate, isFailureExpected: isExpected },
        ...{ isBase, label: labelOf(change) },
      },
    ];
  });
}

function labelOf(change: Change): string {
  if ('slots' in change) return change.slots === 1 ? '1 slot' : `${change.slots} slots`;
  if ('schedule' in change) return `schedule ${change.schedule}`;
  if ('order' in change) return `order ${change.order}`;
  return `${percent(change.failureRate)} failures`;
}
