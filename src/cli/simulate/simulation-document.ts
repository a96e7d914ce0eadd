/** A simulation as the document of SPEC §12. Its shape is in `simulation-schema`. */
import type { Samples } from '../../simulation/simulate.ts';
import type { Simulation, Variant } from './simulation.ts';
import type { SimulationDocument } from './simulation-schema.ts';
import { speedupOf } from './simulation-text.ts';

type Result = SimulationDocument['comparison'][number];

export function simulationDocument(simulation: Simulation): SimulationDocument {
  const { scenario, bounded, seed, failureRate, samples, run, runBoundMs, critical, groups } = simulation;
  const { slots, schedule, order } = scenario.settings;
  const { source, format, name } = scenario.plan;
  return {
    schemaVersion: 1,
    kind: 'simulation',
    plan: { source, format, name, tasks: bounded.tasks.length + simulation.leftOut.length },
    seed,
    ...resultOf({ slots, schedule, order, failureRate, samples }),
    medians: {
      makespan: inSeconds(run.makespanMs),
      lowerBound: inSeconds(runBoundMs),
      outcome: run.outcome,
      reason: run.reason,
      narrowed: run.narrowedMs === null ? null : inSeconds(run.narrowedMs),
    },
    tasks: tasksOf(simulation),
    attempts: run.attempts.map(({ task, attempt, slot, startMs, endMs, succeeded }) => ({
      ...{ task, attempt, slot },
      start: inSeconds(startMs),
      end: inSeconds(endMs),
      outcome: succeeded ? 'succeeded' : 'failed',
    })),
    criticalPath: { tasks: [...critical.tasks], length: inSeconds(critical.lengthMs) },
    edges: simulation.edges.map(({ task, dependency, savedMs }) => ({
      ...{ task, dependency },
      saved: inSeconds(savedMs),
    })),
    dropped: [...simulation.dropped],
    groups: groups === null ? null : groups.map((group) => [...group]),
    leftOut: [...simulation.leftOut],
    comparison: simulation.comparison.map(resultOf),
    notes: [...simulation.notes],
  };
}

const inSeconds = (ms: number): number => ms / 1000;

function resultOf(
  variant: Pick<Variant, 'slots' | 'schedule' | 'order' | 'failureRate' | 'samples'>,
): Result {
  const { slots, schedule, order, failureRate, samples } = variant;
  const { makespanMs, boundMs, workMs, tokens, costUsd } = samples;
  return {
    ...{ slots, schedule, order },
    failures: Math.round(failureRate * 1e8) / 1e6,
    runs: samples.samples,
    makespan: {
      p50: inSeconds(makespanMs.p50),
      p90: inSeconds(makespanMs.p90),
      lowerBound: inSeconds(boundMs),
    },
    sequential: inSeconds(workMs),
    saved: inSeconds(workMs - makespanMs.p50),
    speedup: speedupOf(samples),
    utilisation: shareOf(samples),
    sessions: samples.sessions,
    tokens: tokens.p50,
    tokensP90: tokens.p90,
    cost: costUsd.p50,
    costP90: costUsd.p90,
    paused: samples.paused,
    incomplete: samples.incomplete,
  };
}

/** A mean of fractions may be a hair above the whole. */
const shareOf = ({ utilisation }: Samples): number => Math.min(1, utilisation);

/** Tasks that ran, in plan order. */
function tasksOf({ run, scenario }: Simulation): SimulationDocument['tasks'] {
  const attempts = Map.groupBy(run.attempts, ({ task }) => task);
  return scenario.plan.tasks.flatMap(({ id }) => {
    const own = attempts.get(id) ?? [];
    const [first, last] = [own[0], own.at(-1)];
    if (first === undefined || last === undefined) return [];
    return [{ id, start: inSeconds(first.startMs), end: inSeconds(last.endMs), slot: last.slot }];
  });
}
