/** The settings of tutti: what a configuration file may say, and what results. Where values come from is in `sources`. */
import { z } from 'zod';
import type { GateStep } from '../core/plan.ts';
import {
  type ConflictRule,
  conflictRules,
  defaultScheduling,
  type Order,
  orders,
  type Price,
  type RoutingRule,
  type Schedule,
  schedules,
  taskSizes,
} from '../core/settings.ts';
import { duration, flag, listOf, money, number, share, text, tokens, wholeNumber } from './fields.ts';
import { type SandboxConfig, sandbox, sandboxKeys } from './sandbox.ts';

/** An agent of the configuration, as its driver takes it. */
export interface AgentConfig {
  readonly driver: string;
  /** Arguments of its program, or text for `sh -c`. */
  readonly command?: string | readonly string[];
  /** Names of further variables it gets from the user's environment; `FOO_*` is all that begin so. */
  readonly env?: readonly string[];
  /** Sessions of it that may run at once. */
  readonly limit?: number;
  readonly model?: string;
  /** How the scripted agent behaves; checked by its driver. */
  readonly recipe?: Readonly<Record<string, unknown>>;
  /** Goes before the one for all. */
  readonly sandbox?: SandboxConfig | false;
}

/** `command` is the user's own text for `sh -c`. */
export type NotifySetting = 'off' | 'desktop' | { readonly command: string };

/** Every setting with its value in force. */
export interface Config {
  /** Agent of tasks that name none and that no rule fits. */
  readonly agent: string | undefined;
  /** Who works on which tasks; the first rule that fits counts. */
  readonly routing: readonly RoutingRule[];
  readonly agents: Readonly<Record<string, AgentConfig>>;
  /** Of agents that have none of their own. */
  readonly sandbox: SandboxConfig | false;
  /** Empty: no gate is configured. */
  readonly gate: readonly GateStep[];
  /** Names of further variables that all agents get from the user's environment; `*` is all of it. */
  readonly env: readonly string[];
  /** Commands that prepare a new worktree. */
  readonly setup: readonly string[];
  /** Files of the checkout that git ignores and each worktree gets a copy of, before the commands. */
  readonly copy: readonly string[];
  /** The same, to which each worktree gets a link. */
  readonly link: readonly string[];
  /** Absolute file with the template of prompts. */
  readonly prompt: string | undefined;
  readonly slots: number;
  /** How many slots are allowed at all. */
  readonly maxParallel: number;
  readonly retries: number;
  readonly schedule: Schedule;
  readonly order: Order;
  /** How long the search of the order `optimized` may take before it is abandoned. */
  readonly searchMs: number;
  readonly conflicts: ConflictRule;
  /** Size of each pool; they go before those of the plan. */
  readonly pools: Readonly<Record<string, number>>;
  readonly target: string | undefined;
  /** Template of branch names. */
  readonly branch: string;
  readonly timeoutMs: number;
  readonly stallMs: number;
  /** More tasks than this are asked about before they start. */
  readonly confirm: number;
  /** Commits between two lines that tell how far a run without a terminal is. */
  readonly progressEvery: number;
  readonly land: boolean;
  /** Who is told when the run ends, pauses by itself or needs somebody. */
  readonly notify: NotifySetting;
  /** Tokens that a run may use; undefined: no limit. */
  readonly budgetTokens: number | undefined;
  /** US dollars that a run may cost; undefined: no limit. */
  readonly budgetCost: number | undefined;
  readonly cacheWeight: number;
  /** An attempt is stopped at this many times its reservation; undefined: never. */
  readonly overrun: number | undefined;
  /** US dollars per million tokens, by name of a model or an agent. */
  readonly prices: Readonly<Record<string, Price>>;
  /** The share of a wave that is done before the next one may start, for the schedule `threshold`. */
  readonly waveThreshold: number;
  readonly mergeStrategy: (typeof mergeStrategies)[number];
  readonly integration: (typeof integrations)[number];
  /** Seconds between two questions to sources that have to be asked. */
  readonly dashboardRefresh: number;
  /** Sessions on top of `retries` once a pull request exists. */
  readonly ciRetries: number;
  /** Absolute. */
  readonly stateDir: string | undefined;
  /** Absolute folder for worktrees. */
  readonly worktrees: string | undefined;
}

