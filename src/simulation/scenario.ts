/** What is simulated: a plan under settings, with what its tasks are expected to take. Runs nothing. */
import type { TaskEstimate } from '../core/estimate.ts';
import type { Event, EventBody, OrderFound, RunCreated } from '../core/event.ts';
import { commit, type Plan, runId } from '../core/plan.ts';
import type { RunSettings } from '../core/settings.ts';

export interface Scenario {
  readonly plan: Plan;
  /** Of each task, in plan order. */
  readonly estimates: readonly TaskEstimate[];
  readonly settings: Pick<
    RunSettings,
    'slots' | 'schedule' | 'waveThreshold' | 'order' | 'conflicts' | 'pools' | 'budget' | 'retries'
  > &
    Partial<Pick<RunSettings, 'agent' | 'routing' | 'agentLimits'>>;
  /** How long a task takes from its verified branch into the target, in milliseconds. */
  readonly integrationMs: number;
  /** The order that a search has found, as its event tells it. */
  readonly found?: Omit<OrderFound, 'type'>;
}

/** The first event of the simulated run, at time 0. */
export function createdEvent({ plan, estimates, settings }: Scenario): Event & RunCreated {
  return {
    seq: 1,
    at: 0,
    type: 'run-created',
    run: runId('simulated'),
    // Who does a task by hand is taken to be there when it is ready.
    plan: { ...plan, tasks: plan.tasks.map((task) => ({ ...task, autonomous: true })) },
    branches: plan.tasks.map(({ id }) => id),
    estimates,
    settings: {
      target: 'simulated',
      base: commit('base'),
      agent: 'simulated',
      ...settings,
      // What an attempt costs is told by the attempt.
      prices: {},
      gate: [],
      branchTemplate: '{id}',
      timeoutMs: Number.MAX_SAFE_INTEGER,
      stallMs: Number.MAX_SAFE_INTEGER,
      cwd: '/',
      land: false,
    },
  };
}

/** What the engine is told at its start. */
export const openingOf = ({ plan, found }: Pick<Scenario, 'plan' | 'found'>): EventBody[] => [
  ...plan.tasks
    .filter(({ status }) => status === 'done')
    .map(({ id }): EventBody => ({ type: 'task-skipped', task: id, because: 'done-in-source' })),
  ...(found === undefined ? [] : [{ type: 'order-found' as const, ...found }]),
];
