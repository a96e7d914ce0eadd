/** The entry of the command line: finds the command, runs it, sets the exit code. Loads only what the command needs. */
import { CommanderError } from 'commander';
import { ProblemError, problem } from '../core/problem.ts';
import { commands } from './command-table.ts';
import { exitCode } from './exit-code.ts';
import { buildProgram } from './program.ts';
import { errorDocument, tellError } from './tell-error.ts';
import { isHangUp, processTerminal, type Terminal } from './terminal.ts';

/** What the completion scripts ask; no command for people. */
const COMPLETE = '__complete';

/** Runs the command line and sets `process.exitCode`. @param argv as `process.argv` */
export async function main(argv: readonly string[]): Promise<void> {
  const terminal = processTerminal();
  const [, , first, ...words] = argv;
  if (first === COMPLETE) return printCompletions(words, terminal);
  // To make all commands with all their options takes longer than what most of them do.
  const called = commands.filter(({ name }) => name === first);
  const program = buildProgram(called.length > 0 ? called : commands, terminal, (code) => {
    process.exitCode = code;
  });
  try {
    await program.parseAsync([...argv]);
  } catch (error) {
    // Only help is told so: whatever else is wrong with the call is a problem.
    if (error instanceof CommanderError) process.exitCode = error.exitCode === 0 ? 0 : exitCode.usage;
    else {
      process.exitCode = tellError(error, terminal, argv.includes('--debug'));
      if (error instanceof ProblemError && argv.includes('--json')) {
        terminal.print(JSON.stringify(errorDocument(error.problems)));
      }
    }
  }
  const { aborted, reason } = terminal.closed;
  if (aborted && !isHangUp(reason)) {
    const code = tellError(unwritable(reason), terminal, false);
    process.exitCode ||= code;
  }
}

const unwritable = ({ message }: Error): ProblemError => {
  const fix =
    'Write to another place, or make room there. What the command has done stays done; only its output is cut off.';
  return new ProblemError([problem('usage', `standard output cannot be written: ${message}`, fix)]);
};

/** Answers with what may stand at the cursor. Whatever goes wrong, a key press is no time to tell it. */
async function printCompletions(words: readonly string[], terminal: Terminal): Promise<void> {
  const { complete, completionText } = await import('./completion/complete.ts');
  const names = await import('./completion/names.ts');
  const found = await complete(words, commands, names.repositoryNames(terminal));
  const text = completionText(found);
  if (text !== '') terminal.print(text);
}
