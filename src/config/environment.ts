/** Settings from environment variables, origin B's among them. */
import { type Problem, problem } from '../core/problem.ts';
import type { RawLayer } from './layer.ts';

type Environment = Readonly<Record<string, string | undefined>>;

const variables: Readonly<Record<string, string>> = {
  MAX_PARALLEL_TASKS: 'slots',
  MAX_TASK_RETRIES: 'retries',
  TUTTI_AGENT: 'agent',
  TUTTI_TARGET: 'target',
  TUTTI_ORDER: 'order',
  TUTTI_TIMEOUT: 'timeout',
  TUTTI_STALL: 'stall',
  TUTTI_CONFIRM: 'confirm',
  TUTTI_STATE_DIR: 'stateDir',
  TUTTI_WORKTREES: 'worktrees',
};

/** The layer of variables that are set; an empty one counts as not set. */
export function environmentLayer(env: Environment, folder: string): RawLayer {
  const set = Object.entries(variables).filter(([variable]) => env[variable]);
  const variableOf = (key: unknown): string => set.find(([, name]) => name === key)?.[0] ?? String(key);
  return {
    values: Object.fromEntries(set.map(([variable, key]) => [key, env[variable]])),
    folder,
    originOf: ([key]) => ({ source: 'environment', name: variableOf(key) }),
    originOfKey: (_path, key) => ({ source: 'environment', name: variableOf(key) }),
  };
}

/** Warnings about variables of origin B that ask for what this version does not do. */
export function laterVariables(env: Environment): readonly Problem[] {
  const strategy = env.MERGE_STRATEGY;
  const found = [
    ...(env.AUTO_CREATE_PR === 'true' ? ['AUTO_CREATE_PR=true (pull requests)'] : []),
    ...(strategy && strategy !== 'independent' ? [`MERGE_STRATEGY=${strategy.slice(0, 40)}`] : []),
  ];
  return found.map((what) =>
    problem('unsupported', `${what} is ignored: this version does not do that yet`, 'unset it', {
      severity: 'warning',
    }),
  );
}
