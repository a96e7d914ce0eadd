/** Which agents there are, by name, and what drives each. Starts none. */
import { didYouMean } from '../core/nearest.ts';
import { type Problem, problem } from '../core/problem.ts';
import type { AgentDriver, AgentLookup, SandboxRules } from '../ports/agent.ts';
import type { Supervisor } from '../process/supervise.ts';
import { acpDriver } from './acp.ts';
import { type Asking, allowedEnvironment } from './allowed-environment.ts';
import { claudeCodeDriver } from './claude-code.ts';
import { codexDriver } from './codex.ts';
import { commandDriver } from './command.ts';
import { sandboxedDriver, sandboxQuestion } from './sandboxed-driver.ts';
import { scriptedDriver } from './scripted.ts';
import { checkRecipe, type Recipe } from './scripted-recipe.ts';

/** One agent of the configuration. */
export interface AgentEntry {
  readonly driver: string;
  /** A program and its arguments, or text for `sh -c`. */
  readonly command?: string | readonly string[];
  /** Names of further variables of the user's that it gets; `FOO_*` is all that begin so. */
  readonly env?: readonly string[];
  /** Most sessions of it at once. */
  readonly limit?: number;
  readonly model?: string;
  /** How the scripted agent behaves. */
  readonly recipe?: Recipe;
  /** Goes before the one for all. */
  readonly sandbox?: SandboxRules | false;
}

export interface AgentRegistry {
  /** Names of all agents that can be used. */
  readonly names: readonly string[];
  readonly lookup: AgentLookup;
  /** Why this name cannot be used; undefined when it can. */
  readonly check: (name: string) => Problem | undefined;
  /** What keeps the sandboxes of these agents from being made; tries, where one is asked for. */
  readonly sandboxProblems: (
    names: Iterable<string>,
    env: Readonly<Record<string, string | undefined>>,
  ) => Promise<readonly Problem[]>;
  /**
   * Names of the user's variables that this agent does not get.
   * @param command what it runs, where the configuration does not say
   */
  readonly withheld: (
    name: string,
    env: Readonly<Record<string, string | undefined>>,
    command?: string,
  ) => readonly string[];
  /** What is wrong with the configuration's entries. */
  readonly problems: readonly Problem[];
}

const drivers: Readonly<
  Record<string, (name: string, supervisor: Supervisor, entry: AgentEntry) => AgentDriver>
> = {
  acp: acpDriver,
  'claude-code': claudeCodeDriver,
  codex: codexDriver,
  command: (name, supervisor, { command }) => commandDriver(name, supervisor, command),
  scripted: (name, supervisor, { recipe }) => scriptedDriver(name, supervisor, recipe),
};

/**
 * @param names of further variables that all of them get
 * @param sandboxForAll of those that have none of their own
 */
export function createRegistry(
  entries: Readonly<Record<string, AgentEntry>>,
  supervisor: Supervisor,
  names: readonly string[] = [],
  sandboxForAll: SandboxRules | false = false,
): AgentRegistry {
  const agents = new Map<string, AgentDriver>();
  const sandboxes = new Map<string, SandboxRules>();
  const ask = sandboxQuestion();
  const problems: Problem[] = [];
  for (const [name, entry] of Object.entries(entries)) {
    const make = Object.hasOwn(drivers, entry.driver) ? drivers[entry.driver] : undefined;
    if (entry.recipe !== undefined) problems.push(...checkRecipe(name, entry.recipe));
    const sandbox = entry.sandbox ?? sandboxForAll;
    if (sandbox) sandboxes.set(name, sandbox);
    const driver = make && withAllowedEnvironment(make(name, supervisor, entry), entry, names);
    if (driver) agents.set(name, sandbox ? sandboxedDriver(driver, sandbox, ask) : driver);
    else problems.push(missing(`Agent ${name}`, entry.driver, Object.keys(drivers)));
  }
  return {
    names: [...agents.keys()],
    lookup: (name) => agents.get(name),
    check: (name) => (agents.has(name) ? undefined : missing('This run', name, agents.keys())),
    async sandboxProblems(asked, env) {
      const kinds = new Set([...asked].flatMap((name) => sandboxes.get(name)?.nested ?? []));
      return (await Promise.all([...kinds].map((nested) => ask(nested, env)))).flat();
    },
    withheld(name, env, command) {
      const entry = Object.hasOwn(entries, name) ? entries[name] : undefined;
      if (entry === undefined) return [];
      const kept = allowedEnvironment(askingOf(entry, names, command), env);
      return Object.keys(env).filter((variable) => !Object.hasOwn(kept, variable));
    },
    problems,
  };
}

const askingOf = (entry: AgentEntry, forAll: readonly string[], command?: string): Asking => ({
  driver: entry.driver,
  command: entry.command ?? command,
  names: [...(entry.env ?? []), ...forAll],
});

/** The same agent, which sees of the user's environment only what it may. */
function withAllowedEnvironment(
  agent: AgentDriver,
  entry: AgentEntry,
  forAll: readonly string[],
): AgentDriver {
  const { examine } = agent;
  const examined: AgentDriver['examine'] =
    examine &&
    ((surroundings, signal) => {
      const env = allowedEnvironment(askingOf(entry, forAll), surroundings.env);
      return examine({ ...surroundings, env }, signal);
    });
  return {
    ...agent,
    ...(examined === undefined ? {} : { examine: examined }),
    start(request, signal) {
      const env = allowedEnvironment(askingOf(entry, forAll, request.command), request.env);
      return agent.start({ ...request, env }, signal);
    },
  };
}

function missing(who: string, name: string, known: Iterable<string>): Problem {
  const names = [...known];
  const fix = didYouMean(name, names) ?? `There are: ${names.join(', ')}.`;
  return problem('agent-not-found', `${who} asks for ${name}, which does not exist.`, fix);
}
