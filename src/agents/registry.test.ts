import { expect, it } from 'vitest';
import { createSupervisor } from '../process/supervise.ts';
import { VirtualClock } from '../simulation/virtual-clock.ts';
import { createRegistry } from './registry.ts';

const supervisor = createSupervisor({ clock: new VirtualClock() });

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

it('warns of settings that nothing acts on', () => {
  // A model chooses the price.
  const entry = { driver: 'command', env: ['KEY'], limit: 2, model: 'big' };
  const { problems } = createRegistry(
    { mine: entry, priced: { driver: 'command', model: 'big' } },
    supervisor,
  );
  expect(problems.map(({ severity, message }) => [severity, message])).toEqual([
    ['warning', 'agents.mine: env has no effect in this version.'],
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
