/**
 * The real Claude Code in real runs, with a model's service of our own. Needs the folder that `.ci/run` installs it into
 * (TUTTI_TEST_AGENTS); run by `npm run test:agents`.
 */
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'vitest';
import { USED } from '../rig/model-server.ts';
import { agentProgram, onlyLoopback } from './installed.ts';
import { describeRealAgent } from './real-agent.contract.ts';

const claude = agentProgram('claude');

describeRealAgent({
  title: 'Claude Code',
  program: claude,
  async configure(project, server, settings) {
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
  },
  session: {
    inputTokens: 2 * (USED.input - USED.cached),
    outputTokens: 2 * USED.output,
    cacheReadTokens: 2 * USED.cached,
    // It knows the price itself.
    costUsd: expect.any(Number),
  },
  wrongKey: { status: 401, error: { type: 'authentication_error', message: 'invalid x-api-key' } },
  loggedOut: /^The agent claude-code is not logged in\. It says: "Invalid API key/,
  usedUp: {
    status: 400,
    error: {
      type: 'invalid_request_error',
      message: 'Your credit balance is too low to access the Anthropic API.',
    },
  },
  overloaded: { status: 529, error: { type: 'overloaded_error', message: 'Overloaded' } },
});
