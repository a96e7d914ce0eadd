/** Which agents there are, by name, and what drives each. Starts none. */
import { didYouMean } from '../core/nearest.ts';
import { type Problem, problem } from '../core/problem.ts';
import type { AgentDriver, AgentLookup, SandboxRules } from '../ports/agent.ts';
import type { Supervisor } from '../process/supervise.ts';
import { acpDriver } from './acp.ts';
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
  /** Names of further variables that its environment may have. */
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

export function createRegistry(
  entries: Readonly<Record<string, AgentEntry>>,
  supervisor: Supervisor,
  forAll: SandboxRules | false = false,
): AgentRegistry {
  const agents = new Map<string, AgentDriver>();
  const sandboxes = new Map<string, SandboxRules>();
  const ask = sandboxQuestion();
  const problems: Problem[] = [];
  for (const [name, entry] of Object.entries(entries)) {
    const make = Object.hasOwn(drivers, entry.driver) ? drivers[entry.driver] : undefined;
    problems.push(...withoutEffect(name, entry));
    if (entry.recipe !== undefined) problems.push(...checkRecipe(name, entry.recipe));
    const sandbox = entry.sandbox ?? forAll;
    if (sandbox) sandboxes.set(name, sandbox);
    const driver = make?.(name, supervisor, entry);
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
    problems,
  };
}

/** Nobody should believe in a limit that limits nothing. */
function withoutEffect(name: string, entry: AgentEntry): Problem[] {
  const keys = (['env'] as const).filter((key) => entry[key] !== undefined);
  if (keys.length === 0) return [];
  const message = `agents.${name}: ${keys.join(', ')} ${keys.length === 1 ? 'has' : 'have'} no effect in this version.`;
  return [problem('unsupported', message, 'Remove it, or expect nothing of it.', { severity: 'warning' })];
}

function missing(who: string, name: string, known: Iterable<string>): Problem {
  const names = [...known];
  const fix = didYouMean(name, names) ?? `There are: ${names.join(', ')}.`;
  return problem('agent-not-found', `${who} asks for ${name}, which does not exist.`, fix);
}
