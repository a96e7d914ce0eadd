/**
 * The real Codex in real runs, with a model's service of our own. Needs the folder that `.ci/run` installs it into
 * (TUTTI_TEST_AGENTS); run by `npm run test:agents`.
 */
import { spawnSync } from 'node:child_process';
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
  killAndResume,
  killedModel,
  outlastOverload,
  overloadedModel,
  runThreeTasks,
  stopAtRefusal,
  threeTasksGate,
  threeTasksModel,
  waitForQuota,
} from './scenarios.ts';

const codex = usable(agentProgram('codex'));

/** A kernel that allows no sandbox is nobody's fault. */
function usable(program: string | undefined): string | undefined {
  if (program === undefined) return undefined;
  const { status } = spawnSync(program, ['sandbox', 'true'], { stdio: 'ignore', timeout: 30_000 });
  if (status === 0) return program;
  console.warn('Codex cannot make its sandbox on this machine: the tests with it do NOT run');
  return undefined;
}

describe.skipIf(codex === undefined)('Codex', { timeout: 240_000 }, () => {
  let server: ModelServer | undefined;
  afterEach(() => server?.close());

  /** Configures the real Codex for a model that answers so. */
  async function prepare(project: Project, answer: (question: Question) => Answer, settings: object = {}) {
    server = await startModelServer(answer);
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
  }

  it('does a plan with a conflict and a failing gate, and its tokens are counted', async ({ project }) => {
    const options = await prepare(project, threeTasksModel, { gate: threeTasksGate });
    const ended = await runThreeTasks(project, options);
    const used = ended.events.filter(({ type }) => type === 'usage-reported').map(({ usage }) => usage);
    // Five sessions of two answers each.
    const session = {
      inputTokens: 2 * (USED.input - USED.cached),
      outputTokens: 2 * USED.output,
      cacheReadTokens: 2 * USED.cached,
    };
    expect(used).toEqual(Array.from({ length: 5 }, () => session));
  });

  it('is cancelled with all that it started, and goes on with what it had done', async ({ project }) => {
    const model = interruptedModel();
    await interruptAndResume(project, await prepare(project, model.answer), model);
  });

  it('is killed with its engine, thrice at once, and goes on in the same sessions', async ({ project }) => {
    const model = killedModel();
    await killAndResume(project, await prepare(project, model.answer, { slots: 3 }), model);
    expect([...model.told]).toEqual([]);
  });

  it('stops the run when its key is wrong', async ({ project }) => {
    const error = { type: 'invalid_request_error', message: 'Incorrect API key provided: dummy' };
    await stopAtRefusal(project, await prepare(project, () => ({ status: 401, error })));
  });

  it('waits when its quota is used up', async ({ project }) => {
    const error = {
      type: 'usage_limit_reached',
      message: 'The usage limit has been reached',
      plan_type: 'plus',
    };
    await waitForQuota(project, await prepare(project, () => ({ status: 429, error })));
  });

  it('is tried again, and not charged, when the service is overloaded', async ({ project }) => {
    const model = overloadedModel({
      status: 529,
      error: { type: 'overloaded_error', message: 'Overloaded' },
    });
    await outlastOverload(project, await prepare(project, model, { retries: 0 }));
  });
});
