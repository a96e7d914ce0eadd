/** Tells which of the user's variables agents do not get: one that misses its key only says that nobody is logged in. */
import { openAgents } from '../../compose.ts';
import type { Config } from '../../config/schema.ts';
import { type Check, note, ok } from './check.ts';

/** What each shell makes anew: nobody misses it. */
const ofShell: ReadonlySet<string> = new Set(['_', 'OLDPWD', 'PWD', 'SHLVL']);

/** Of the agent that tasks get which name none; without one, of any command. */
export function checkEnvironment(
  { agent = 'command', agents, env }: Pick<Config, 'agent' | 'agents' | 'env'>,
  variables: Readonly<Record<string, string | undefined>>,
): Check {
  const registry = openAgents({ agents, env });
  registry.close();
  const withheld = registry
    .withheld(agent, variables)
    .filter((name) => !ofShell.has(name))
    .toSorted();
  if (withheld.length === 0) return ok('environment', `the agent ${agent} gets all of your variables`);
  return note(
    'environment',
    `of your ${Object.keys(variables).length} variables the agent ${agent} does not get ${withheld.join(', ')}`,
    'Name those that it needs in tutti.yaml: env: [NAME]',
  );
}
