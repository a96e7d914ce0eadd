/**
 * The real OpenCode in real runs, spoken to by the Agent Client Protocol, with a model's service of our own. Needs the
 * folder that `.ci/run` installs it into (TUTTI_TEST_AGENTS); run by `npm run test:agents`.
 */
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'vitest';
import { agentPresets } from '../../src/config/agent-presets.ts';
import { describeResult } from '../rig/cli-process.ts';
import { it } from '../rig/e2e-test.ts';
import { type Answer, type Question, USED } from '../rig/model-server.ts';
import { agentProgram, onlyLoopback } from './installed.ts';
import { describeRealAgent, type Prepare } from './real-agent.contract.ts';

const opencode = agentProgram('opencode');

/** Each takes half a minute of two processors; the ten that were asked for are run by hand. */
const rounds = Array.from({ length: Number(process.env.TUTTI_TEST_ROUNDS ?? 1) }, (_, index) => index + 1);

describeRealAgent({
  title: 'OpenCode',
  program: opencode,
  timeoutMs: 480_000,
  async configure(project, server, settings) {
    const [, ...args] = agentPresets.opencode?.command ?? [];
    await project.configure({
      agent: 'opencode',
      gate: ['true'],
      slots: 2,
      agents: { opencode: { driver: 'acp', command: [opencode, ...args] } },
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
  loggedOut: /^The agent opencode is not logged in\./,
  // Only its log tells.
  usedUp: {
    status: 429,
    error: { type: 'insufficient_quota', message: 'You exceeded your current quota.' },
  },
  more: sharesNoState,
});

function sharesNoState(prepare: Prepare): void {
  it.for(rounds)(
    'runs seven at once, in a fresh home and in the used one (round %i; TUTTI_TEST_ROUNDS=10 for ten)',
    async (_round, { project }) => {
      const works = ({ ran }: Question): Answer =>
        ran === 0 ? { run: 'echo work > "$TUTTI_TASK.txt"' } : { say: 'Done.' };
      const options = await prepare(project, works, { slots: 7 });
      // The second plan finds a home and slots that have been used.
      for (const name of ['Fresh', 'Used']) {
        const tasks = Array.from({ length: 7 }, (_, index) => ({ id: `${name}-${index}` }));
        const ended = await project.run(['run', await project.plan(tasks, name), '--yes', '--json'], options);
        expect(ended.code, describeResult(ended)).toBe(0);
        const of = (type: string) => ended.events.filter((event) => event.type === type);
        expect([
          of('attempt-started').length,
          of('attempt-failed').length,
          of('task-integrated').length,
        ]).toEqual([7, 0, 7]);
        const slots = of('attempt-started').map(({ slot }) => slot);
        expect(new Set(slots).size).toBe(7);
      }
    },
  );
}
