/** What commands of agents speak of and do not get: variables of the user's that the configuration does not name. */
import type { Home } from '../compose.ts';
import type { Plan } from '../core/plan.ts';
import { type Problem, problem } from '../core/problem.ts';
import { neededAgents } from './run-problems.ts';

/** Of the plan's agents those whose command, as text, has a variable in it that is set here and that they do not get. */
export function withheldVariables(
  {
    agents,
    config,
    env,
  }: Pick<Home, 'config'> & {
    readonly agents: Pick<Home['agents'], 'withheld'>;
    readonly env: Readonly<Record<string, string | undefined>>;
  },
  plan: Plan,
  command: string | undefined,
): readonly Problem[] {
  return [...neededAgents(plan, config)].flatMap((name) => {
    if (name === undefined) return [];
    const own = Object.hasOwn(config.agents, name) ? config.agents[name]?.command : undefined;
    const carried = plan.tasks.flatMap((task) => task.command ?? []);
    const text = [own ?? command ?? [], own === undefined && name === 'command' ? carried : []].flat();
    const spoken = namesIn(text.join('\n'));
    const variables = agents.withheld(name, env, command).filter((variable) => spoken.has(variable));
    if (variables.length === 0) return [];
    const list = variables.join(', ');
    const message = `The agent ${name} does not get ${list}, which its command speaks of.`;
    const fix = `Name what it may have in tutti.yaml: env: [${list}]`;
    return [problem('invalid-config', message, fix, { severity: 'warning' })];
  });
}

const namesIn = (text: string): ReadonlySet<string> =>
  new Set([...text.matchAll(/\$\{?([A-Za-z_]\w*)/g)].map(([, name = '']) => name));
