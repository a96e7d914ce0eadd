/**
 * The real agents, asked who they are: nobody is logged in, then somebody with a key that opens nothing. Needs the folder
 * that `.ci/run` installs them into (TUTTI_TEST_AGENTS); run by `npm run test:agents`.
 */
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createRegistry } from '../../src/agents/registry.ts';
import type { AgentExamination } from '../../src/ports/agent.ts';
import { createSupervisor } from '../../src/process/supervise.ts';
import { systemClock } from '../../src/system/system-clock.ts';
import { processesUnder } from '../rig/leftovers.ts';
import { agentProgram, onlyLoopback } from './installed.ts';

interface RealAgent {
  readonly driver: string;
  /** What follows the program. */
  readonly args: readonly string[];
  /** What somebody who is logged in has in the environment. */
  readonly env?: Readonly<Record<string, string>>;
  /** And what is in the home folder. */
  readonly files?: Readonly<Record<string, string>>;
  readonly how: string | undefined;
  /** The severity of nobody being logged in. */
  readonly loggedOut: 'error' | 'warning';
}

const agents: Readonly<Record<string, RealAgent>> = {
  claude: {
    ...{ driver: 'claude-code', args: [], loggedOut: 'error' },
    ...{ env: { ANTHROPIC_API_KEY: 'sk-ant-dummy' }, how: 'API key' },
  },
  codex: {
    ...{ driver: 'codex', args: [], loggedOut: 'error' },
    ...{ files: { '.codex/auth.json': '{"OPENAI_API_KEY":"sk-dummy-dummy-dummy"}' }, how: 'API key' },
  },
  gemini: {
    ...{ driver: 'acp', args: ['--acp'], loggedOut: 'error' },
    ...{ env: { GEMINI_API_KEY: 'dummy' }, how: undefined },
  },
  opencode: {
    ...{ driver: 'acp', args: ['acp'], loggedOut: 'warning' },
    files: { '.local/share/opencode/auth.json': '{"anthropic":{"type":"api","key":"sk-ant-dummy"}}' },
    how: 'Anthropic',
  },
};

const clock = systemClock();
const supervisor = createSupervisor({ clock, graceMs: 500 });
afterAll(() => clock.stop());
let home: string;
beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'tutti-examined-'));
});
afterEach(async () => {
  expect(processesUnder(home)).toEqual([]);
  await rm(home, { recursive: true });
});

for (const [name, { driver, args, env = {}, files = {}, how, loggedOut }] of Object.entries(agents)) {
  const program = agentProgram(name);
  describe.skipIf(program === undefined)(name, { timeout: 240_000 }, () => {
    async function ask(more: Readonly<Record<string, string>>) {
      const entry = { driver, command: [program ?? '', ...args] };
      const examine = createRegistry({ [name]: entry }, supervisor).lookup(name)?.examine;
      // They leave what they have unpacked behind.
      const cwd = join(home, 'work');
      const TMPDIR = join(home, 'tmp');
      for (const folder of [cwd, TMPDIR]) await mkdir(folder, { recursive: true });
      return examine?.(
        {
          cwd,
          ownFolder: join(home, 'own'),
          env: { ...onlyLoopback, PATH: process.env.PATH ?? '', HOME: home, TMPDIR, ...quiet, ...more },
          timeoutMs: 100_000,
        },
        new AbortController().signal,
      );
    }

    it('tells its version, and that nobody is logged in', async () => {
      const told = await ask({});
      expect(told).toMatchObject({
        version: expect.stringMatching(/^\d+\.\d+\.\d+/),
        login: { state: 'out' },
      });
      expect(problemsOf(told)).toEqual([
        expect.objectContaining({ code: 'agent-logged-out', severity: loggedOut }),
      ]);
    });

    it('tells that somebody is logged in, without proving the key', async () => {
      for (const [path, text] of Object.entries(files)) {
        await mkdir(dirname(join(home, path)), { recursive: true });
        await writeFile(join(home, path), text);
      }
      const told = await ask(env);
      expect(told?.login).toEqual(how === undefined ? { state: 'in' } : { state: 'in', how });
      expect(problemsOf(told)).toEqual([]);
    });
  });
}

/** A kernel that allows no sandbox is nobody's fault, and a newer version none either. */
const problemsOf = (told: AgentExamination | undefined) =>
  told?.problems.filter(({ severity, message }) => severity !== 'info' && !message.includes('sandbox'));

/** None of them is to look for news. */
const quiet = {
  OPENCODE_DISABLE_AUTOUPDATE: '1',
  OPENCODE_DISABLE_MODELS_FETCH: '1',
  DISABLE_AUTOUPDATER: '1',
};
