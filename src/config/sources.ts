/** Puts the configuration together: flags > environment > project file > user file > defaults, each value with its origin. */
import { homedir } from 'node:os';
import { basename, dirname, isAbsolute, join, relative, resolve } from 'node:path';
import type { GateStep } from '../core/plan.ts';
import { hasErrors, type Problem, problem } from '../core/problem.ts';
import type { RoutingRule } from '../core/settings.ts';
import { parseConfig, readConfigFile } from './config-file.ts';
import { environmentLayer } from './environment.ts';
import { checkLayer, fileLayer, invalid, type Layer, type Origin, type RawLayer } from './layer.ts';
import { placedSandbox } from './sandbox.ts';
import { type Config, defaults, type Settings } from './schema.ts';

/** Settings given on the command line, under the names of the file; text counts as what it says. */
export type FlagValues = {
  readonly [Key in Exclude<keyof Settings, 'agents' | 'limits' | 'maxParallel'>]?: unknown;
};

export interface ConfigSources {
  /** The folder of `tutti.yaml`: the repository's root. Undefined: there is no repository. */
  readonly root: string | undefined;
  /** Where relative paths of flags and variables count from. */
  readonly cwd: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly flags: FlagValues;
  /** Text to take for that of a file, by its path: what would be if it were written. */
  readonly instead?: ReadonlyMap<string, string>;
}

export interface LoadedConfig {
  /** Undefined when a problem is an error. */
  readonly config: Config | undefined;
  /** By the names of the file, `limits.maxParallel` and `agents.<name>` included. */
  readonly origins: Readonly<Record<string, Origin>>;
  readonly problems: readonly Problem[];
}

export const projectFileName = 'tutti.yaml';

/** `$XDG_CONFIG_HOME/tutti/config.yaml`. */
export function userConfigFile({ env }: Pick<ConfigSources, 'env'>): string {
  const xdg = env.XDG_CONFIG_HOME;
  return join(xdg && isAbsolute(xdg) ? xdg : join(homeOf(env), '.config'), 'tutti', 'config.yaml');
}

const homeOf = (env: ConfigSources['env']): string => env.HOME ?? homedir();

/** Reads all sources; everything wrong with any of them is told at once. */
export function loadConfig(sources: ConfigSources): LoadedConfig {
  const problems: Problem[] = [];
  const layers: Layer[] = [];
  const take = (raw: RawLayer): void => {
    const checked = checkLayer(raw);
    problems.push(...checked.problems);
    if (checked.layer) layers.push(checked.layer);
  };
  const takeFile = (source: 'project' | 'user', folder: string, name: string): void => {
    const file = join(folder, name);
    const fromHere = relative(sources.cwd, file);
    const shownAs = fromHere.startsWith('..') ? file : fromHere;
    const text = sources.instead?.get(file);
    const read = text === undefined ? readConfigFile(file, shownAs) : parseConfig(text, shownAs);
    if (read === undefined) return;
    if ('problems' in read) problems.push(...read.problems);
    else take(fileLayer(source, read.content, folder));
  };
  take(flagLayer(sources));
  take(environmentLayer(sources.env, sources.cwd));
  if (sources.root !== undefined) takeFile('project', sources.root, projectFileName);
  const userFile = userConfigFile(sources);
  takeFile('user', dirname(userFile), basename(userFile));
  const { config, origins } = merge(layers, homeOf(sources.env));
  // A layer that was refused may be the one that raises the limit.
  if (!hasErrors(problems)) problems.push(...checkSlots(config, origins), ...withoutEffect(config, origins));
  return { config: hasErrors(problems) ? undefined : config, origins, problems };
}

/** An origin as people read it: `--slots`, `MAX_PARALLEL_TASKS`, `tutti.yaml:3`, `default`. */
export function describeOrigin(origin: Origin): string {
  if (origin.source === 'default') return 'default';
  return 'name' in origin ? origin.name : `${origin.location.file}:${origin.location.line}`;
}

