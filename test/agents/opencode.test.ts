/**
 * The real OpenCode in real runs, spoken to by the Agent Client Protocol, with a model's service of our own. Needs the
 * folder that `.ci/run` installs it into (TUTTI_TEST_AGENTS); run by `npm run test:agents`.
 */
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, describe, expect } from 'vitest';
import { it } from '../rig/e2e-test.ts';
import { type Answer, type ModelServer, type Question, startModelServer, USED } from '../rig/model-server.ts';
import type { Project } from '../rig/project.ts';
import { agentProgram, onlyLoopback } from './installed.ts';
import {
  interruptAndResume,
  interruptedModel,
  runThreeTasks,
  stopAtRefusal,
  threeTasksGate,
  threeTasksModel,
} from './scenarios.ts';

const opencode = agentProgram('opencode');

describe.skipIf(opencode === undefined)('OpenCode', { timeout: 240_000 }, () => {
  let server: ModelServer | undefined;
  afterEach(() => server?.close());

  /** Configures the real OpenCode for a model that answers so. */
  async function prepare(project: Project, answer: (question: Question) => Answer, settings: object = {}) {
    server = await startModelServer(answer);
    await project.configure({
      agent: 'opencode',
      gate: ['true'],
      slots: 2,
      agents: { opencode: { driver: 'acp', command: [opencode, 'acp'] } },
      ...settings,
    });
    const provider = {
      npm: '@ai-sdk/openai-compatible',
      name: 'Test',
      options: { baseURL: server.url, apiKey: 'dummy' },
      models: { model: { name: 'Model' } },
    };
    const config = {
      provider: { test: provider },
      model: 'test/model',
      small_model: 'test/model',
      share: 'disabled',
    };
    // It leaves libraries that it has unpacked behind.
    const TMPDIR = join(project.root, 'opencode-tmp');
    await mkdir(TMPDIR, { recursive: true });
    return {
      env: {
        ...onlyLoopback,
        TMPDIR,
        OPENCODE_CONFIG_CONTENT: JSON.stringify(config),
        OPENCODE_DISABLE_AUTOUPDATE: '1',
        OPENCODE_DISABLE_MODELS_FETCH: '1',
      },
    };
  }

  it('does a plan with a conflict and a failing gate, and its tokens are counted', async ({ project }) => {
    const ended = await runThreeTasks(
      project,
      await prepare(project, threeTasksModel, { gate: threeTasksGate }),
    );
    const used = ended.events.filter(({ type }) => type === 'usage-reported').map(({ usage }) => usage);
    // Five sessions; of each it tells what the last answer used.
    const answer = {
      inputTokens: USED.input - USED.cached,
      outputTokens: USED.output,
      cacheReadTokens: USED.cached,
    };
    expect(used).toEqual(Array.from({ length: 5 }, () => answer));
  });

  it('is cancelled with all that it started, and goes on with what it had done', async ({ project }) => {
    const model = interruptedModel();
    await interruptAndResume(project, await prepare(project, model.answer), model);
  });

  it('stops the run when its key is wrong', async ({ project }) => {
    const error = { type: 'invalid_request_error', message: 'Incorrect API key provided: dummy' };
    await stopAtRefusal(project, await prepare(project, () => ({ status: 401, error })));
  });
});
