/**
 * The real Codex and the real OpenCode in the sandbox, with a model's service of our own that is the one host they may reach.
 * Needs the folder that `.ci/run` installs them into (TUTTI_TEST_AGENTS); run by `npm run test:agents`.
 */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, describe, expect } from 'vitest';
import { it } from '../rig/e2e-test.ts';
import { type ModelServer, startModelServer } from '../rig/model-server.ts';
import { canSandbox } from '../rig/sandbox.ts';
import { agentProgram, onlyLoopback } from './installed.ts';
import { runThreeTasks, threeTasksGate, threeTasksModel } from './scenarios.ts';

const possible = await canSandbox();
const codex = agentProgram('codex');
const opencode = agentProgram('opencode');

describe.runIf(possible)('in the sandbox', { timeout: 480_000 }, () => {
  let server: ModelServer | undefined;
  afterEach(() => server?.close());

  /** What the model is asked to do besides its work: to leave something where nothing may be left. */
  async function serve(
    escaped: string,
  ): Promise<{ readonly url: string; readonly domains: readonly string[] }> {
    const started = await startModelServer((question) => {
      const answer = threeTasksModel(question);
      return 'run' in answer ? { run: `${answer.run}; (echo x > ${escaped}) 2>/dev/null; true` } : answer;
    });
    server = started;
    return { url: started.url, domains: [new URL(started.url).host] };
  }

  it.skipIf(codex === undefined)('Codex does a plan, and writes nowhere else', async ({ project }) => {
    const escaped = join(project.root, 'escaped');
    const { url, domains } = await serve(escaped);
    const provider = `{name="test",base_url="${url}",env_key="TEST_KEY",wire_api="responses",request_max_retries=0,stream_max_retries=0}`;
    const command = [codex, '-c', `model_providers.test=${provider}`, '-c', 'model_provider=test'];
    await project.configure({
      agent: 'codex',
      gate: threeTasksGate,
      slots: 2,
      sandbox: { domains },
      agents: { codex: { driver: 'codex', command, model: 'test-model', env: ['TEST_KEY'] } },
    });
    await runThreeTasks(project, { env: { ...onlyLoopback, TEST_KEY: 'dummy' } });
    await expect(readFile(escaped)).rejects.toThrow('ENOENT');
  });

  it.skipIf(opencode === undefined)('OpenCode does a plan, and writes nowhere else', async ({ project }) => {
    const escaped = join(project.root, 'escaped');
    const { url, domains } = await serve(escaped);
    await project.configure({
      agent: 'opencode',
      gate: threeTasksGate,
      slots: 2,
      agents: { opencode: { driver: 'acp', command: [opencode, 'acp'], sandbox: { domains } } },
    });
    const config = {
      provider: {
        test: {
          npm: '@ai-sdk/openai-compatible',
          name: 'Test',
          options: { baseURL: url, apiKey: 'dummy' },
          models: { model: { name: 'Model' } },
        },
      },
      model: 'test/model',
      small_model: 'test/model',
      share: 'disabled',
    };
    await runThreeTasks(project, {
      env: {
        ...onlyLoopback,
        OPENCODE_CONFIG_CONTENT: JSON.stringify(config),
        OPENCODE_DISABLE_AUTOUPDATE: '1',
        OPENCODE_DISABLE_MODELS_FETCH: '1',
      },
    });
    await expect(readFile(escaped)).rejects.toThrow('ENOENT');
  });
});
