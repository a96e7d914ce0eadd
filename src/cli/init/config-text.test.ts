import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { loadConfig } from '../../config/sources.ts';
import { agentOf, knownPrograms } from '../known-agents.ts';
import { type ConfigFindings, configText } from './config-text.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tutti-config-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

async function load(findings: Partial<ConfigFindings>) {
  const text = configText({ setup: [], gate: [], plans: [], agents: [], ...findings });
  await writeFile(join(folder, 'tutti.yaml'), text);
  const { config, problems } = loadConfig({ root: folder, cwd: folder, env: { HOME: folder }, flags: {} });
  return { text, setup: config?.setup, gate: config?.gate.map(({ run }) => run), problems };
}

it('is a configuration whose commands are exactly those that can work', async () => {
  const hostile = 'sh -c "echo: \\"x\\" # no comment" && true';
  const { setup, gate, problems, text } = await load({
    setup: [
      { command: 'npm ci', from: 'package-lock.json', verdict: 'passed', durationMs: 2400, exitCode: 0 },
      { command: 'true: no', from: 'x', verdict: 'failed', durationMs: 1, exitCode: 3 },
    ],
    gate: [
      { command: hostile, from: 'a\nb: c', verdict: 'passed', durationMs: 5, exitCode: 0 },
      { command: 'npm test', from: 'package.json', verdict: 'failed', durationMs: 5, exitCode: 1 },
      { command: 'tsc', from: 'package.json', verdict: 'broken', durationMs: 5, exitCode: 127 },
    ],
    plans: [{ path: 'docs/my plan', format: 'task-files', tasks: 2 }],
    agents: ['claude'],
  });
  expect({ setup, gate, problems }).toEqual({
    setup: ['npm ci'],
    gate: [hostile, 'npm test'],
    problems: [],
  });
  expect(text).toContain('npm test   # from package.json; was RED (exit code 1)');
  expect(text).toContain("#   tutti analyze 'docs/my plan'   (2 tasks, task-files)");
});

it('has every agent that was found, as it works when the comment marks go', async () => {
  const { text } = await load({ agents: knownPrograms });
  const section = text.slice(text.indexOf('# agent: '), text.indexOf('# Settings'));
  await writeFile(join(folder, 'tutti.yaml'), section.replace(/^# /gm, ''));
  const { config, problems } = loadConfig({ root: folder, cwd: folder, env: { HOME: folder }, flags: {} });
  expect({ problems, agent: config?.agent, agents: config?.agents }).toEqual({
    problems: [],
    agent: 'claude-code',
    agents: Object.fromEntries(knownPrograms.map(agentOf)),
  });
});

it('is one without a gate when none was found, and when none can start', async () => {
  const broken = { command: 'x', from: 'y', verdict: 'broken', durationMs: 1, exitCode: null } as const;
  const loaded = [await load({}), await load({ setup: [broken], gate: [broken] })];
  expect(loaded.map(({ setup, gate, problems }) => ({ setup, gate, problems }))).toEqual([
    { setup: [], gate: [], problems: [] },
    { setup: [], gate: [], problems: [] },
  ]);
});
