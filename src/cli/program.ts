/** Makes the program of commander from the table of commands: names, options, help, and loading a command when it runs. */
import { Command, type CommanderError, type Option } from 'commander';
import { type Problem, ProblemError, problem } from '../core/problem.ts';
import { type AliasGroup, aliasGroups } from './alias-groups.ts';
import type { Terminal } from './terminal.ts';

/** What a command's module exports: does the work and says with what to exit. */
export type Action<Options> = (
  terminal: Terminal,
  args: readonly string[],
  options: Options,
) => Promise<number>;

/** One row of the table of commands. */
export interface CommandSpec {
  readonly name: string;
  readonly arguments?: string;
  readonly summary: string;
  /** Made when they are asked for: those of all commands take longer to make than most commands need to start. */
  readonly options: () => readonly Option[];
  readonly examples: readonly string[];
  /** Loads the command's module; only the command that runs is loaded. */
  readonly load: () => Promise<{ readonly command: Action<never> }>;
}

/** @param onExit is told the exit code of the command that ran */
export function buildProgram(
  commands: readonly CommandSpec[],
  terminal: Terminal,
  onExit: (code: number) => void,
): Command {
  const program = newCommand('tutti', 'tutti', terminal)
    .description('Executes an implementation plan with many coding agents at once.')
    .option('--debug', 'print stack traces')
    .option('--version', 'print the version')
    .helpCommand('help [command]', 'show the help of a command')
    .addHelpText('after', '\nStart with `tutti demo`, then `tutti init` in a repository of yours.');
  program.allowExcessArguments().action(async (options: { version?: boolean }) => {
    const [unknown] = program.args;
    if (unknown !== undefined) {
      const { didYouMean } = await import('../core/nearest.ts');
      const names = [...commands, ...aliasGroups].map(({ name }) => name);
      const fix = didYouMean(unknown, names) ?? 'Run `tutti --help` for the commands.';
      throw new ProblemError([problem('usage', `unknown command '${unknown}'`, fix)]);
    }
    if (options.version !== true) program.help();
    const { version } = await import('../version.ts');
    terminal.print(version);
  });
  for (const spec of commands) program.addCommand(buildCommand(spec, terminal, onExit));
  for (const group of aliasGroups) program.addCommand(buildAliases(group, commands, terminal, onExit));
  return program;
}

function buildAliases(
  { name, summary, commands: names, implied }: AliasGroup,
  commands: readonly CommandSpec[],
  terminal: Terminal,
  onExit: (code: number) => void,
): Command {
  const group = newCommand(name, `tutti ${name}`, terminal).summary(summary);
  for (const spec of commands.filter((candidate) => names.includes(candidate.name))) {
    const known = Object.entries(implied).filter(([key]) =>
      spec.options().some((option) => option.attributeName() === key),
    );
    group.addCommand(buildCommand(spec, terminal, onExit, Object.fromEntries(known), `tutti ${name}`));
  }
  return group;
}

/** A command that neither prints its errors nor ends the process. @param call how it is called, with all words before it */
function newCommand(name: string, call: string, terminal: Terminal): Command {
  const refuse = (error: CommanderError): never => {
    // Help and version come this way, too.
    if (error.exitCode === 0 || error.code === 'commander.help') throw error;
    throw new ProblemError([wrongCall(error.message, call)]);
  };
  const command = new Command(name).exitOverride(refuse);
  command.configureHelp({ subcommandTerm: (inner) => inner.name(), minWidthToWrap: 20 });
  return command.configureOutput({
    writeOut: terminal.write,
    writeErr: (text) => terminal.remark(text.replace(/\n$/, '')),
    outputError: () => {},
    getOutHelpWidth: terminal.columns,
    getErrHelpWidth: terminal.columns,
    getOutHasColors: () => terminal.coloured,
  });
}

function wrongCall(text: string, call: string): Problem {
  const [, message = text, guess] = /^(?:error: )?([^\n]*)(?:\n\((Did you mean [^\n]*)\))?/.exec(text) ?? [];
  const help = `Run \`${call} --help\` for its arguments and options.`;
  return problem('usage', message, guess === undefined ? help : `${guess} ${help}`);
}

/** @param implied what options are that are not given */
function buildCommand(
  spec: CommandSpec,
  terminal: Terminal,
  onExit: (code: number) => void,
  implied: Readonly<Record<string, unknown>> = {},
  within = 'tutti',
): Command {
  const command = newCommand(spec.name, `${within} ${spec.name}`, terminal)
    .summary(spec.summary)
    .description(`${spec.summary[0]?.toUpperCase()}${spec.summary.slice(1)}.`)
    .option('--debug', 'print stack traces')
    .addHelpText('after', `\nExamples:\n${spec.examples.map((example) => `  ${example}`).join('\n')}`);
  if (spec.arguments !== undefined) command.arguments(spec.arguments);
  for (const option of spec.options()) command.addOption(option);
  command.action(async (...given: unknown[]) => {
    // A variadic argument comes as a list.
    const args = given
      .slice(0, -2)
      .flat()
      .filter((arg): arg is string => typeof arg === 'string');
    const { command: perform } = await spec.load();
    onExit(await perform(terminal, args, { ...implied, ...(command.opts() as object) } as never));
  });
  return command;
}
