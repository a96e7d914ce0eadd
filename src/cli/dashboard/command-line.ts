/** The line of the dashboard that takes commands: calls the same program as the shell does, and keeps what it prints. */
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import type { Terminal } from '../terminal.ts';

/** Commands that say something about this run, or tell it something, and come back at once; and how they are told which run is meant. */
const allowed: ReadonlyMap<string, 'option' | 'first' | 'never'> = new Map([
  ['status', 'first'],
  ['why', 'option'],
  ['pause', 'option'],
  ['resume', 'never'],
  ['cancel', 'option'],
  ['retry', 'option'],
  ['resolve', 'option'],
  ['slots', 'option'],
  ['logs', 'option'],
  ['prompt', 'never'],
  ['report', 'first'],
]);

const LONGEST_ANSWER = 4 * 1024 * 1024;
const LIMIT_MS = 60_000;

/** @param run what commands are about that can be told @returns what the command printed; an error is told the same way */
export async function runTyped(text: string, run: string, terminal: Terminal): Promise<readonly string[]> {
  const [name = '', ...args] = wordsOf(text);
  const told = allowed.get(name);
  if (told === undefined)
    return [`There is no command ${name} here; there are ${[...allowed.keys()].join(', ')}.`];
  // A run that is named comes first, or no run is.
  const meant = told === 'first' && (args[0] ?? '-').startsWith('-') ? [run] : [];
  const words = [
    ...[name, ...meant, ...args],
    ...(told === 'option' && !args.includes('--run') ? ['--run', run] : []),
  ];
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
