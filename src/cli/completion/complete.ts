/** What may stand where the cursor is: commands, options, values, ids. Knows no shell; asks for names only when they are wanted. */
import type { Option } from 'commander';
import { plainText } from '../../view/plain-text.ts';
import { aliasGroups } from '../alias-groups.ts';
import { configActions } from '../config/actions.ts';
import type { CommandSpec } from '../program.ts';
import { shells } from './shells.ts';

export interface Candidate {
  readonly value: string;
  /** For people; may be empty. */
  readonly about: string;
}

/** What the shell itself can complete. */
export type Paths = 'files' | 'folders';

export interface Completion {
  readonly candidates: readonly Candidate[];
  readonly paths: Paths | null;
}

/** Names that only the repository knows. */
export interface Names {
  /** Tasks of a run, of the newest one by default. */
  tasks(run: string | undefined): Promise<readonly Candidate[]>;
  runs(): Promise<readonly Candidate[]>;
  agents(): Promise<readonly Candidate[]>;
  branches(): Promise<readonly Candidate[]>;
  /** Of plans. */
  formats(): Promise<readonly Candidate[]>;
  /** Keys that `config` takes. */
  settings(): Promise<readonly Candidate[]>;
  /** Words that a setting may have as its value. */
  valuesOf(setting: string): Promise<readonly Candidate[]>;
}

/** More help nobody. */
const MOST = 500;

/** @param typed the words behind the program's name; the last is the one at the cursor, perhaps empty */
export async function complete(
  typed: readonly string[],
  commands: readonly CommandSpec[],
  names: Names,
): Promise<Completion> {
  const { before, current, prefix } = splitWords(typed);
  const found = await candidatesFor(before, current, commands, names);
  const candidates = found.candidates
    .filter(({ value }) => value.startsWith(current) && isPlain(value))
    .slice(0, MOST)
    .map(({ value, about }) => ({ value: `${prefix}${value}`, about: plainText(about) }));
  return { candidates, paths: found.paths };
}

/** Bash gives `--format=x` as three words, other shells as one. */
function splitWords(typed: readonly string[]) {
  const joined = typed.filter((word) => word !== '=');
  const last = typed.at(-1) ?? '';
  const current = last === '=' ? '' : last;
  const before = last === '=' ? joined : joined.slice(0, -1);
  const [, option, value] = /^(--[\w-]+)=(.*)$/s.exec(current) ?? [];
  if (option === undefined || value === undefined) return { before, current, prefix: '' };
  return { before: [...before, option], current: value, prefix: `${option}=` };
}

// Ids come from plans. What a shell would read as more than a word is not offered: it would be run on Enter.
const isPlain = (value: string): boolean => /^[\w@%+=:,./-]+$/.test(value);

const nothing: Completion = { candidates: [], paths: null };
const listed = (candidates: readonly Candidate[]): Completion => ({ candidates, paths: null });
const words = (values: readonly string[]): Completion =>
  listed(values.map((value) => ({ value, about: '' })));

async function candidatesFor(
  before: readonly string[],
  current: string,
  commands: readonly CommandSpec[],
  names: Names,
): Promise<Completion> {
  const [name, ...rest] = before;
  if (name === undefined) {
    const list = commands.map((spec) => ({ value: spec.name, about: spec.summary }));
    return listed(current.startsWith('-') ? globalOptions : list);
  }
  const group = aliasGroups.find((alias) => alias.name === name);
  if (group !== undefined) {
    const own = commands.filter((spec) => group.commands.includes(spec.name));
    return candidatesFor(rest, current, own, names);
  }
  const spec = commands.find((command) => command.name === name);
  if (spec === undefined) return nothing;
  const call = readCall(spec, rest);
  if (call.open !== undefined) return valuesOf(call.open, names);
  if (current.startsWith('-') && !call.isEnded) return optionsOf(spec, call);
  return argumentsOf(spec, call, names);
}

