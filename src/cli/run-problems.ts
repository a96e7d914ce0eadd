/** What keeps a plan from being run here: its agents, the branches in the way, a missing gate. Asks git nothing. */
import { isAbsolute } from 'node:path';
import type { Home } from '../compose.ts';
import { agentPresets } from '../config/agent-presets.ts';
import type { Config } from '../config/schema.ts';
import type { Plan } from '../core/plan.ts';
import { routeOf, routesOf } from '../core/policy/routing.ts';
import { type Problem, problem } from '../core/problem.ts';
import { checkAgent, programOf } from './doctor/agents.ts';
import { driverPrograms } from './known-agents.ts';

/** What somebody said with the command that bears on what is a problem. */
export interface AgentWishes {
  /** Text for the command agent. */
  readonly command: string | undefined;
  /** The user said `--no-gate`. */
  readonly noGate: boolean;
}

/** Who is to work on a plan. */
export type Staff = Pick<Config, 'agent' | 'routing' | 'retries'>;

/** Stands for the agent of a task that has none. */
const NOBODY = '';

/** The agents that the plan's open tasks may need; undefined among them for a task that has none. */
export function neededAgents(
  plan: Plan,
  { agent = NOBODY, routing, retries }: Staff,
): ReadonlySet<string | undefined> {
  const open = plan.tasks.filter(({ status }) => status !== 'done');
  const routes = open.flatMap((task) => routesOf(task, { agent, routing }, 1 + retries));
  return new Set(routes.map((route) => (route.agent === NOBODY ? undefined : route.agent)));
}

export function agentProblems(
  home: Pick<Home, 'agents' | 'config'>,
  plan: Plan,
  { command }: Pick<AgentWishes, 'command'>,
): Problem[] {
  const open = plan.tasks.filter(({ status }) => status !== 'done');
  const needed = neededAgents(plan, home.config);
  const problems: Problem[] = [];
  for (const name of needed) {
    if (name === undefined) {
      const fix = `Use --command "TEXT", or --agent NAME (there are: ${home.agents.names.join(', ')}).`;
      problems.push(problem('agent-not-found', 'No agent is chosen.', fix));
      continue;
    }
    const found = home.agents.check(name);
    if (found) problems.push(found);
  }
  const mute = open.find((task) => {
    const { agent } = routeOf(task, { ...home.config, agent: home.config.agent ?? NOBODY });
    return agent === 'command' && task.command === undefined && command === undefined;
  });
  if (mute && needed.has('command') && home.config.agents.command === undefined) {
    const fix = 'Give the text: --command "TEXT", or `command:` on the task.';
    problems.push(problem('agent-not-found', `The agent command has nothing to run for ${mute.id}.`, fix));
  }
  return problems;
}

/**
 * Agents whose program nobody can find: every attempt would end on it. One in the folder of its attempt is looked for
 * there: its worktree is not made yet, and a set-up may put it there.
 */
export function programProblems(
  { config, env, cwd }: Pick<Home, 'env' | 'cwd'> & { readonly config: Staff & Pick<Config, 'agents'> },
  plan: Plan,
  { command }: Pick<AgentWishes, 'command'>,
): Problem[] {
  return [...neededAgents(plan, config)].flatMap((name) => {
    const own = name !== undefined && Object.hasOwn(config.agents, name) ? config.agents[name] : undefined;
    const entry = own ?? agentPresets[name ?? ''];
    if (name === undefined || entry === undefined) return [];
    const text = entry.command ?? (name === 'command' ? command : driverPrograms[entry.driver]);
    if (text === undefined) return [];
    const program = programOf(text) ?? '';
    if (program.includes('/') && !isAbsolute(program)) return [];
    const { verdict, message, fix } = checkAgent(
      name,
      { driver: entry.driver, command: text },
      { path: env.PATH, cwd },
    );
    if (verdict !== 'problem') return [];
    return [problem('agent-not-found', `The agent ${name} cannot be started: ${message}.`, fix ?? '')];
  });
}

/** What keeps the agents that are needed from their sandbox; one line where it is the same for all. */
export async function sandboxProblems(
  { agents, config, env }: Pick<Home, 'agents' | 'config' | 'env'>,
  plan: Plan,
): Promise<readonly Problem[]> {
  const names = [...neededAgents(plan, config)].filter((name) => name !== undefined);
  return agents.sandboxProblems(names, env);
}

/** Git keeps branches as files: where there is a branch `feat`, there can be no `feat/T-001`. */
export function branchProblems(template: string, taken: ReadonlySet<string>): Problem[] {
  const folders = template
    .split('/')
    .slice(0, -1)
    .map((_, depth, parts) => parts.slice(0, depth + 1).join('/'));
  const inTheWay = folders.find((folder) => taken.has(folder));
  if (inTheWay === undefined) return [];
  const fix = `Rename it (git branch -m ${inTheWay} OTHER), or set another template: \`branch:\` in tutti.yaml.`;
  return [
    problem('invalid-config', `The branch ${inTheWay} is in the way of branches named ${template}.`, fix),
  ];
}

/** Results that nothing verifies are accepted only by somebody who says so. */
export function gateProblems(
  home: Pick<Home, 'config'>,
  plan: Plan,
  { noGate }: Pick<AgentWishes, 'noGate'>,
): Problem[] {
  const integrates = plan.tasks.some(({ workspace, gate }) => workspace === 'worktree' && gate === undefined);
  if (noGate || home.config.gate.length > 0 || !integrates) return [];
  const fix =
    'Add `gate: [npm test]` to tutti.yaml (`tutti init` finds it), use --gate "CMD", or --no-gate to accept anything.';
  return [problem('no-gate', 'No gate is configured: nothing would verify what agents do.', fix)];
}
