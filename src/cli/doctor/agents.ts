/** Checks of agents: those that the configuration names, and known ones on PATH. Starts none. */
import { basename, isAbsolute } from 'node:path';
import { agentPresets } from '../../config/agent-presets.ts';
import type { AgentConfig, Config } from '../../config/schema.ts';
import type { AgentExamination } from '../../ports/agent.ts';
import { examinationText } from '../examine-agents.ts';
import { agentOf, driverPrograms, knownPrograms, presetOf } from '../known-agents.ts';
import { findProgram } from '../on-path.ts';
import { bad, type Check, fromProblem, note, ok } from './check.ts';

export interface AgentSearch {
  readonly path: string | undefined;
  readonly cwd: string;
}

type Agents = Pick<Config, 'agent' | 'agents'>;

/** What agents said of themselves, by name. */
export type Examined = ReadonlyMap<string, AgentExamination>;

/**
 * Agents that `doctor` asks: those of the configuration whose program is known and there, and known ones beside them.
 * Anything else that a repository's configuration names may be the repository's own, and do anything; `check` asks it.
 */
export function agentsToAsk(config: Agents, search: AgentSearch): readonly string[] {
  const entries = entriesOf(config);
  return [
    ...Object.entries(entries)
      .filter(([name, entry]) => isKnown(entry) && checkAgent(name, entry, search).verdict === 'ok')
      .map(([name]) => name),
    ...otherPrograms(entries, search).flatMap(({ preset }) => preset ?? []),
  ];
}

function isKnown({ driver, command }: AgentConfig): boolean {
  if (command === undefined) return driverPrograms[driver] !== undefined;
  const [first = ''] = typeof command === 'string' ? [] : command;
  return knownPrograms.includes(basename(first)) && (!first.includes('/') || isAbsolute(first));
}

export function checkAgents(config: Agents, search: AgentSearch, examined: Examined): readonly Check[] {
  const entries = entriesOf(config);
  const { agent } = config;
  return [
    ...Object.entries(entries).flatMap(([name, entry]) =>
      withExamination(checkAgent(name, entry, search), examined.get(name)),
    ),
    ...(agent === undefined || Object.hasOwn(entries, agent)
      ? []
      : [
          bad(
            'agent',
            `the configuration chooses ${agent}, which it does not describe`,
            'Describe it under `agents:` in tutti.yaml.',
          ),
        ]),
    ...checkKnown(entries, search, examined),
  ];
}

/** What the configuration names, with the preset that it chooses. */
function entriesOf({ agent, agents }: Agents): Readonly<Record<string, AgentConfig>> {
  if (agent === undefined || Object.hasOwn(agents, agent)) return agents;
  const preset = Object.hasOwn(agentPresets, agent) ? agentPresets[agent] : undefined;
  return preset === undefined ? agents : { ...agents, [agent]: preset };
}

/** What it said goes into its line; what does not fit there has a line of its own. */
function withExamination(check: Check, examination: AgentExamination | undefined): readonly Check[] {
  if (check.verdict !== 'ok' || examination === undefined) return [check];
  const problems = examination.problems.toSorted((a, b) => rank[a.severity] - rank[b.severity]);
  const [first, ...others] = problems;
  const told = examinationText(examination);
  const message = told === '' ? check.message : `${check.message}: ${told}`;
  if (first === undefined) return [{ ...check, message }];
  const { verdict, fix } = fromProblem(check.name, first);
  // That nobody is logged in has been said.
  const isSaid = first.code === 'agent-logged-out' && first.severity === 'error';
  return [
    { name: check.name, verdict, message: isSaid ? message : `${message}. ${first.message}`, fix },
    ...others.map((problem) => fromProblem(check.name, problem)),
  ];
}

const rank = { error: 0, warning: 1, info: 2 } as const;

const drivers: ReadonlySet<string> = new Set(Object.values(agentPresets).map(({ driver }) => driver));

