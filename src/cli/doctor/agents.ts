/** Checks of agents: those that the configuration names, and known ones on PATH. Starts none. */
import { agentPresets } from '../../config/agent-presets.ts';
import type { AgentConfig, Config } from '../../config/schema.ts';
import { agentOf, driverPrograms, knownPrograms, presetOf } from '../known-agents.ts';
import { findProgram } from '../on-path.ts';
import { bad, type Check, note, ok } from './check.ts';

export interface AgentSearch {
  readonly path: string | undefined;
  readonly cwd: string;
}

export function checkAgents(
  { agent, agents }: Pick<Config, 'agent' | 'agents'>,
  search: AgentSearch,
): readonly Check[] {
  return [
    ...Object.entries(agents).map(([name, config]) => checkAgent(name, config, search)),
    ...(agent === undefined || Object.hasOwn(agents, agent) || Object.hasOwn(agentPresets, agent)
      ? []
      : [
          bad(
            'agent',
            `the configuration chooses ${agent}, which it does not describe`,
            'Describe it under `agents:` in tutti.yaml.',
          ),
        ]),
    ...checkKnown(search),
  ];
}

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

function checkKnown({ path, cwd }: AgentSearch): readonly Check[] {
  const found = knownPrograms.flatMap((program) => {
    const file = findProgram(program, path, cwd);
    if (file === undefined) return [];
    const preset = presetOf(program);
    if (preset !== undefined)
      return [note(program, `${file}: the agent ${preset}`, `tutti run PLAN --agent ${preset}`)];
    const [, { command }] = agentOf(program);
    return [note(program, `${file}: works with the driver \`command\``, `command: ${command}`)];
  });
  if (found.length > 0) return found;
  return [
    note(
      'agents',
      `none of ${knownPrograms.join(', ')} on PATH`,
      'Any program can be an agent: tutti run --command "TEXT"',
    ),
  ];
}
