/** Every setting with its value in force as `config list` shows it: under the name and in the words of the file. */
import { stringify } from 'yaml';
import { formatDuration } from '../core/duration.ts';
import type { Origin } from './layer.ts';
import type { Config } from './schema.ts';
import type { LoadedConfig } from './sources.ts';

export interface Setting {
  /** As `config get` takes it: `slots`, `limits.maxParallel`, `agents.mine`. */
  readonly key: string;
  /** As the file would write it; null when it is not set and has no default. */
  readonly value: unknown;
  readonly origin: Origin;
  /** Why it changes nothing, or not all that it says; null for a setting that acts. */
  readonly inert: string | null;
}

/** Accepted and checked, but what would act on them does not exist yet. */
const inert: Readonly<Record<string, string>> = {
  integration: 'no pull requests yet',
  mergeStrategy: 'always independent yet',
  dashboardRefresh: 'nothing has to be asked yet',
  ciRetries: 'no pull requests yet',
};

/** In the order of the documentation. */
const readers: Readonly<Record<string, (config: Config) => unknown>> = {
  agent: ({ agent }) => agent,
  routing: ({ routing }) => (routing.length === 0 ? undefined : routing.map(ruleAsWritten)),
  sandbox: ({ sandbox }) => sandbox,
  gate: ({ gate }) => gate.map(stepAsWritten),
  env: ({ env }) => env,
  setup: ({ setup }) => setup,
  copy: ({ copy }) => copy,
  link: ({ link }) => link,
  prompt: ({ prompt }) => prompt,
  slots: ({ slots }) => slots,
  'limits.maxParallel': ({ maxParallel }) => maxParallel,
  retries: ({ retries }) => retries,
  schedule: ({ schedule }) => schedule,
  order: ({ order }) => order,
  'order.searchMs': ({ searchMs }) => searchMs,
  conflicts: ({ conflicts }) => conflicts,
  pools: ({ pools }) => (Object.keys(pools).length === 0 ? undefined : pools),
  target: ({ target }) => target,
  branch: ({ branch }) => branch,
  timeout: ({ timeoutMs }) => formatDuration(timeoutMs),
  stall: ({ stallMs }) => formatDuration(stallMs),
  confirm: ({ confirm }) => confirm,
  progressEvery: ({ progressEvery }) => progressEvery,
  land: ({ land }) => land,
  notify: ({ notify }) => notify,
  'budget.tokens': ({ budgetTokens }) => budgetTokens,
  'budget.cost': ({ budgetCost }) => budgetCost,
  'budget.cacheWeight': ({ cacheWeight }) => cacheWeight,
  'budget.overrun': ({ overrun }) => overrun,
  prices: ({ prices }) => (Object.keys(prices).length === 0 ? undefined : prices),
  integration: ({ integration }) => integration,
  mergeStrategy: ({ mergeStrategy }) => mergeStrategy,
  waveThreshold: ({ waveThreshold }) => waveThreshold,
  dashboardRefresh: ({ dashboardRefresh }) => dashboardRefresh,
  ciRetries: ({ ciRetries }) => ciRetries,
  stateDir: ({ stateDir }) => stateDir,
  worktrees: ({ worktrees }) => worktrees,
};

/** Keys of all settings but single agents. */
export const settingKeys: readonly string[] = Object.keys(readers);

/** @param loaded without errors, else there is nothing in force and the list is empty */
export function listSettings({
  config,
  origins,
}: Pick<LoadedConfig, 'config' | 'origins'>): readonly Setting[] {
  if (config === undefined) return [];
  const setting = (key: string, value: unknown): Setting => ({
    key,
    value: value ?? null,
    origin: origins[key] ?? { source: 'default' },
    inert: inert[key] ?? null,
  });
  return [
    ...Object.entries(readers).map(([key, read]) => setting(key, read(config))),
    ...Object.entries(config.agents).map(([name, agent]) => setting(`agents.${name}`, agent)),
  ];
}

/** A value on one line, as YAML; text without quotes where YAML needs none. Empty when there is none. */
export function valueText(value: unknown): string {
  if (value === null || value === undefined) return '';
  if (typeof value === 'string') return value;
  return stringify(value, { collectionStyle: 'flow', flowCollectionPadding: false, lineWidth: 0 }).trimEnd();
}

const ruleAsWritten = ({ labels, modules, sizes, ...rest }: Config['routing'][number]): unknown => ({
  ...(labels === undefined ? {} : { label: labels }),
  ...(modules === undefined ? {} : { module: modules }),
  ...(sizes === undefined ? {} : { size: sizes }),
  ...rest,
});

const stepAsWritten = ({ name, run, timeoutMs }: Config['gate'][number]): unknown =>
  timeoutMs === undefined && name === run
    ? run
    : { name, run, ...(timeoutMs === undefined ? {} : { timeout: formatDuration(timeoutMs) }) };
