/** Writes a commented tutti.yaml from what was found and tried. Only text: tries nothing, writes no file. */

import { type AgentConfig, defaults } from '../../config/schema.ts';
import { formatDuration } from '../../core/duration.ts';
import { orders } from '../../core/settings.ts';
import { plainText } from '../../view/plain-text.ts';
import { agentOf } from '../known-agents.ts';
import { counted, shellWord } from '../wrapped-text.ts';

/** A command and how it went; without `verdict` it was not tried. */
export interface TriedCommand {
  readonly command: string;
  readonly from: string;
  readonly verdict?: 'passed' | 'failed' | 'broken';
  readonly durationMs?: number;
  readonly exitCode?: number | null;
}

export interface FoundPlan {
  /** From the repository's root. */
  readonly path: string;
  readonly format: string;
  readonly tasks: number;
}

export interface ConfigFindings {
  readonly setup: readonly TriedCommand[];
  readonly gate: readonly TriedCommand[];
  readonly plans: readonly FoundPlan[];
  /** Programs of coding agents on PATH. */
  readonly agents: readonly string[];
}

/** The file's text. What cannot work is in it as a comment. */
export function configText(findings: ConfigFindings): string {
  const sections = [
    '# What tutti does in this repository. Written by `tutti init`; change it as you like.',
    setupSection(findings.setup),
    gateSection(findings.gate),
    agentSection(findings.agents),
    settingsSection(),
    ...(findings.plans.length > 0 ? [plansSection(findings.plans)] : []),
  ];
  return `${sections.join('\n\n')}\n`;
}

function setupSection(commands: readonly TriedCommand[]): string {
  const about = [
    '# Prepares each new worktree, which starts without anything that git ignores:',
    '# dependencies, build results, .env files. `copy: [.env]` brings those of this checkout in.',
  ];
  if (commands.length === 0) return [...about, '# setup:', '#   - npm ci'].join('\n');
  return [
    ...about,
    ...list('setup', commands, ({ verdict }) => verdict === undefined || verdict === 'passed'),
  ].join('\n');
}

function gateSection(commands: readonly TriedCommand[]): string {
  const about = [
    '# Must pass before a result counts: on the branch of each task, and on what the merge makes of it.',
    '# A step that is red before a run begins does not count until it first passes.',
  ];
  if (commands.length === 0) return [...about, '# gate:', '#   - npm test'].join('\n');
  // A red step is worth keeping, it may turn green; one that cannot even start here is not.
  return [...about, ...list('gate', commands, ({ verdict }) => verdict !== 'broken')].join('\n');
}

function list(
  key: string,
  commands: readonly TriedCommand[],
  counts: (command: TriedCommand) => boolean,
): string[] {
  const isEmpty = !commands.some(counts);
  return [
    isEmpty ? `# ${key}:` : `${key}:`,
    ...commands.map((command) => {
      const item = `  - ${yamlText(command.command)}   # ${remark(command)}`;
      return counts(command) ? item : `#${item}`;
    }),
  ];
}

function remark({ from, verdict, durationMs = 0, exitCode }: TriedCommand): string {
  const source = `from ${plainText(from)}`;
  const took = formatDuration(roughly(durationMs));
  switch (verdict) {
    case 'passed':
      return `${source}; passed in ${took}`;
    case 'failed':
      return `${source}; was RED (exit code ${exitCode ?? 'unknown'}) when it was tried`;
    case 'broken':
      return exitCode === null || exitCode === undefined
        ? `${source}; had not ended after ${took}`
        : `${source}; could not be started (exit code ${exitCode})`;
    default:
      return `${source}; not tried yet`;
  }
}

function agentSection(agents: readonly string[]): string {
  const known = agents.map(agentOf);
  const mine = ['mine', { driver: 'command', command: 'my-agent --its-options' }] as const;
  const shown = known.length > 0 ? known : [mine];
  return [
    '# Who does the tasks that name no agent. Any program can: it gets the prompt on its standard input,',
    '# and its path in TUTTI_PROMPT_FILE.',
    ...(known.length > 0 ? ['# Found on this machine; look at what each is allowed to do:'] : []),
    `# agent: ${shown[0]?.[0]}`,
    '# agents:',
    ...shown.flatMap(([name, { driver, command }]: readonly [string, AgentConfig]) => [
      `#   ${name}:`,
      `#     driver: ${driver}`,
      ...(command === undefined ? [] : [`#     command: ${commandText(command)}`]),
    ]),
  ].join('\n');
}

const commandText = (command: string | readonly string[]): string =>
  typeof command === 'string' ? yamlText(command) : `[${command.map(yamlText).join(', ')}]`;

const settingsSection = (): string =>
  [
    '# Settings and their defaults (there is no budget by default). `tutti config list` has them all.',
    ...[
      [`slots: ${defaults.slots}`, `attempts at once, at most ${defaults.maxParallel}`],
      [`retries: ${defaults.retries}`, 'sessions after the first that a task may have'],
      [`order: ${defaults.order}`, `or: ${orders.filter((order) => order !== defaults.order).join(', ')}`],
      [`timeout: ${formatDuration(defaults.timeoutMs)}`, 'longest session'],
      [`stall: ${formatDuration(defaults.stallMs)}`, 'longest silence of an agent'],
      [`land: ${defaults.land}`, 'true: fast-forward your branch when all is done'],
      ['budget: 2M', 'tokens that agents report; a run pauses where they end'],
    ].map(([setting = '', meaning]) => `# ${setting.padEnd(24)}# ${meaning}`),
  ].join('\n');

const plansSection = (plans: ConfigFindings['plans']): string =>
  [
    '# Plans found:',
    ...plans.map(
      ({ path, format, tasks }) =>
        `#   tutti analyze ${shellWord(plainText(path))}   (${counted(tasks, 'task')}, ${format})`,
    ),
  ].join('\n');

/** Plain where YAML reads it as this very text, else in double quotes, whose escapes are JSON's. */
function yamlText(text: string): string {
  const isPlain = /^[A-Za-z./][\w ./@=&+-]*$/.test(text) && !/^(true|false|null|yes|no|on|off)$/i.test(text);
  return isPlain && text === text.trim() ? text : JSON.stringify(text);
}

const roughly = (ms: number): number => (ms >= 1000 ? Math.round(ms / 1000) * 1000 : Math.round(ms));
