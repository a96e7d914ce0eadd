import { expect, it } from 'vitest';
import { fakeTerminal } from '../../test/rig/fake-terminal.ts';
import { ProblemError, problem } from '../core/problem.ts';
import { tellError } from './tell-error.ts';

it('cuts short what there are thousands of, and nothing else', () => {
  const ignored = Array.from({ length: 1_234 }, (_, index) =>
    problem('ignored-file', `${index}.md is no task`, 'Move it.', { severity: 'warning' }),
  );
  const none = problem('no-tasks', 'x holds no plan', 'Name one.', { location: { file: 'x' } });
  const terminal = fakeTerminal({ cwd: '.' });
  const code = tellError(new ProblemError([...ignored, none]), terminal, false);
  const lines = terminal.remarked().trimEnd().split('\n');
  expect([code, lines.length, ...lines.slice(38)]).toEqual([
    2,
    44,
    'warning [ignored-file]: 19.md is no task',
    '  fix: Move it.',
    'error [no-tasks]: x holds no plan',
    '  at x',
    '  fix: Name one.',
    '… and 1,214 more: warning [ignored-file]; --json has all',
  ]);
});
