/** Real agents that were installed for the tests with them. Installs none. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';

/** Keeps an agent from talking to anybody but this machine: its own services are asked through a proxy that is not there. */
export const onlyLoopback: Readonly<Record<string, string>> = {
  HTTP_PROXY: 'http://127.0.0.1:9',
  HTTPS_PROXY: 'http://127.0.0.1:9',
  http_proxy: 'http://127.0.0.1:9',
  https_proxy: 'http://127.0.0.1:9',
  NO_PROXY: '127.0.0.1,localhost',
  no_proxy: '127.0.0.1,localhost',
};

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
