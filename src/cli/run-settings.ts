/** What the configuration means for a run of a plan: its scheduling settings, and what of them the plan cannot keep. */
import type { AgentConfig, Config } from '../config/schema.ts';
import { plannedEstimate, type TaskEstimate } from '../core/estimate.ts';
import type { AttemptRecord } from '../core/estimates/attempt-record.ts';
import { learnEstimates } from '../core/estimates/learned-estimates.ts';
import type { Plan, Task } from '../core/plan.ts';
import { USUAL_PRICE } from '../core/policy/budget.ts';
import { routeOf } from '../core/policy/routing.ts';
import { type Problem, problem } from '../core/problem.ts';
import type { Price, RunSettings } from '../core/settings.ts';

/** Origin A's caution (SPEC §4): what `--conservative` means. */
export const conservativeProfile = { slots: 2, schedule: 'barrier', leastTokens: 50_000 } as const;

/** What of the profile a command line fills in; without `--conservative` only what it gives. */
export interface Profiled {
  readonly slots?: number;
  readonly schedule?: string;
  readonly conservative?: boolean;
}

/** `--conservative` fills in what was not given. */
export function withProfile({
  slots,
  schedule,
  conservative = false,
}: Profiled): Pick<Profiled, 'slots' | 'schedule'> {
  const filled = {
    slots: slots ?? (conservative ? conservativeProfile.slots : undefined),
    schedule: schedule ?? (conservative ? conservativeProfile.schedule : undefined),
  };
  return {
    ...(filled.slots === undefined ? {} : { slots: filled.slots }),
    ...(filled.schedule === undefined ? {} : { schedule: filled.schedule }),
  };
}

type Scheduling = Pick<
  RunSettings,
  | 'slots'
  | 'schedule'
  | 'waveThreshold'
  | 'order'
  | 'conflicts'
  | 'pools'
  | 'budget'
  | 'prices'
  | 'agent'
  | 'routing'
  | 'agentLimits'
>;

/** @param planningTokens the budget that is stated beside the plan: it counts when none is configured */
export const schedulingOf = (config: Config, plan: Plan, planningTokens: number | null): Scheduling => ({
  slots: config.slots,
  schedule: config.schedule,
  waveThreshold: config.waveThreshold,
  order: config.order,
  conflicts: config.conflicts,
  pools: { ...plan.pools, ...config.pools },
  budget: {
    tokens: config.budgetTokens ?? (config.budgetCost === undefined ? planningTokens : null),
    costUsd: config.budgetCost ?? null,
    cacheWeight: config.cacheWeight,
    overrun: config.overrun ?? null,
  },
  prices: pricesByAgent(config),
  agent: config.agent ?? 'command',
  routing: config.routing,
  agentLimits: limitsByAgent(config),
});

const limitsByAgent = ({ agents }: Pick<Config, 'agents'>): Readonly<Record<string, number>> =>
  Object.fromEntries(
    Object.entries(agents).flatMap(([name, { limit }]) =>
      limit === undefined ? [] : [[name, limit] as const],
    ),
  );

/** A price stands under the name of a model, or of the agent itself. */
export function pricesByAgent({
  agents,
  prices,
}: Pick<Config, 'agents' | 'prices'>): Readonly<Record<string, Price>> {
  const priceOf = (name: string, agent: AgentConfig | undefined): Price | undefined =>
    own(prices, agent?.model ?? name) ?? own(prices, name);
  const names = new Set([...Object.keys(agents), ...Object.keys(prices)]);
  return Object.fromEntries(
    [...names].flatMap((name) => {
      const price = priceOf(name, own(agents, name));
      return price === undefined ? [] : [[name, price] as const];
    }),
  );
}

const own = <Value>(record: Readonly<Record<string, Value>>, key: string): Value | undefined =>
  Object.hasOwn(record, key) ? record[key] : undefined;

/** A task that asks for more of a pool than there is would never start. */
export function poolProblems(pools: Readonly<Record<string, number>>, plan: Plan): Problem[] {
  return plan.tasks.flatMap(({ id, pools: demands, location }) =>
    Object.entries(demands).flatMap(([pool, units]) => {
      const size = own(pools, pool) ?? 1;
      if (units <= size) return [];
      const message = `${id} needs ${units} of pool ${pool}, which has ${size}`;
      const fix = `Set \`pools: { ${pool}: ${units} }\` in tutti.yaml, or let it ask for less.`;
      return [problem('invalid-value', message, fix, { location, tasks: [id] })];
    }),
  );
}

/** Of what an agent reads and writes, about a fifth is written: the rest is context. */
const WRITTEN_SHARE = 0.2;
const TOKENS_PER_PRICE = 1_000_000;

/** What each task is expected to take, in plan order. @param history what earlier attempts here took */
export const estimatesOf = (
  plan: Plan,
  settings: Pick<RunSettings, 'prices' | 'agent' | 'routing'>,
  history: readonly AttemptRecord[],
): TaskEstimate[] =>
  learnEstimates(
    plan.tasks.map((task) => {
      const { agent, model = agent } = routeOf(task, settings);
      const price = own(settings.prices, model) ?? own(settings.prices, agent);
      return { task, agent, prior: pricedEstimate(task, price) };
    }),
    history,
  );

/** What the plan says, and what its tokens cost. */
function pricedEstimate(task: Task, price: Price | undefined): TaskEstimate {
  const estimate = plannedEstimate(task);
  const perMillion =
    price === undefined ? USUAL_PRICE : (1 - WRITTEN_SHARE) * price.input + WRITTEN_SHARE * price.output;
  return { ...estimate, costUsd: (estimate.tokens * perMillion) / TOKENS_PER_PRICE };
}

/** Whoever gives a command wants it run, whatever agent the configuration chooses. */
export const agentFor = (command: string | undefined): string | undefined =>
  command === undefined ? undefined : 'command';

/** Whoever names an agent or a command on the command line wants that one, whatever rules the configuration has. */
export const withoutRouting = (agent: string | undefined): { readonly routing?: readonly [] } =>
  agent === undefined ? {} : { routing: [] };

/** The same, but never less set aside for an attempt of an agent than a cautious run does. */
export const conservatively = (estimates: readonly TaskEstimate[]): TaskEstimate[] =>
  estimates.map((estimate) => ({
    ...estimate,
    reservedTokens: estimate.tokens === 0 ? 0 : Math.max(estimate.tokens, conservativeProfile.leastTokens),
  }));
