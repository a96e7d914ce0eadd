/** Real agents that were installed for the tests with them. Installs none. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';

/**
 * The path of an agent's program; undefined, said aloud, where it is not installed.
 * @throws Error in CI, where it must be
 */
export function agentProgram(name: string): string | undefined {
  const program = join(process.env.TUTTI_TEST_AGENTS ?? '/nowhere', 'node_modules', '.bin', name);
  if (existsSync(program)) return program;
  const message = `${name} is not installed (TUTTI_TEST_AGENTS): the tests with it do NOT run`;
  if (process.env.CI) throw new Error(message);
  console.warn(message);
  return undefined;
}