/** Whether the program of an agent of the configuration is there. */
export function checkAgent(
  name: string,
  { driver, command: stated }: AgentConfig,
  search: AgentSearch,
): Check {
  const label = `agent ${name}`;
  const command = stated ?? driverPrograms[driver];
  if (driver === 'scripted') return ok(label, 'scripted: built in');
  if (!drivers.has(driver))
    return bad(
      label,
      `this version has no driver ${driver}`,
      'Use `driver: command` with its command for now.',
    );
  if (command === undefined || command.length === 0)
    return note(label, 'has no command of its own: each run has to give one with --command');
  const program = programOf(command);
  if (program === undefined) return note(label, 'is shell text; it is not looked into');
  const found = findProgram(program, search.path, search.cwd);
  if (found !== undefined) return ok(label, found);
  // A builtin of the shell, or a function, is on no PATH.
  const fix = 'Install it, correct `command` in tutti.yaml, or name it by its whole path.';
  return typeof command === 'string' && shellBuiltins.has(program)
    ? ok(label, `${program}, of the shell`)
    : bad(
        label,
        `${program} is not ${program.includes('/') ? 'there, or may not be executed' : 'found on PATH'}`,
        fix,
      );
}

/** What POSIX has a shell know itself: reserved words and built-in utilities, and what all shells add. */
const shellBuiltins: ReadonlySet<string> = new Set(
  [
    '! { } case do done elif else esac fi for if in then until while [ [[ function time',
    '. : alias bg break cd command continue echo eval exec exit export false fc fg getopts hash jobs kill local',
    'printf pwd read readonly return set shift source test times trap true type ulimit umask unalias unset wait',
  ].flatMap((line) => line.split(' ')),
);

/** The program that an agent's command starts first; undefined when that takes a shell to know. */
export const programOf = (command: string | readonly string[]): string | undefined =>
  typeof command === 'string' ? firstWord(command) : command[0];

const firstWord = (text: string): string | undefined =>
  /^\s*([\w./+-]+)(?=\s|$|[;&|<>])(?!=)/.exec(text)?.[1];

interface KnownProgram {
  readonly program: string;
  readonly file: string;
  /** The agent that it is without being written down. */
  readonly preset: string | undefined;
}

/** Known programs on PATH that no agent of the configuration is. */
function otherPrograms(
  entries: Readonly<Record<string, AgentConfig>>,
  { path, cwd }: AgentSearch,
): readonly KnownProgram[] {
  const used = new Set(
    Object.values(entries).map(({ driver, command }) =>
      basename(programOf(command ?? driverPrograms[driver] ?? '') ?? ''),
    ),
  );
  return knownPrograms.flatMap((program) => {
    const file = used.has(program) ? undefined : findProgram(program, path, cwd);
    if (file === undefined) return [];
    const preset = presetOf(program);
    return [
      { program, file, preset: preset !== undefined && Object.hasOwn(entries, preset) ? undefined : preset },
    ];
  });
}

function checkKnown(
  entries: Readonly<Record<string, AgentConfig>>,
  search: AgentSearch,
  examined: Examined,
): readonly Check[] {
  const others = otherPrograms(entries, search);
  if (others.length === 0 && Object.keys(entries).length === 0)
    return [
      note(
        'agents',
        `none of ${knownPrograms.join(', ')} on PATH`,
        'Any program can be an agent: tutti run --command "TEXT"',
      ),
    ];
  return others.flatMap(({ program, file, preset }) => {
    if (preset === undefined) {
      const [, { command }] = agentOf(program);
      return typeof command === 'string'
        ? [note(program, `${file}: works with the driver \`command\``, `command: ${command}`)]
        : [];
    }
    const there = ok(program, `${file}, the agent ${preset}`);
    // Nobody has chosen it: nothing about it keeps this machine from being fit.
    return withExamination(there, examined.get(preset)).map((check) =>
      note(check.name, check.message, check.fix ?? `tutti run PLAN --agent ${preset}`),
    );
  });
}
