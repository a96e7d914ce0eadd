/** The table of verdicts: red steps never count, the first counting step that did not pass decides. */
import { expect, it } from 'vitest';
import type { StepResult } from '../event.ts';
import { judgeGate } from './gate-verdict.ts';

/** `build+ test- lint!`: passed, failed, broken. */
function results(text: string): StepResult[] {
  const verdicts = { '+': 'passed', '-': 'failed', '!': 'broken' } as const;
  return text
    .split(' ')
    .filter((word) => word !== '')
    .map((word) => ({
      name: word.slice(0, -1),
      verdict: verdicts[word.slice(-1) as keyof typeof verdicts],
      exitCode: 0,
      durationMs: 1,
      output: '',
    }));
}

it.each([
  ['', '', 'passed', []],
  ['build+ test+', '', 'passed', []],
  ['build+ test-', '', 'failed', 'test'],
  ['build+ test!', '', 'suspect', 'test'],
  ['build! test-', '', 'suspect', 'build'],
  ['build- test!', '', 'failed', 'build'],
  ['build+ test-', 'test', 'passed', []],
  ['build+ test!', 'test', 'passed', []],
  ['build+ test+', 'test', 'passed', ['test']],
  ['build+ test+', 'test build', 'passed', ['build', 'test']],
  ['build- test+ lint-', 'build', 'failed', 'lint'],
  ['build+ test-', 'build', 'failed', 'test'],
  ['build+', 'test', 'passed', []],
])('%j with %j red is %s (%j)', (steps, red, verdict, detail) => {
  const list = results(steps);
  const expected = Array.isArray(detail)
    ? { verdict, turnedGreen: detail }
    : { verdict, step: list.find(({ name }) => name === detail) };
  expect(judgeGate(list, red.split(' '))).toEqual(expected);
});
