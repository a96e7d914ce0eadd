/**
 * The real Gemini CLI in real runs, spoken to by the Agent Client Protocol, with a model's service of our own. Needs the
 * folder that `.ci/run` installs it into (TUTTI_TEST_AGENTS); run by `npm run test:agents`.
 */
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'vitest';
import { agentPresets } from '../../src/config/agent-presets.ts';
import { describeResult } from '../rig/cli-process.ts';
import { it } from '../rig/e2e-test.ts';
import { type Answer, type Question, USED } from '../rig/model-server.ts';
import { agentProgram, onlyLoopback } from './installed.ts';
import { describeRealAgent, type Prepare } from './real-agent.contract.ts';

const gemini = agentProgram('gemini');

/** What it would not tell others, and how often it asks its service by itself: 10 times, for minutes, unless told. */
const ownSettings = {
  general: { maxAttempts: 1, enableAutoUpdate: false, enableAutoUpdateNotification: false },
  privacy: { usageStatisticsEnabled: false },
  telemetry: { enabled: false },
};

describeRealAgent({
  title: 'Gemini CLI',
  program: gemini,
  // Without a name it asks first which model to take.
  planSettings: { model: null },
  async configure(project, server, given) {
    const { model = 'gemini-2.5-flash', ...settings } = given;
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
  },
  // It does not tell what came from the cache.
  session: { inputTokens: 2 * USED.input, outputTokens: 2 * USED.output, cacheReadTokens: 0 },
  mayForget: true,
  wrongKey: {
    status: 400,
    error: {
      code: 400,
      message: 'API key not valid. Please pass a valid API key.',
      status: 'INVALID_ARGUMENT',
      details: [{ '@type': 'type.googleapis.com/google.rpc.ErrorInfo', reason: 'API_KEY_INVALID' }],
    },
  },
  loggedOut:
    /^The agent gemini is not logged in\. It says: "API key not valid\. Please pass a valid API key\."\.$/,
  usedUp: {
    status: 429,
    error: {
      code: 429,
      message: 'You exceeded your current quota, please check your plan and billing details.',
      status: 'RESOURCE_EXHAUSTED',
      details: [
        {
          '@type': 'type.googleapis.com/google.rpc.QuotaFailure',
          violations: [{ quotaId: 'GenerateRequestsPerDayPerProjectPerModel-FreeTier' }],
        },
      ],
    },
  },
  overloaded: {
    status: 503,
    error: { code: 503, message: 'The model is overloaded. Please try again later.', status: 'UNAVAILABLE' },
  },
  more: breaks,
});

function breaks(prepare: Prepare): void {
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
}
