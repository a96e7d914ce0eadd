/** Many simulated runs of one scenario, and what they have in common: times, costs, and how short any schedule could be. */
import { attemptBound } from '../core/analysis/attempt-bound.ts';
import { buildGraph, type Graph, withoutEdgesOf } from '../core/graph.ts';
import type { Plan } from '../core/plan.ts';
import type { Chance } from './chance.ts';
import { coreRunner } from './run-core.ts';
import type { Scenario } from './scenario.ts';
import { busyMs, type SimulatedRun } from './timeline.ts';

/** Half of the samples are below the first, nine of ten below the second. */
export interface Quantiles {
  readonly p50: number;
  readonly p90: number;
}

export interface SampleOptions extends Omit<Chance, 'sample'> {
  /** At least 1. */
  readonly samples: number;
}

export interface Samples {
  readonly samples: number;
  readonly makespanMs: Quantiles;
  /** P50 over the samples: no schedule of the same attempts is shorter, with these slots and pools. */
  readonly boundMs: number;
  /** P50 over the samples: by which share of its own bound a run is longer than that; 0 when it is reached. */
  readonly overBound: number;
  /** P50 over the samples: the same attempts one after the other. */
  readonly workMs: number;
  readonly tokens: Quantiles;
  readonly costUsd: Quantiles;
  /** The mean share of time in which a slot works, 0 to 1. */
  readonly utilisation: number;
  /** The mean number of attempts. */
  readonly sessions: number;
  /** Samples that were paused for lack of budget, and that ended with tasks not done. */
  readonly paused: number;
  readonly incomplete: number;
}

/** @param bounded the plan whose dependencies count for the bound: the scenario's own by default */
export function sampleRuns(scenario: Scenario, options: SampleOptions, bounded = scenario.plan): Samples {
  const { samples, ...chance } = options;
  const run = coreRunner(scenario);
  const bound = boundOf(bounded, scenario.settings);
  const runs: SimulatedRun[] = [];
  for (let sample = 0; sample < samples; sample++) runs.push(run({ ...chance, sample }));
  const ofRuns = (value: (one: SimulatedRun) => number): Quantiles => quantiles(runs.map(value));
  const mean = (value: (one: SimulatedRun) => number): number =>
    runs.reduce((sum, one) => sum + value(one), 0) / samples;
  const count = (outcome: SimulatedRun['outcome']): number =>
    runs.filter((one) => one.outcome === outcome).length;
  return {
    samples,
    makespanMs: ofRuns(({ makespanMs }) => makespanMs),
    boundMs: ofRuns(bound).p50,
    overBound: ofRuns((one) => overBoundOf(one.makespanMs, bound(one))).p50,
    workMs: ofRuns(busyMs).p50,
    tokens: ofRuns(({ spent }) => spent.tokens),
    costUsd: ofRuns(({ spent }) => spent.costUsd),
    utilisation: mean((one) => utilisationOf(one, scenario.settings.slots)),
    sessions: mean(({ attempts }) => attempts.length),
    paused: count('paused'),
    incomplete: count('incomplete'),
  };
}

/** Sums of whole milliseconds may be off the bound by a hair. */
export const overBoundOf = (makespanMs: number, boundMs: number): number =>
  boundMs === 0 || makespanMs <= boundMs * 1.0005 ? 0 : makespanMs / boundMs - 1;

/** The share of time in which a slot works; 0 of a run that takes no time. */
export const utilisationOf = (run: SimulatedRun, slots: number): number =>
  run.makespanMs === 0 ? 0 : busyMs(run) / (slots * run.makespanMs);

export function quantiles(values: readonly number[]): Quantiles {
  const sorted = values.toSorted((a, b) => a - b);
  // Nearest rank: a value that a run really had.
  const at = (share: number): number => sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? 0;
  return { p50: at(0.5), p90: at(0.9) };
}

/** Tasks that are done take no time, and nothing waits for them. */
export function openGraph(plan: Plan): Graph {
  const graph = buildGraph(plan);
  const isDone = (position: number): boolean => plan.tasks[position]?.status === 'done';
  return plan.tasks.some(({ status }) => status === 'done') ? withoutEdgesOf(graph, isDone) : graph;
}

/** A function that gives the lower bound of a run by what its attempts really took: dependencies, slots and pools. */
export function boundOf(
  plan: Plan,
  { slots, pools }: Pick<Scenario['settings'], 'slots' | 'pools'>,
): (run: SimulatedRun) => number {
  const graph = openGraph(plan);
  return ({ attempts }) => {
    const weights = new Float64Array(graph.size);
    for (const { task, startMs, endMs } of attempts) {
      const position = graph.positions.get(task) as number;
      weights[position] = (weights[position] as number) + endMs - startMs;
    }
    return attemptBound(plan, graph, weights, { slots, pools }).makespan;
  };
}
