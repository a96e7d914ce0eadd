import { Option } from 'commander';
import { expect, it } from 'vitest';
import { fakeTerminal } from '../../test/rig/fake-terminal.ts';
import { buildProgram, type CommandSpec } from './program.ts';

/** A command that writes down how it was called. */
function recorder(name: string, options: readonly Option[]) {
  const calls: unknown[] = [];
  const spec: CommandSpec = {
    name,
    arguments: '[plan]',
    summary: 'record',
    options: () => options,
    examples: [],
    load: async () => ({
      command: async (_terminal, args, given) => {
        calls.push([args, given]);
        return 0;
      },
    }),
  };
  return { spec, calls };
}

it('calls commands by their aliases, with what the alias implies unless it is given', async () => {
  const slots = new Option('--slots <n>');
  const [analyze, config, run] = [
    recorder('analyze', [slots]),
    recorder('config', []),
    recorder('run', [slots]),
  ];
  const call = (...words: string[]): Promise<unknown> => {
    const program = buildProgram([analyze.spec, config.spec, run.spec], fakeTerminal({ cwd: '/' }), () => {});
    return program.parseAsync(['node', 'tutti', ...words]);
  };
  await call('parallel', 'analyze', 'plan.yaml');
  await call('parallel', 'analyze', '--slots', '5');
  await call('analyze');
  await call('parallel', 'config');
  expect([...analyze.calls, ...config.calls]).toEqual([
    [['plan.yaml'], { slots: 2 }],
    [[], { slots: '5' }],
    [[], {}],
    [[], {}],
  ]);
  await expect(call('parallel', 'run')).rejects.toThrow();
  expect(run.calls).toEqual([]);
});

it('prints help on the terminal that it is given, as wide as that is', async () => {
  const { spec } = recorder('analyze', [
    new Option('--slots <n>', 'how many of the attempts may go on at the same time'),
  ]);
  const terminal = fakeTerminal({ cwd: '/', columns: 44 });
  const call = (...words: string[]): Promise<unknown> =>
    buildProgram([spec], terminal, () => {}).parseAsync(['node', 'tutti', ...words]);
  await expect(call('analyze', '--help')).rejects.toThrow();
  expect(terminal.printed()).toMatch(/^Usage: tutti analyze /);
  expect(terminal.printed()).not.toMatch(/.{45}/);
  expect(terminal.remarked()).toBe('');
  await expect(call('parallel')).rejects.toThrow();
  expect(terminal.remarked()).toMatch(/^Usage: tutti parallel /);
});
