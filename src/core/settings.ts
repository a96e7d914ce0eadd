/** What a run was asked to do, fixed when it is created; part of its first event. */
import type { Commit, GateStep } from './plan.ts';

export const schedules = ['dynamic', 'threshold', 'barrier'] as const;
export type Schedule = (typeof schedules)[number];

export const orders = ['critical-path', 'priority', 'plan', 'shortest', 'optimized'] as const;
export type Order = (typeof orders)[number];

export const conflictRules = ['serialize', 'warn', 'ignore'] as const;
export type ConflictRule = (typeof conflictRules)[number];

/** An amount of tokens and of money. Tokens are whole numbers once weighted; money is in US dollars. */
export interface Spending {
  readonly tokens: number;
  readonly costUsd: number;
}

/** What a run may spend. Null: no limit of that kind. */
export interface BudgetSettings {
  readonly tokens: number | null;
  readonly costUsd: number | null;
  /** What one token read from a cache counts, 0 to 1. */
  readonly cacheWeight: number;
  /** An attempt is stopped when it has used this many times its reservation; null: never. */
  readonly overrun: number | null;
}

/** US dollars per million tokens. */
export interface Price {
  readonly input: number;
  readonly output: number;
  readonly cacheRead: number;
}

export const taskSizes = ['small', 'medium', 'large'] as const;
/** By what the plan says it takes, or its number of commits does: up to an hour, up to four, more. */
export type TaskSize = (typeof taskSizes)[number];

/** One rule; it fits a task when everything that it names does. */
export interface RoutingRule {
  /** The task has one of these. */
  readonly labels?: readonly string[];
  /** The task's module is one of these, or lies in one of them. */
  readonly modules?: readonly string[];
  readonly sizes?: readonly TaskSize[];
  /** From this session on; those that were not charged do not count. At least 1. */
  readonly attempt?: number;
  readonly agent?: string;
  readonly model?: string;
}

export interface RunSettings {
  readonly target: string;
  /** The target's tip when the run was created. */
  readonly base: Commit;
  readonly slots: number;
  readonly schedule: Schedule;
  /** The share of a wave that is done before the next may start, 0 to 1; used by `threshold`. */
  readonly waveThreshold: number;
  readonly order: Order;
  /** What happens to ready tasks whose files overlap those of a task under way. */
  readonly conflicts: ConflictRule;
  /** Size of each pool. */
  readonly pools: Readonly<Record<string, number>>;
  readonly budget: BudgetSettings;
  /** Price by name of agent, for agents that report tokens only. */
  readonly prices: Readonly<Record<string, Price>>;
  /** Sessions after the first that a task is allowed. */
  readonly retries: number;
  readonly gate: readonly GateStep[];
  /** Agent of every task that names none. */
  readonly agent: string;
  /** Who works on which tasks, the first that fits; absent in journals of earlier versions, as is the next. */
  readonly routing?: readonly RoutingRule[];
  /** Most sessions at once, by name of agent. */
  readonly agentLimits?: Readonly<Record<string, number>>;
  /** Text of the command agent when the user gave `--command`. */
  readonly command?: string;
  /** Text of the template of prompts, when the user has one of their own. */
  readonly promptTemplate?: string;
  /** Template of branch names: `{id}` and `{slug}` are replaced. */
  readonly branchTemplate: string;
  /** Default limits of an attempt, in milliseconds. */
  readonly timeoutMs: number;
  readonly stallMs: number;
  /** Where tasks with `workspace: none` run. */
  readonly cwd: string;
  /** Fast-forward the user's branch when all is done. */
  readonly land: boolean;
}

/** The parts that only say how tasks are scheduled, each at its default. */
export const defaultScheduling = {
  schedule: 'dynamic',
  waveThreshold: 0.8,
  order: 'critical-path',
  conflicts: 'serialize',
  pools: {},
  budget: { tokens: null, costUsd: null, cacheWeight: 0.1, overrun: null },
  prices: {},
} as const satisfies Partial<RunSettings>;