function flagLayer({ flags, cwd }: ConfigSources): RawLayer {
  const given = Object.entries(flags).filter(([, value]) => value !== undefined);
  const flagOf = (key: unknown): string =>
    `--${String(key).replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
  return {
    values: Object.fromEntries(given),
    folder: cwd,
    originOf: ([key]) => ({ source: 'flag', name: flagOf(key) }),
    originOfKey: (_path, key) => ({ source: 'flag', name: flagOf(key) }),
  };
}

interface Merged {
  readonly config: Config;
  readonly origins: Readonly<Record<string, Origin>>;
}

/** @param layers the strongest first */
function merge(layers: readonly Layer[], home: string): Merged {
  const origins: Record<string, Origin> = {};
  /** The strongest value of a setting; its origin is written down under `name`. */
  const pick = <Value>(
    name: string,
    paths: readonly string[],
    get: (settings: Settings) => Value | undefined,
  ) => {
    origins[name] = { source: 'default' };
    for (const layer of layers) {
      const value = get(layer.settings);
      if (value === undefined) continue;
      const given = paths.map((path) => path.split('.')).find((path) => path[0] && path[0] in layer.settings);
      origins[name] = layer.originOf(given ?? [name]);
      return { value, folder: layer.folder };
    }
    return undefined;
  };
  const setting = <Key extends keyof Settings>(key: Key): Settings[Key] =>
    pick(key, [key], (settings) => settings[key])?.value;
  const path = (key: 'prompt' | 'stateDir' | 'worktrees'): string | undefined => {
    const picked = pick(key, [key], (settings) => settings[key]);
    return picked && resolve(picked.folder, picked.value.replace(/^~(?=\/|$)/, home));
  };

  const maxParallel =
    pick('limits.maxParallel', ['limits.maxParallel'], ({ limits }) => limits?.maxParallel)?.value ??
    defaults.maxParallel;
  const slots = pick(
    'slots',
    ['slots', 'maxParallel'],
    (settings) => settings.slots ?? settings.maxParallel,
  )?.value;
  const sandbox = pick('sandbox', ['sandbox'], (settings) => settings.sandbox);
  const config: Config = {
    agent: setting('agent'),
    routing: (setting('routing') ?? []) as readonly RoutingRule[],
    agents: mergeAgents(layers, origins, home),
    sandbox: sandbox === undefined ? false : placedSandbox(sandbox.value, sandbox.folder, home),
    gate: (setting('gate') ?? []) as readonly GateStep[],
    env: setting('env') ?? [],
    setup: setting('setup') ?? [],
    copy: setting('copy') ?? [],
    link: setting('link') ?? [],
    prompt: path('prompt'),
    slots: slots ?? Math.min(defaults.slots, maxParallel),
    maxParallel,
    retries: setting('retries') ?? defaults.retries,
    schedule: setting('schedule') ?? defaults.schedule,
    order: pick('order', ['order'], ({ order }) => order?.name)?.value ?? defaults.order,
    searchMs:
      pick('order.searchMs', ['order.searchMs'], ({ order }) => order?.searchMs)?.value ?? defaults.searchMs,
    conflicts: setting('conflicts') ?? defaults.conflicts,
    pools: setting('pools') ?? {},
    target: setting('target'),
    branch: setting('branch') ?? defaults.branch,
    timeoutMs: setting('timeout') ?? defaults.timeoutMs,
    stallMs: setting('stall') ?? defaults.stallMs,
    confirm: setting('confirm') ?? defaults.confirm,
    progressEvery: setting('progressEvery') ?? defaults.progressEvery,
    land: setting('land') ?? defaults.land,
    notify: setting('notify') ?? defaults.notify,
    budgetTokens: pick('budget.tokens', ['budget.tokens'], ({ budget }) => budget?.tokens)?.value,
    budgetCost: pick('budget.cost', ['budget.cost'], ({ budget }) => budget?.cost)?.value,
    cacheWeight:
      pick('budget.cacheWeight', ['budget.cacheWeight'], ({ budget }) => budget?.cacheWeight)?.value ??
      defaults.cacheWeight,
    overrun: pick('budget.overrun', ['budget.overrun'], ({ budget }) => budget?.overrun)?.value,
    prices: pricesOf(setting('prices') ?? {}),
    waveThreshold: setting('waveThreshold') ?? defaults.waveThreshold,
    mergeStrategy: setting('mergeStrategy') ?? defaults.mergeStrategy,
    integration: setting('integration') ?? defaults.integration,
    dashboardRefresh: setting('dashboardRefresh') ?? defaults.dashboardRefresh,
    ciRetries: setting('ciRetries') ?? defaults.ciRetries,
    stateDir: path('stateDir'),
    worktrees: path('worktrees'),
  };
  return { config, origins };
}

/** What is read from a cache costs a tenth of what is read for the first time, unless somebody says otherwise. */
const INPUT_PER_CACHE_READ = 10;

const pricesOf = (prices: NonNullable<Settings['prices']>): Config['prices'] =>
  Object.fromEntries(
    Object.entries(prices).map(([name, { input, output, cacheRead = input / INPUT_PER_CACHE_READ }]) => [
      name,
      { input, output, cacheRead },
    ]),
  );

/** Agents are merged by name: a project's agent replaces the user's of the same name as a whole. */
function mergeAgents(
  layers: readonly Layer[],
  origins: Record<string, Origin>,
  home: string,
): Config['agents'] {
  const agents = new Map<string, Config['agents'][string]>();
  for (const { settings, folder, originOf } of layers) {
    for (const [name, agent] of Object.entries(settings.agents ?? {})) {
      if (agents.has(name)) continue;
      const placed =
        agent.sandbox === undefined ? {} : { sandbox: placedSandbox(agent.sandbox, folder, home) };
      // An absent key and one that is undefined are the same in a file.
      agents.set(name, { ...agent, ...placed } as Config['agents'][string]);
      origins[`agents.${name}`] = originOf(['agents', name]);
    }
  }
  return Object.fromEntries(agents);
}

function checkSlots({ slots, maxParallel }: Config, origins: Merged['origins']): readonly Problem[] {
  const origin = origins.slots ?? { source: 'default' };
  if (slots <= maxParallel) return [];
  const what = `${slots} are more than limits.maxParallel allows (${maxParallel})`;
  return [
    invalid(
      'slots',
      what,
      origin,
      `use at most ${maxParallel}, or raise limits.maxParallel in ${projectFileName}`,
    ),
  ];
}

/** Nobody should believe in what does not happen: values that ask for what this version does not do yet. */
function withoutEffect(config: Config, origins: Merged['origins']): readonly Problem[] {
  const asks: readonly (readonly [boolean, string, unknown, string])[] = [
    [config.integration !== defaults.integration, 'integration', config.integration, 'is ignored'],
    [config.mergeStrategy !== defaults.mergeStrategy, 'mergeStrategy', config.mergeStrategy, 'is ignored'],
  ];
  return asks.flatMap(([isAsked, name, value, what]) => {
    const origin = origins[name] ?? { source: 'default' };
    if (!isAsked) return [];
    const message = `${givenAs(name, value, origin)} ${what}: this version does not do that yet`;
    const location = 'location' in origin ? { location: origin.location } : {};
    return [
      problem('unsupported', message, 'Unset it, or expect nothing of it.', {
        severity: 'warning',
        ...location,
      }),
    ];
  });
}

/** As the user has written it, or nearly so. */
function givenAs(name: string, value: unknown, origin: Origin): string {
  if (origin.source === 'environment')
    return `${origin.name}=${origin.name === 'AUTO_CREATE_PR' ? 'true' : value}`;
  return origin.source === 'flag' ? origin.name : `${name}: ${value}`;
}
