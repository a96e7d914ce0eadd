/** The entry of the command line: finds the command, runs it, sets the exit code. Loads only what the command needs. */
import { CommanderError } from 'commander';
import { ProblemError } from '../core/problem.ts';
import { commands } from './command-table.ts';
import { exitCode } from './exit-code.ts';
import { buildProgram } from './program.ts';
import { tellError } from './tell-error.ts';
import { processTerminal } from './terminal.ts';

/** Runs the command line and sets `process.exitCode`. @param argv as `process.argv` */
export async function main(argv: readonly string[]): Promise<void> {
  const terminal = processTerminal();
  const program = buildProgram(commands, terminal, (code) => {
    process.exitCode = code;
  });
  try {
    await program.parseAsync([...argv]);
  } catch (error) {
    if (error instanceof CommanderError) process.exitCode = error.exitCode === 0 ? 0 : exitCode.usage;
    else {
      process.exitCode = tellError(error, terminal, argv.includes('--debug'));
      if (error instanceof ProblemError && argv.includes('--json')) {
        terminal.print(JSON.stringify({ schemaVersion: 1, kind: 'error', problems: error.problems }));
      }
    }
  }
}
