import { expect, it } from 'vitest';
import { attemptId, makeTask, taskId } from '../core/plan.ts';
import type { SessionRequest } from '../ports/agent.ts';
import { createSupervisor, type Supervisor } from '../process/supervise.ts';
import { VirtualClock } from '../simulation/virtual-clock.ts';
import { createRegistry } from './registry.ts';

const supervisor = createSupervisor({ clock: new VirtualClock() });

const requestWith = (env: Readonly<Record<string, string>>): SessionRequest => ({
  attempt: attemptId(taskId('T-1'), 1),
  mark: 'r/T-1.1',
  task: makeTask({ id: taskId('T-1'), title: 'A task' }),
  ordinal: 1,
  cwd: '/nowhere',
  prompt: 'Do it.',
  promptFile: '/nowhere/prompt.md',
  ownFolder: '/nowhere/own',
  env,
  command: 'true',
  logFile: '/nowhere/log',
  timeoutMs: 1000,
  stallMs: 1000,
});

it('has what it is given, by name', () => {
  const { names, lookup, check, problems } = createRegistry(
    { mine: { driver: 'command', command: ['node', 'agent.mjs'] } },
    supervisor,
  );
  expect([names, lookup('mine')?.name, lookup('theirs'), check('mine'), problems]).toEqual([
    ['mine'],
    'mine',
    undefined,
    undefined,
    [],
  ]);
});

it('tells a typing error', () => {
  const { check, problems } = createRegistry(
    {
      scripted: { driver: 'scripted' },
      helper: { driver: 'comand' },
      reviewer: { driver: 'acpp' },
      odd: { driver: 'constructor' },
    },
    supervisor,
  );
  const told = [check('scriptd'), ...problems].map((found) => [found?.code, found?.message, found?.fix]);
  expect(told).toEqual([
    ['agent-not-found', 'This run asks for scriptd, which does not exist.', 'Did you mean scripted?'],
    ['agent-not-found', 'Agent helper asks for comand, which does not exist.', 'Did you mean command?'],
    ['agent-not-found', 'Agent reviewer asks for acpp, which does not exist.', 'Did you mean acp?'],
    [
      'agent-not-found',
      'Agent odd asks for constructor, which does not exist.',
      'There are: acp, claude-code, codex, command, scripted.',
    ],
  ]);
});

it('finds what a recipe does not know', () => {
  const recipe = { durationMS: 5, tasks: { 'T-001': { crash: true, fial: 1 } } } as object;
  const { problems } = createRegistry({ demo: { driver: 'scripted', recipe } }, supervisor);
  expect(problems.map(({ code, message }) => [code, message])).toEqual([
    ['invalid-config', 'Agent demo: recipe does not know durationMS.'],
    ['invalid-config', 'Agent demo: recipe.tasks.T-001 does not know fial.'],
  ]);
});

it('gives an agent what it may have, and tells what it does not get', async () => {
  const seen: Record<string, string>[] = [];
  const looking: Supervisor = {
    run: ({ env }) => {
      seen.push(env);
      return Promise.resolve({ reason: 'exited', exitCode: 0, signal: null, tail: '' });
    },
  };
  const entry = { driver: 'command', env: ['API_*'] };
  const { lookup, withheld } = createRegistry({ mine: entry }, looking, ['REGION']);
  const env = { PATH: '/bin', API_KEY: 'k', REGION: 'eu', OTHER_KEY: 'o', TUTTI_TASK: 'T-1' };
  for await (const { type } of lookup('mine')!.start(requestWith(env), new AbortController().signal))
    expect(type).toBe('ended');
  const { OTHER_KEY: _, ...allowed } = env;
  expect(seen).toEqual([allowed]);
  expect(withheld('mine', env)).toEqual(['OTHER_KEY']);
});
