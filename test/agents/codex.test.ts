/**
 * The real Codex in real runs, with a model's service of our own. Needs the folder that `.ci/run` installs it into
 * (TUTTI_TEST_AGENTS); run by `npm run test:agents`.
 */
import { spawnSync } from 'node:child_process';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { USED } from '../rig/model-server.ts';
import { agentProgram, onlyLoopback } from './installed.ts';
import { describeRealAgent } from './real-agent.contract.ts';

const codex = usable(agentProgram('codex'));

/** A kernel that allows no sandbox is nobody's fault. */
function usable(program: string | undefined): string | undefined {
  if (program === undefined) return undefined;
  const { status } = spawnSync(program, ['sandbox', 'true'], { stdio: 'ignore', timeout: 30_000 });
  if (status === 0) return program;
  console.warn('Codex cannot make its sandbox on this machine: the tests with it do NOT run');
  return undefined;
}

describeRealAgent({
  title: 'Codex',
  program: codex,
  async configure(project, server, settings) {
    const provider = `{name="test",base_url="${server.url}",env_key="TEST_KEY",wire_api="responses",request_max_retries=0,stream_max_retries=0}`;
    const command = [codex, '-c', `model_providers.test=${provider}`, '-c', 'model_provider=test'];
    await project.configure({
      agent: 'codex',
      gate: ['true'],
      slots: 2,
      agents: { codex: { driver: 'codex', command, model: 'test-model', env: ['TEST_KEY'] } },
      ...settings,
    });
    // It leaves files of its sandbox behind.
    const TMPDIR = join(project.root, 'codex-tmp');
    await mkdir(TMPDIR, { recursive: true });
    return { env: { ...onlyLoopback, TEST_KEY: 'dummy', TMPDIR } };
  },
  session: {
    inputTokens: 2 * (USED.input - USED.cached),
    outputTokens: 2 * USED.output,
    cacheReadTokens: 2 * USED.cached,
  },
  wrongKey: {
    status: 401,
    error: { type: 'invalid_request_error', message: 'Incorrect API key provided: dummy' },
  },
  loggedOut: /^The agent codex is not logged in\./,
  usedUp: {
    status: 429,
    error: { type: 'usage_limit_reached', message: 'The usage limit has been reached', plan_type: 'plus' },
  },
  overloaded: { status: 529, error: { type: 'overloaded_error', message: 'Overloaded' } },
});