interface Call {
  readonly values: ReadonlyMap<string, string>;
  readonly positional: readonly string[];
  /** The option that waits for its value. */
  readonly open: Option | undefined;
  /** After `--` there are no options. */
  readonly isEnded: boolean;
}

function readCall(spec: CommandSpec, before: readonly string[]): Call {
  const options = spec.options();
  const values = new Map<string, string>();
  const positional: string[] = [];
  let open: Option | undefined;
  let isEnded = false;
  for (const word of before) {
    if (open !== undefined) {
      values.set(open.long ?? '', word);
      open = undefined;
    } else if (isEnded || !word.startsWith('-')) positional.push(word);
    else if (word === '--') isEnded = true;
    else {
      const [flag = '', value] = word.split('=', 2);
      const option = options.find(({ long, short }) => long === flag || short === flag);
      if (value === undefined && option?.required) open = option;
      values.set(option?.long ?? flag, value ?? '');
    }
  }
  return { values, positional, open, isEnded };
}

const globalOptions: readonly Candidate[] = [
  { value: '--help', about: 'show help' },
  { value: '--version', about: 'print the version' },
];

/** May be given again. */
const repeatable: ReadonlySet<string> = new Set(['--gate', '--what-if', '--drop-edge']);

function optionsOf({ options }: CommandSpec, { values }: Call): Completion {
  const free = options().flatMap(({ long, description }) =>
    long && (!values.has(long) || repeatable.has(long)) ? [{ value: long, about: description }] : [],
  );
  return listed([...free, { value: '--help', about: 'show help' }]);
}

async function valuesOf(option: Option, names: Names): Promise<Completion> {
  if (option.argChoices !== undefined) return words(option.argChoices);
  switch (option.long) {
    case '--agent':
      return listed(await names.agents());
    case '--run':
    case '--compare':
      return listed(await names.runs());
    case '--target':
      return listed(await names.branches());
    case '--format':
      return listed(await names.formats());
    case '--what-if':
      return words(['slots=2..10', 'schedule', 'order', 'failures=0..30']);
    case '--keep':
      return { ...nothing, paths: 'folders' };
    default:
      // `--output <file>` says itself what it takes.
      return /<(?:file|path)>/.test(option.flags) ? { ...nothing, paths: 'files' } : nothing;
  }
}

/** What the next argument is, by the name that it has in the table. */
async function argumentsOf(spec: CommandSpec, call: Call, names: Names): Promise<Completion> {
  const declared = spec.arguments?.split(' ') ?? [];
  const at = call.positional.length;
  const argument = declared[at] ?? (declared.at(-1)?.includes('...') ? declared.at(-1) : undefined);
  switch (argument?.replace(/[<>[\].]/g, '')) {
    case 'plan':
      return { ...nothing, paths: 'files' };
    case 'task':
      return listed(await names.tasks(call.values.get('--run')));
    case 'run':
      return listed(await names.runs());
    case 'run-or-task':
      return listed([...(await names.runs()), ...(await names.tasks(undefined))]);
    case 'shell':
      return words(shells);
    case 'action':
      return words(configActions);
    case 'key':
      return call.positional[0] === 'list' ? nothing : listed(await names.settings());
    case 'value':
      return call.positional[0] === 'set' ? settingValues(call.positional[1] ?? '', names) : nothing;
    default:
      return nothing;
  }
}

async function settingValues(setting: string, names: Names): Promise<Completion> {
  if (setting === 'agent') return listed(await names.agents());
  if (setting === 'target') return listed(await names.branches());
  if (setting === 'prompt') return { ...nothing, paths: 'files' };
  if (setting === 'stateDir' || setting === 'worktrees') return { ...nothing, paths: 'folders' };
  return listed(await names.valuesOf(setting));
}

/** The answer as shells read it: a line `value TAB about` for each candidate, and `:files` or `:folders`. */
export function completionText({ candidates, paths }: Completion): string {
  const lines = candidates.map(({ value, about }) => (about === '' ? value : `${value}\t${about}`));
  return [...lines, ...(paths === null ? [] : [`:${paths}`])].join('\n');
}