export const defaults = {
  slots: 7,
  maxParallel: 10,
  retries: 3,
  schedule: defaultScheduling.schedule,
  order: defaultScheduling.order,
  searchMs: 10_000,
  conflicts: defaultScheduling.conflicts,
  cacheWeight: defaultScheduling.budget.cacheWeight,
  branch: 'feat/{id}-{slug}',
  timeoutMs: 2 * 60 * 60 * 1000,
  stallMs: 10 * 60 * 1000,
  confirm: 20,
  progressEvery: 5,
  land: false,
  notify: 'off',
  waveThreshold: defaultScheduling.waveThreshold,
  mergeStrategy: 'independent',
  integration: 'local',
  dashboardRefresh: 30,
  ciRetries: 3,
} as const satisfies Partial<Config>;

/** More can never be asked for, whatever `limits.maxParallel` says. */
const mostSlots = 1000;
const mergeStrategies = ['independent', 'priority', 'batch'] as const;
const integrations = ['local', 'github'] as const;
const oneOf = (names: readonly string[]): string => `expected one of: ${names.join(', ')}`;

/** Says what kind of value is expected; other complaints about an object keep their own words. */
const asMap = (expected: string) => ({
  error: ({ code }: { readonly code?: string }) => (code === 'invalid_type' ? expected : undefined),
});

const gateStep = z.preprocess(
  (value) => (typeof value === 'string' ? { run: value } : value),
  z
    .strictObject(
      { name: text.optional(), run: text, timeout: duration.optional() },
      asMap('expected a command, or a map of name, run and timeout'),
    )
    .transform(
      ({ name, run, timeout }): GateStep => ({
        name: name ?? run.trim().split('\n', 1).join('').slice(0, 80),
        run,
        ...(timeout === undefined ? {} : { timeoutMs: timeout }),
      }),
    ),
);

const gate = listOf(gateStep).superRefine((steps, context) => {
  steps.forEach(({ name }, index) => {
    if (steps.findIndex((other) => other.name === name) === index) return;
    context.addIssue({
      code: 'custom',
      path: [index],
      message: `two gate steps are called ${JSON.stringify(name)}`,
    });
  });
});

const variables = listOf(
  text.regex(/^(\*|[A-Za-z_]\w*\*?)$/, {
    error: 'expected the name of an environment variable, the beginning of names (`FOO_*`), or `*`',
  }),
);

const pathInside = text
  .refine((path) => !/^[/~]|^[A-Za-z]:|\\|\0/.test(path), {
    error: 'expected a path from the root of the repository',
  })
  .refine((path) => !path.split('/').some((part) => part === '..' || part.toLowerCase() === '.git'), {
    error: 'expected a path inside the repository, and not in .git',
  })
  .refine((path) => !/^(\.?\/?)*$/.test(path), { error: 'expected a file or a folder, not the repository' });

const agent = z.strictObject(
  {
    driver: text,
    command: z
      .union([text, z.array(text).min(1)], { error: 'expected text, or a list of arguments' })
      .optional(),
    env: variables.optional(),
    limit: wholeNumber(1, mostSlots).optional(),
    model: text.optional(),
    recipe: z.record(z.string(), z.unknown(), { error: 'expected a map' }).optional(),
    sandbox: sandbox.optional(),
  },
  asMap('expected a map with at least `driver`'),
);

const rule = z
  .strictObject(
    {
      label: listOf(text).optional(),
      module: listOf(text).optional(),
      size: listOf(z.enum(taskSizes, { error: oneOf(taskSizes) })).optional(),
      attempt: wholeNumber(1, 100).optional(),
      agent: text.optional(),
      model: text.optional(),
    },
    asMap('expected a map of label, module, size or attempt, and agent or model'),
  )
  .refine(({ agent: name, model }) => name !== undefined || model !== undefined, {
    error: 'a rule names an `agent`, a `model`, or both',
  })
  .transform(
    ({ label: labels, module: modules, size: sizes, attempt, agent: name, model }): RoutingRule => ({
      ...(labels === undefined ? {} : { labels }),
      ...(modules === undefined ? {} : { modules }),
      ...(sizes === undefined ? {} : { sizes }),
      ...(attempt === undefined ? {} : { attempt }),
      ...(name === undefined ? {} : { agent: name }),
      ...(model === undefined ? {} : { model }),
    }),
  );

const budget = z.preprocess(
  // `$40` is money, `2M` are tokens.
  (value) =>
    typeof value === 'object' ? value : /^\s*\$/.test(String(value)) ? { cost: value } : { tokens: value },
  z.strictObject(
    {
      tokens: tokens.optional(),
      cost: money.optional(),
      cacheWeight: share.optional(),
      overrun: number(1, 1000).optional(),
    },
    asMap('expected a number of tokens, or a map of tokens, cost, cacheWeight and overrun'),
  ),
);
const order = z
  .union(
    [
      z.enum(orders),
      z.strictObject({ name: z.enum(orders).optional(), searchMs: wholeNumber(1, 86_400_000).optional() }),
    ],
    { error: `${oneOf(orders)}; or a map of name and searchMs` },
  )
  .transform((given) => (typeof given === 'string' ? { name: given } : given));
