/**
 * The real Gemini CLI in real runs, spoken to by the Agent Client Protocol, with a model's service of our own. Needs the
 * folder that `.ci/run` installs it into (TUTTI_TEST_AGENTS); run by `npm run test:agents`.
 */
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, describe, expect } from 'vitest';
import { agentPresets } from '../../src/config/agent-presets.ts';
import { describeResult } from '../rig/cli-process.ts';
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

const gemini = agentProgram('gemini');

/** What it would not tell others, and how often it asks its service by itself: 10 times, for minutes, unless told. */
const ownSettings = {
  general: { maxAttempts: 1, enableAutoUpdate: false, enableAutoUpdateNotification: false },
  privacy: { usageStatisticsEnabled: false },
  telemetry: { enabled: false },
};

describe.skipIf(gemini === undefined)('Gemini CLI', { timeout: 240_000 }, () => {
  let server: ModelServer | undefined;
  afterEach(() => server?.close());

  /** Configures the real Gemini CLI for a model that answers so; without a name, it asks which model to take first. */
  async function prepare(
    project: Project,
    answer: (question: Question) => Answer,
    {
      model = 'gemini-2.5-flash',
      ...settings
    }: { readonly model?: string | null; [key: string]: unknown } = {},
  ) {
    server = await startModelServer(answer);
    const [, ...args] = agentPresets.gemini?.command ?? [];
    const command = [gemini, ...args];
    await project.configure({
      agent: 'gemini',
      gate: ['true'],
      slots: 2,
      agents: { gemini: { driver: 'acp', command, ...(model === null ? {} : { model }) } },
      ...settings,
    });
    // It leaves reports of errors behind.
    const TMPDIR = join(project.root, 'gemini-tmp');
    const own = join(project.env.HOME ?? '', '.gemini');
    for (const folder of [TMPDIR, own]) await mkdir(folder, { recursive: true });
    await writeFile(join(own, 'settings.json'), JSON.stringify(ownSettings));
    return {
      env: { ...onlyLoopback, TMPDIR, GEMINI_API_KEY: 'dummy', GOOGLE_GEMINI_BASE_URL: server.origin },
    };
  }

  it('does a plan with a conflict and a failing gate, and its tokens are counted', async ({ project }) => {
    const settings = { model: null, gate: threeTasksGate };
    const ended = await runThreeTasks(project, await prepare(project, threeTasksModel, settings));
    const used = ended.events.filter(({ type }) => type === 'usage-reported').map(({ usage }) => usage);
    // Five sessions of two answers each; it does not tell what came from the cache.
    const session = { inputTokens: 2 * USED.input, outputTokens: 2 * USED.output, cacheReadTokens: 0 };
    expect(used).toEqual(Array.from({ length: 5 }, () => session));
  });

  it('is cancelled with all that it started, and goes on with what it had done', async ({ project }) => {
    const model = interruptedModel();
    await interruptAndResume(project, await prepare(project, model.answer), model);
  });

  it('is killed with its engine, thrice at once, and goes on in the sessions that it had written down', async ({
    project,
  }) => {
    const model = killedModel();
    await killAndResume(project, await prepare(project, model.answer, { slots: 3 }), model);
  });

  it('stops the run when its key is wrong', async ({ project }) => {
    const error = {
      code: 400,
      message: 'API key not valid. Please pass a valid API key.',
      status: 'INVALID_ARGUMENT',
      details: [{ '@type': 'type.googleapis.com/google.rpc.ErrorInfo', reason: 'API_KEY_INVALID' }],
    };
    const fault = await stopAtRefusal(project, await prepare(project, () => ({ status: 400, error })));
    expect(fault?.message).toBe(
      'The agent gemini is not logged in. It says: "API key not valid. Please pass a valid API key.".',
    );
  });

  it('waits when its quota is used up', async ({ project }) => {
    const error = {
      code: 429,
      message: 'You exceeded your current quota, please check your plan and billing details.',
      status: 'RESOURCE_EXHAUSTED',
      details: [
        {
          '@type': 'type.googleapis.com/google.rpc.QuotaFailure',
          violations: [{ quotaId: 'GenerateRequestsPerDayPerProjectPerModel-FreeTier' }],
        },
      ],
    };
    await waitForQuota(project, await prepare(project, () => ({ status: 429, error })));
  });

  it('is tried again, and not charged, when the service is overloaded', async ({ project }) => {
    const error = {
      code: 503,
      message: 'The model is overloaded. Please try again later.',
      status: 'UNAVAILABLE',
    };
    const model = overloadedModel({ status: 503, error });
    await outlastOverload(project, await prepare(project, model, { retries: 0 }));
  });

  it('is tried again, and charged, when the service breaks', async ({ project }) => {
    const error = { code: 500, message: 'An internal error has occurred.', status: 'INTERNAL' };
    let asked = 0;
    const model = ({ ran }: Question): Answer => {
      if (asked++ === 0) return { status: 500, error };
      return ran === 0 ? { run: 'echo A > A.txt' } : { say: 'Done.' };
    };
    const options = await prepare(project, model);
    const ended = await project.run(['run', await project.plan([{ id: 'A' }]), '--yes', '--json'], options);
    expect(ended.code, describeResult(ended)).toBe(0);
    expect(ended.events.find(({ type }) => type === 'attempt-failed')?.failure).toMatchObject({
      reason: 'agent-failed',
      message: expect.stringMatching(/its last words: An internal error has occurred\./),
    });
  });
});
