/** Settings from environment variables, origin B's among them. */
import type { RawLayer } from './layer.ts';

type Environment = Readonly<Record<string, string | undefined>>;

const variables: Readonly<Record<string, string>> = {
  MAX_PARALLEL_TASKS: 'slots',
  MAX_TASK_RETRIES: 'retries',
  WAVE_THRESHOLD: 'waveThreshold',
  MERGE_STRATEGY: 'mergeStrategy',
  DASHBOARD_REFRESH: 'dashboardRefresh',
  MAX_CI_RETRIES: 'ciRetries',
  AUTO_CREATE_PR: 'integration',
  TUTTI_AGENT: 'agent',
  TUTTI_TARGET: 'target',
  TUTTI_ORDER: 'order',
  TUTTI_TIMEOUT: 'timeout',
  TUTTI_STALL: 'stall',
  TUTTI_CONFIRM: 'confirm',
  TUTTI_PROGRESS_EVERY: 'progressEvery',
  TUTTI_STATE_DIR: 'stateDir',
  TUTTI_WORKTREES: 'worktrees',
};

/** The setting that a variable sets; undefined for one that sets nothing. */
export const settingOf = (variable: string): string | undefined =>
  Object.hasOwn(variables, variable) ? variables[variable] : undefined;

/** The layer of variables that are set; an empty one counts as not set. */
export function environmentLayer(env: Environment, folder: string): RawLayer {
  const set = Object.entries(variables).filter(([variable]) => env[variable]);
  const variableOf = (key: unknown): string => set.find(([, name]) => name === key)?.[0] ?? String(key);
  return {
    values: Object.fromEntries(set.map(([variable, key]) => [key, givenValue(variable, env[variable])])),
    folder,
    originOf: ([key]) => ({ source: 'environment', name: variableOf(key) }),
    originOfKey: (_path, key) => ({ source: 'environment', name: variableOf(key) }),
  };
}

/** What origin B says with yes or no is a choice between two ways of integrating here. */
function givenValue(variable: string, value: string | undefined): string | undefined {
  if (variable !== 'AUTO_CREATE_PR') return value;
  return value === 'true' ? 'github' : value === 'false' ? 'local' : value;
}