const pools = z.record(z.string(), wholeNumber(1, mostSlots), {
  error: 'expected a map of pools and their sizes',
});
const price = z.strictObject(
  { input: money, output: money, cacheRead: money.optional() },
  asMap('expected a map of input, output and cacheRead, in US dollars per million tokens'),
);
const notify = z.preprocess(
  (value) => (value === false ? 'off' : value),
  z.union([z.enum(['off', 'desktop']), z.strictObject({ command: text })], {
    error: 'expected off, desktop, or a map of command',
  }),
);
const branch = text.refine((template) => template.includes('{id}'), {
  error: 'expected a template that contains {id}',
});
const refName = text.refine((name) => !name.startsWith('-'), { error: 'expected the name of a branch' });

/** What a layer (a file, the environment, flags) may say. */
export const layerSchema = z.strictObject(
  {
    agent: text.optional(),
    agents: z.record(z.string(), agent, { error: 'expected a map of agents by name' }).optional(),
    sandbox: sandbox.optional(),
    gate: gate.optional(),
    routing: listOf(rule).optional(),
    env: variables.optional(),
    setup: listOf(text).optional(),
    copy: listOf(pathInside).optional(),
    link: listOf(pathInside).optional(),
    prompt: text.optional(),
    slots: wholeNumber(1, mostSlots).optional(),
    /** Another name of `slots`. */
    maxParallel: wholeNumber(1, mostSlots).optional(),
    limits: z
      .strictObject({ maxParallel: wholeNumber(1, mostSlots).optional() }, asMap('expected a map'))
      .optional(),
    retries: wholeNumber(0, 100).optional(),
    schedule: z.enum(schedules, { error: oneOf(schedules) }).optional(),
    order: order.optional(),
    conflicts: z.enum(conflictRules, { error: oneOf(conflictRules) }).optional(),
    pools: pools.optional(),
    prices: z.record(z.string(), price, { error: 'expected a map of prices by model' }).optional(),
    target: refName.optional(),
    branch: branch.optional(),
    timeout: duration.optional(),
    stall: duration.optional(),
    confirm: wholeNumber(0, 1_000_000).optional(),
    progressEvery: wholeNumber(1, 1_000_000).optional(),
    land: flag.optional(),
    notify: notify.optional(),
    budget: budget.optional(),
    waveThreshold: share.optional(),
    mergeStrategy: z.enum(mergeStrategies, { error: oneOf(mergeStrategies) }).optional(),
    integration: z
      .enum(integrations, { error: `${oneOf(integrations)} (AUTO_CREATE_PR: true or false)` })
      .optional(),
    dashboardRefresh: wholeNumber(1, 86_400).optional(),
    ciRetries: wholeNumber(0, 100).optional(),
    stateDir: text.optional(),
    worktrees: text.optional(),
  },
  asMap('expected a map of settings'),
);

export type Settings = z.infer<typeof layerSchema>;

/** Settings that the specification names and this version does not have. */
export const laterKeys: ReadonlySet<string> = new Set(['status', 'queue', 'review', 'finalGate']);

/** The words that a setting may have; empty where it may have any. */
export function choicesOf(key: string): readonly string[] {
  const choices: Readonly<Record<string, readonly string[]>> = {
    schedule: schedules,
    order: orders,
    conflicts: conflictRules,
    mergeStrategy: mergeStrategies,
    integration: integrations,
    land: ['true', 'false'],
    notify: ['off', 'desktop'],
    sandbox: ['true', 'false'],
  };
  return Object.hasOwn(choices, key) ? (choices[key] ?? []) : [];
}

/** The keys that are known where a path points; for the fix of a mistyped one. */
export function knownKeys(path: readonly PropertyKey[]): readonly string[] {
  const [first, second, third] = path;
  if (first === undefined) return Object.keys(layerSchema.shape);
  if (first === 'limits') return ['maxParallel'];
  if (first === 'budget') return ['tokens', 'cost', 'cacheWeight', 'overrun'];
  if (first === 'order') return ['name', 'searchMs'];
  if (first === 'prices' && second !== undefined) return ['input', 'output', 'cacheRead'];
  if (first === 'sandbox' || (first === 'agents' && third === 'sandbox')) return sandboxKeys;
  if (first === 'notify') return ['command'];
  if (first === 'routing') return ['label', 'module', 'size', 'attempt', 'agent', 'model'];
  if (first === 'agents' && second !== undefined) return Object.keys(agent.shape);
  return first === 'gate' ? ['name', 'run', 'timeout'] : [];
}
