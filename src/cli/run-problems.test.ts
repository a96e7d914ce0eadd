import { expect, it } from 'vitest';
import { planFrom } from '../../test/rig/plan-text.ts';
import { programProblems } from './run-problems.ts';

const plan = planFrom('A');

const told = (command: string): string[] => {
  const home = {
    config: { agents: {}, agent: 'command', routing: [], retries: 3 },
    env: { PATH: '/bin' },
    cwd: '/',
  };
  return programProblems(home, plan, { command }).map(({ message }) => message);
};

it('refuses an agent whose program is neither on PATH nor at its own path', () => {
  expect(told('no-such-agent --fast')).toEqual([
    'The agent command cannot be started: no-such-agent is not found on PATH.',
  ]);
  expect(told('/no/such/agent < file')).toEqual([
    'The agent command cannot be started: /no/such/agent is not there, or may not be executed.',
  ]);
  expect(told('sh agent.sh')).toEqual([]);
});

it('leaves to the shell what only a shell or a worktree can tell', () => {
  const texts = [
    'if true; then sh x; fi',
    '(no-such-agent)',
    'A=1 no-such-agent',
    './agent.sh',
    'bin/agent x',
  ];
  expect(texts.flatMap(told)).toEqual([]);
});
