/** The line of the dashboard that takes commands: calls the same program as the shell does, and keeps what it prints. */
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import type { Terminal } from '../terminal.ts';

/** Commands that say something about this run, or tell it something, and come back at once; those with `true` take `--run`. */
const allowed: ReadonlyMap<string, boolean> = new Map([
  ['status', false],
  ['why', true],
  ['pause', true],
  ['resume', false],
  ['cancel', true],
  ['retry', true],
  ['resolve', true],
  ['slots', true],
  ['logs', true],
  ['prompt', false],
  ['report', false],
]);

const LONGEST_ANSWER = 4 * 1024 * 1024;
const LIMIT_MS = 60_000;

/** @param run what commands are about that can be told @returns what the command printed; an error is told the same way */
export async function runTyped(text: string, run: string, terminal: Terminal): Promise<readonly string[]> {
  const [name = '', ...args] = wordsOf(text);
  const takesRun = allowed.get(name);
  if (takesRun === undefined)
    return [`There is no command ${name} here; there are ${[...allowed.keys()].join(', ')}.`];
  const words = [name, ...args, ...(takesRun && !args.includes('--run') ? ['--run', run] : [])];
  const [, script = ''] = process.argv;
  const { cwd, env } = terminal;
  const options = { cwd, env: { ...env, NO_COLOR: '1' }, maxBuffer: LONGEST_ANSWER, timeout: LIMIT_MS };
  const said = await promisify(execFile)(process.execPath, [script, ...words], options).catch(
    (error: Partial<Record<'stdout' | 'stderr', string>> & Error) => ({
      stdout: error.stdout ?? '',
      stderr: error.stderr || error.message,
    }),
  );
  return `${said.stdout}${said.stderr}`.trimEnd().split('\n');
}

/** Words as a shell takes them apart, quotes included. */
const wordsOf = (text: string): string[] =>
  [...text.matchAll(/"([^"]*)"|'([^']*)'|(\S+)/g)].map(
    ([, double, single, bare]) => double ?? single ?? bare ?? '',
  );
