/** The check of the sandbox, where the configuration asks for one: makes one and takes it away again. */
import { openAgents } from '../../compose.ts';
import type { Config } from '../../config/schema.ts';
import { type Check, fromProblem, ok } from './check.ts';

export async function checkSandbox(
  config: Pick<Config, 'agents' | 'sandbox'>,
  env: Readonly<Record<string, string | undefined>>,
): Promise<readonly Check[]> {
  const asked = config.sandbox || Object.values(config.agents).some(({ sandbox }) => sandbox);
  if (!asked) return [];
  const agents = openAgents(config);
  try {
    const problems = await agents.sandboxProblems(agents.names, env);
    if (problems.length > 0) return problems.map((problem) => fromProblem('sandbox', problem));
    const works =
      process.platform === 'linux' ? 'bubblewrap, socat, ripgrep and user namespaces work' : 'one was made';
    return [ok('sandbox', works)];
  } finally {
    agents.close();
  }
}
