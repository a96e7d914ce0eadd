/**
 * The real Claude Code in real runs, with a model's service of our own. Needs the folder that `.ci/run` installs it into
 * (TUTTI_TEST_AGENTS); run by `npm run test:agents`.
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

const claude = agentProgram('claude');

describe.skipIf(claude === undefined)('Claude Code', { timeout: 240_000 }, () => {
  let server: ModelServer | undefined;
  afterEach(() => server?.close());

  /** Configures the real Claude Code for a model that answers so. */
  async function prepare(project: Project, answer: (question: Question) => Answer, settings: object = {}) {
    server = await startModelServer(answer);
    await project.configure({
      agent: 'claude-code',
      gate: ['true'],
      slots: 2,
      agents: { 'claude-code': { driver: 'claude-code', command: [claude] } },
      ...settings,
    });
    const TMPDIR = join(project.root, 'claude-tmp');
    await mkdir(TMPDIR, { recursive: true });
    return {
      env: {
        ...onlyLoopback,
        TMPDIR,
        ANTHROPIC_API_KEY: 'dummy',
        ANTHROPIC_BASE_URL: server.origin,
        CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC: '1',
        // It asks a busy service ten times by itself, for minutes.
        CLAUDE_CODE_MAX_RETRIES: '0',
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
    // Five sessions of two answers each, with the price that it knows itself.
    const session = {
      inputTokens: 2 * (USED.input - USED.cached),
      outputTokens: 2 * USED.output,
      cacheReadTokens: 2 * USED.cached,
      costUsd: expect.any(Number),
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
    const error = { type: 'authentication_error', message: 'invalid x-api-key' };
    const fault = await stopAtRefusal(project, await prepare(project, () => ({ status: 401, error })));
    expect(fault?.message).toMatch(/^The agent claude-code is not logged in\. It says: "Invalid API key/);
  });

  it('waits when its quota is used up', async ({ project }) => {
    const error = {
      type: 'invalid_request_error',
      message: 'Your credit balance is too low to access the Anthropic API.',
    };
    await waitForQuota(project, await prepare(project, () => ({ status: 400, error })));
  });

  it('is tried again, and not charged, when the service is overloaded', async ({ project }) => {
    const model = overloadedModel({
      status: 529,
      error: { type: 'overloaded_error', message: 'Overloaded' },
    });
    await outlastOverload(project, await prepare(project, model, { retries: 0 }));
  });
});
