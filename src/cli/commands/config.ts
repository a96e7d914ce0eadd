/** `tutti config`: shows settings with their origins, and changes them in the project's or the user's file. */
import { join, relative } from 'node:path';
import { openRepository } from '../../compose.ts';
import { textWith, textWithout } from '../../config/change-setting.ts';
import { settingOf } from '../../config/environment.ts';
import { listSettings, type Setting, settingKeys } from '../../config/setting-list.ts';
import {
  type ConfigSources,
  describeOrigin,
  loadConfig,
  projectFileName,
  userConfigFile,
} from '../../config/sources.ts';
import { writeAtomically } from '../../config/write-file.ts';
import { didYouMean } from '../../core/nearest.ts';
import { ProblemError, problem } from '../../core/problem.ts';
import { configActions } from '../config/actions.ts';
import { agentProblems } from '../config/agent-problems.ts';
import { configDocument, settingLines, settingText } from '../config/setting-text.ts';
import { exitCode } from '../exit-code.ts';
import type { Action } from '../program.ts';
import { tellProblems } from '../tell-error.ts';
import type { Terminal } from '../terminal.ts';
import { shellWord } from '../wrapped-text.ts';

export interface ConfigOptions {
  readonly showOrigin?: boolean;
  readonly user?: boolean;
  readonly json?: boolean;
}

interface Call {
  readonly terminal: Terminal;
  readonly options: ConfigOptions;
  readonly sources: ConfigSources;
}

export const command: Action<ConfigOptions> = async (
  terminal,
  [action = 'list', key, ...values],
  options,
) => {
  const { repository } = await openRepository(terminal.cwd);
  const { cwd, env } = terminal;
  const all = { root: repository?.topLevel, cwd, env, flags: {} };
  // With --user only that file speaks, and it needs no repository.
  const own = { ...all, root: undefined, env: { XDG_CONFIG_HOME: env.XDG_CONFIG_HOME, HOME: env.HOME } };
  const reads = action === 'list' || action === 'get';
  const call: Call = { terminal, options, sources: options.user === true && reads ? own : all };
  switch (action) {
    case 'list':
      if (key !== undefined) throw wrongCall(`list takes no key`, `tutti config get ${key}`);
      return show(call);
    case 'get':
      if (key === undefined || values.length > 0)
        throw wrongCall('get takes one key', 'tutti config get slots');
      return show(call, key);
    case 'set':
      if (key === undefined || values.length === 0)
        throw wrongCall('set takes a key and a value', 'tutti config set slots 4');
      return change(call, key, values);
    case 'unset':
      if (key === undefined || values.length > 0)
        throw wrongCall('unset takes one key', 'tutti config unset slots');
      return change(call, key, undefined);
    default:
      throw unknownAction(action);
  }
};

/** One setting, or all of them. */
function show({ terminal, options, sources }: Call, key?: string): number {
  const loaded = loadConfig(sources);
  if (loaded.config === undefined) throw new ProblemError(loaded.problems);
  const inForce = listSettings(loaded);
  const told = options.user === true ? inForce.filter(({ origin }) => origin.source === 'user') : inForce;
  if (key === undefined) {
    terminal.print(
      options.json === true
        ? JSON.stringify(configDocument(told), null, 2)
        : settingLines(told, options.showOrigin === true, terminal),
    );
    return exitCode.allDone;
  }
  const found = find(inForce, key);
  const shown = options.user === true && found.origin.source !== 'user' ? { ...found, value: null } : found;
  terminal.print(
    options.json === true
      ? JSON.stringify(configDocument([shown]), null, 2)
      : settingText(shown, options.showOrigin === true),
  );
  return exitCode.allDone;
}

/** Other names under which a setting may be asked for. */
const otherNames: Readonly<Record<string, string>> = {
  maxParallel: 'slots',
  limits: 'limits.maxParallel',
  budget: 'budget.tokens',
};

function find(settings: readonly Setting[], key: string): Setting {
  const name = Object.hasOwn(otherNames, key) ? otherNames[key] : key;
  const exact = settings.find((setting) => setting.key === name);
  if (exact) return exact;
  // A part of an agent: agents.mine.command.
  const [section, agent, part, ...more] = key.split('.');
  const whole = settings.find((setting) => setting.key === `agents.${agent}`);
  if (section === 'agents' && whole && part !== undefined && more.length === 0)
    return { ...whole, key, value: (whole.value as Record<string, unknown>)[part] ?? null };
  throw unknownKey(
    key,
    settings.map((setting) => setting.key),
  );
}

