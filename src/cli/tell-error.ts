/** Errors as people read them: what, why or where, what to do. Never a stack trace without `--debug`. */
import { Fault } from '../core/fault.ts';
import { type Problem, ProblemError, problemDocument } from '../core/problem.ts';
import { grouped } from '../view/amount-text.ts';
import { plainText } from '../view/plain-text.ts';
import { exitCode } from './exit-code.ts';
import type { Terminal } from './terminal.ts';

/** Prints the error and says with what to exit. */
export function tellError(error: unknown, terminal: Terminal, debug: boolean): number {
  if (debug && error instanceof Error) terminal.remark(error.stack ?? String(error));
  if (error instanceof ProblemError) {
    tellProblems(error.problems, terminal);
    return exitCode.usage;
  }
  if (error instanceof Fault) {
    terminal.remark(faultText(error, terminal));
    return error.code === 'journal-unwritable' || error.code === 'disk-full'
      ? exitCode.paused
      : exitCode.internal;
  }
  if (isDatabaseError(error)) return tellError(unreadableJournal(error), terminal, false);
  const { bad } = terminal.palette;
  const message = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
  terminal.remark(`${bad('internal error')}: ${plainText(message)}`);
  terminal.remark('  What the journal has is kept: `tutti resume` goes on from there.');
  terminal.remark('  fix: run the command again with --debug and report what it prints.');
  return exitCode.internal;
}

/** The document of a command that refuses, with `--json`; its shape is in `document-schemas`. */
export const errorDocument = (problems: readonly Problem[]) =>
  ({ schemaVersion: 1, kind: 'error', problems: problems.map(problemDocument) }) as const;

/** Problems of one code that are told; a folder that was meant for something else has thousands. */
const TOLD_OF_ONE_CODE = 20;

/** Tells problems in their order, many of one code cut short. @param all where all of them are */
export function tellProblems(problems: readonly Problem[], terminal: Terminal, all = '--json has all'): void {
  const counts = new Map<string, number>();
  for (const problem of problems) {
    const kind = `${problem.severity} [${problem.code}]`;
    const count = (counts.get(kind) ?? 0) + 1;
    counts.set(kind, count);
    if (count <= TOLD_OF_ONE_CODE) terminal.remark(problemText(problem, terminal));
  }
  for (const [kind, count] of counts) {
    const left = count - TOLD_OF_ONE_CODE;
    if (left > 0) terminal.remark(terminal.palette.dim(`… and ${grouped(left)} more: ${kind}; ${all}`));
  }
}

/** One problem: its kind and message, where it stands, what to do. */
export function problemText(
  { severity, code, message, location, fix }: Problem,
  { palette }: Terminal,
): string {
  const head =
    severity === 'error'
      ? palette.bad('error')
      : severity === 'warning'
        ? palette.busy('warning')
        : palette.dim('note');
  const line = location?.line === undefined ? '' : `:${location.line}`;
  const place = location === undefined ? '' : `\n  at ${plainText(location.file)}${line}`;
  return `${head} [${code}]: ${plainText(message)}${place}\n  fix: ${plainText(fix)}`;
}

const faultText = ({ code, message, fix }: Fault, { palette }: Terminal): string =>
  `${palette.bad('fault')} [${code}]: ${plainText(message)}\n  fix: ${plainText(fix)}`;

/** SQLite's own word that it cannot read or write: the journal's file is at fault, not the program. */
const isDatabaseError = (error: unknown): error is Error =>
  error instanceof Error && (error as NodeJS.ErrnoException).code === 'ERR_SQLITE_ERROR';

const unreadableJournal = (error: Error): Fault =>
  new Fault(
    'journal-unwritable',
    `The journal cannot be used: ${error.message}.`,
    'Restore journal.db in the state folder from a backup, or move it away; the branches of its runs are in your repository.',
    { cause: error },
  );
