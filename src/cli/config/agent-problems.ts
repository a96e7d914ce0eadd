/** What a run would say of the agents that a changed configuration chooses and describes. Writes nothing. */
import { openAgents } from '../../compose.ts';
import { type ConfigSources, loadConfig } from '../../config/sources.ts';
import type { Problem } from '../../core/problem.ts';

/**
 * The errors that the text brings with it; those that were there before keep nobody from mending one thing at a time.
 * @param chosen the agent that it chooses, if it chooses one
 */
export function agentProblems(
  sources: ConfigSources,
  { file, text }: { readonly file: string; readonly text: string },
  chosen: string | undefined,
): readonly Problem[] {
  const before = new Set(errorsOf(sources, undefined).map(({ message }) => message));
  const after = errorsOf({ ...sources, instead: new Map([[file, text]]) }, chosen);
  return after.filter(({ message }) => !before.has(message));
}

function errorsOf(sources: ConfigSources, chosen: string | undefined): readonly Problem[] {
  const { config } = loadConfig(sources);
  if (config === undefined) return [];
  const agents = openAgents(config);
  try {
    const unknown = chosen === undefined ? undefined : agents.check(chosen);
    return [...agents.problems, ...(unknown === undefined ? [] : [unknown])].filter(
      ({ severity }) => severity === 'error',
    );
  } finally {
    agents.close();
  }
}