/** @param values undefined: the setting goes */
function change(
  { terminal, options, sources }: Call,
  key: string,
  values: readonly string[] | undefined,
): number {
  const known = [...settingKeys, ...Object.keys(otherNames)];
  if (!known.includes(key) && !/^agents\.[^.]+(?:\.[^.]+)?$/.test(key)) throw unknownKey(key, known);
  const file = fileToChange(sources, options.user === true);
  const name = key === 'budget' || key === 'limits' ? (otherNames[key] ?? key) : key;
  const before = loadConfig(sources).problems.map(({ message }) => message);
  const text = values === undefined ? textWithout(file, name) : textWith(file, name, values, sources);
  if (text !== undefined) {
    if (values !== undefined) refuseAgents(sources, { file, text }, key, values);
    write(file, text);
  }
  const loaded = loadConfig(sources);
  const inForce = listSettings(loaded).find((setting) => setting.key === (otherNames[key] ?? key));
  if (options.json === true) {
    const document = { ...configDocument(inForce ? [inForce] : []), file, changed: text !== undefined };
    terminal.print(JSON.stringify(document, null, 2));
    return exitCode.allDone;
  }
  const fromHere = relative(sources.cwd, file);
  const shown = fromHere.startsWith('..') ? file : fromHere;
  const done = values === undefined ? 'removed' : 'set';
  terminal.print(text === undefined ? `${key} is not set in ${shown}` : `${done} ${key} in ${shown}`);
  if (inForce !== undefined) tellWinner(inForce, shown, terminal);
  // Errors stop every run; warnings are told once.
  const told = loaded.problems.filter(
    ({ severity, message }) => severity === 'error' || !before.includes(message),
  );
  tellProblems(told, terminal);
  return exitCode.allDone;
}

/** @throws ProblemError for agents that a run would refuse */
function refuseAgents(
  sources: ConfigSources,
  written: { readonly file: string; readonly text: string },
  key: string,
  values: readonly string[],
): void {
  if (key !== 'agent' && !key.startsWith('agents.')) return;
  const [chosen = ''] = key === 'agent' ? values : [];
  const refused = agentProblems(sources, written, key === 'agent' ? chosen : undefined);
  if (refused.length === 0) return;
  const describe = `Or describe it first: tutti config set ${shellWord(`agents.${chosen}.driver`)} command.`;
  throw new ProblemError(
    refused.map(({ code, message, fix }) =>
      key === 'agent'
        ? problem(code, `there is no agent ${chosen}`, `${fix} ${describe} Nothing was written.`)
        : problem(code, message, `${fix} Nothing was written.`),
    ),
  );
}

/** Somebody who sets what is overruled elsewhere would wonder. */
function tellWinner(setting: Setting, file: string, terminal: Terminal): void {
  const { origin } = setting;
  const isOurs = 'location' in origin && origin.location.file === file;
  if (origin.source === 'default' || isOurs) return;
  terminal.remark(`in force is ${settingText(setting, false)}, from ${describeOrigin(origin)}`);
}

function fileToChange(sources: ConfigSources, user: boolean): string {
  if (user) return userConfigFile(sources);
  if (sources.root !== undefined) return join(sources.root, projectFileName);
  const fix = 'Go to a repository, or use --user for the file of all your repositories.';
  throw new ProblemError([problem('not-a-repository', `${sources.cwd} is not in a git repository`, fix)]);
}

function write(file: string, text: string): void {
  try {
    writeAtomically(file, text);
  } catch (error) {
    const fix = 'Make the file and its folder writable.';
    throw new ProblemError([problem('usage', `${file} cannot be written: ${(error as Error).message}`, fix)]);
  }
}

const usage = (message: string, fix: string): ProblemError =>
  new ProblemError([problem('usage', message, fix)]);

const wrongCall = (message: string, example: string): ProblemError =>
  usage(`config ${message}`, `For example: ${example}`);

const unknownAction = (action: string): ProblemError =>
  usage(
    `config cannot ${action}`,
    didYouMean(action, configActions) ?? `Use one of: ${configActions.join(', ')}.`,
  );

function unknownKey(key: string, known: readonly string[]): ProblemError {
  const meant = settingOf(key);
  const fix =
    meant === undefined
      ? (didYouMean(key, known) ?? '`tutti config list` shows all settings.')
      : `${key} is an environment variable; its setting is called ${meant}.`;
  return new ProblemError([problem('invalid-config', `there is no setting ${key}`, fix)]);
}
