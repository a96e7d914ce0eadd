import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { fakeTerminal } from '../../../test/rig/fake-terminal.ts';
import { planFrom } from '../../../test/rig/plan-text.ts';
import { makeScratch, type Scratch } from '../../../test/rig/scratch-repository.ts';
import { openAgents } from '../../compose.ts';
import { loadConfig } from '../../config/sources.ts';
import { problem } from '../../core/problem.ts';
import type { AgentDriver } from '../../ports/agent.ts';
import { tryPlace } from './check-trial.ts';

let scratch: Scratch;
beforeEach(async () => {
  scratch = await makeScratch();
});
afterEach(() => scratch.remove());

it('asks an agent in the new worktree whether it can work there', async () => {
  const base = await scratch.commit({ 'a.txt': '' });
  const home = dirname(scratch.path);
  const env = { PATH: process.env.PATH, HOME: home, TUTTI_STATE_DIR: join(home, 'state') };
  const sources = { root: scratch.path, cwd: scratch.path, home, env, flags: { agent: 'scripted' } };
  const { config } = loadConfig(sources);
  if (config === undefined) throw new Error('no configuration');
  const asked: { readonly cwd: string; readonly sawTheCommit: boolean }[] = [];
  const driver: AgentDriver = {
    name: 'scripted',
    start: () => {
      throw new Error('only asked');
    },
    examine: async ({ cwd }) => {
      asked.push({ cwd, sawTheCommit: existsSync(join(cwd, 'a.txt')) });
      return {
        version: '1.2.3',
        login: { state: 'out' },
        problems: [
          problem('agent-untried', 'it is new', 'Tell us.', { severity: 'info' }),
          problem('agent-logged-out', 'nobody is logged in', 'Log in.'),
        ],
      };
    },
  };
  const known = openAgents(config);
  const { items } = await tryPlace({
    repository: await scratch.open(),
    base,
    plan: planFrom('T-001'),
    config,
    agents: { ...known, lookup: () => driver },
    command: undefined,
    noGate: true,
    runs: true,
    terminal: fakeTerminal({ cwd: scratch.path, env }),
    tell: () => {},
  });
  known.close();
  expect(asked.map(({ cwd, sawTheCommit }) => [cwd === scratch.path, sawTheCommit, existsSync(cwd)])).toEqual(
    [[false, true, false]],
  );
  expect(items.find(({ item }) => item === 'agents')).toEqual({
    item: 'agents',
    answer: 'no',
    message: 'scripted 1.2.3, not logged in',
    reasons: [
      {
        severity: 'error',
        code: 'agent-logged-out',
        message: 'nobody is logged in',
        file: null,
        line: null,
        fix: 'Log in.',
      },
    ],
  });
});
