/**
 * The real OpenCode in real runs, spoken to by the Agent Client Protocol, with a model's service of our own. Needs the
 * folder that `.ci/run` installs it into (TUTTI_TEST_AGENTS); run by `npm run test:agents`.
 */
import { mkdir } from 'node:fs/promises';
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
  runThreeTasks,
  stopAtRefusal,
  threeTasksGate,
  threeTasksModel,
  waitForQuota,
} from './scenarios.ts';

const opencode = agentProgram('opencode');

/** Each takes half a minute of two processors; the ten that were asked for are run by hand. */
const rounds = Array.from({ length: Number(process.env.TUTTI_TEST_ROUNDS ?? 1) }, (_, index) => index + 1);

describe.skipIf(opencode === undefined)('OpenCode', { timeout: 480_000 }, () => {
  let server: ModelServer | undefined;
  afterEach(() => server?.close());

  /** Configures the real OpenCode for a model that answers so. */
  async function prepare(project: Project, answer: (question: Question) => Answer, settings: object = {}) {
    server = await startModelServer(answer);
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
  }

  it('does a plan with a conflict and a failing gate, and its tokens are counted', async ({ project }) => {
    const ended = await runThreeTasks(
      project,
      await prepare(project, threeTasksModel, { gate: threeTasksGate }),
    );
    const used = new Map<unknown, unknown>();
    for (const { type, attempt, usage } of ended.events)
      if (type === 'usage-reported') used.set(attempt, usage);
    // Five sessions of two answers each.
    const session = {
      inputTokens: 2 * (USED.input - USED.cached),
      outputTokens: 2 * USED.output,
      cacheReadTokens: 2 * USED.cached,
    };
    expect([...used.values()]).toEqual(Array.from({ length: 5 }, () => session));
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

  it('waits when its quota is used up, of which only its log tells', async ({ project }) => {
    const error = { type: 'insufficient_quota', message: 'You exceeded your current quota.' };
    await waitForQuota(project, await prepare(project, () => ({ status: 429, error })));
  });

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
});
