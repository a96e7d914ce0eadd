import { Command } from 'commander';
import { expect, it } from 'vitest';
import { commands } from './command-table.ts';

it.each([
  [
    ['--gate', 'a', '--gate', 'b'],
    ['a', 'b'],
  ],
  [['--gate', 'a', '--no-gate'], false],
  [['--no-gate', '--gate', 'a'], ['a']],
])('takes the last word on the gate: %j', (words, expected) => {
  const run = new Command();
  for (const option of commands.find(({ name }) => name === 'run')?.options() ?? []) run.addOption(option);
  expect(run.parse(words, { from: 'user' }).opts().gate).toEqual(expected);
});
