/** What `init` found, tried and did, as people read it. */
import { roughDuration } from '../../core/duration.ts';
import { fitted } from '../../view/plain-text.ts';
import { agentCommands, knownPrograms, presetOf } from '../known-agents.ts';
import type { Terminal } from '../terminal.ts';
import { counted, reportWidth, shellWord, wrapWords } from '../wrapped-text.ts';
import type { ConfigFindings } from './config-text.ts';
import type { Tried, TriedProject } from './try-project.ts';

export interface InitReport extends TriedProject, Pick<ConfigFindings, 'plans' | 'agents'> {
  /** As seen from where the user is. */
  readonly file: string;
  readonly written: boolean;
  /** Content of the file. */
  readonly text: string;
}

const LABEL = 9;
/** Lines of a failed command's output that are shown. */
const OUTPUT_LINES = 12;

export function initText(report: InitReport, terminal: Terminal): string {
  const advice = adviceOf(report).map((text) => `- ${wrapWords(text, reportWidth(terminal.columns()), 2)}`);
  const end = report.written ? endText(report, terminal) : report.text.trimEnd();
  return [foundRows(report, terminal).join('\n'), advice.join('\n'), end]
    .filter((part) => part !== '')
    .join('\n\n');
}

function foundRows(report: InitReport, terminal: Terminal): string[] {
  const { setup, gate, plans, agents, remarks, logFile } = report;
  const width = reportWidth(terminal.columns());
  const row = (name: string, text: string): string =>
    `${terminal.palette.strong(name.padEnd(LABEL))}${wrapWords(text, width, LABEL)}`;
  const longest = Math.max(0, ...[...setup, ...gate].map(({ command }) => command.length));
  const column = Math.min(width - LABEL - 22, longest);
  return [
    ...commandRows('Set-up', setup, column, terminal),
    ...commandRows('Gate', gate, column, terminal),
    ...(gate.length === 0 ? [row('Gate', 'none found: nothing says how this project is verified')] : []),
    ...plans.map(({ path, format, tasks }) => row('Plan', `${path} (${counted(tasks, 'task')}, ${format})`)),
    ...(plans.length === 0 ? [row('Plan', 'none found')] : []),
    ...agentRows(agents, row),
    ...remarks.map((remark) => row('Note', remark)),
    ...(logFile === null ? [] : [row('Log', logFile)]),
  ];
}

/** How a run is told to use it. */
function optionOf(program: string): string {
  const preset = presetOf(program);
  return preset === undefined
    ? `--command ${shellWord(agentCommands[program] ?? program)}`
    : `--agent ${preset}`;
}

/** Each with what a run needs to be told to use it. */
function agentRows(agents: readonly string[], row: (name: string, text: string) => string): string[] {
  if (agents.length === 0)
    return [row('Agents', `none of ${knownPrograms.join(', ')} on PATH; any program can be one`)];
  return agents.map((program, index) => row(index === 0 ? 'Agents' : '', `${program}: ${optionOf(program)}`));
}

function commandRows(name: string, commands: readonly Tried[], column: number, terminal: Terminal): string[] {
  const { strong, dim } = terminal.palette;
  const width = reportWidth(terminal.columns());
  return commands.flatMap((tried, index) => {
    const label = strong((index === 0 ? name : '').padEnd(LABEL));
    const head = `${label}${fitted(tried.command, column).padEnd(column)}  ${outcomeText(tried, terminal)}`;
    if (tried.verdict === undefined || tried.verdict === 'passed') return [head];
    const lines = (tried.output ?? '').split('\n').filter((line) => line.trim() !== '');
    const end = lines
      .slice(-OUTPUT_LINES)
      .map((line) => `${' '.repeat(LABEL)}| ${fitted(line, width - LABEL - 2)}`);
    return [head, ...end.map(dim)];
  });
}

function outcomeText({ verdict, durationMs = 0, exitCode }: Tried, { palette }: Terminal): string {
  const took = roughDuration(
    durationMs >= 1000 ? Math.round(durationMs / 1000) * 1000 : Math.round(durationMs),
  );
  switch (verdict) {
    case 'passed':
      return palette.good(`passed in ${took}`);
    case 'failed':
      return palette.bad(`failed (${exitCode ?? 'signal'}) in ${took}`);
    case 'broken':
      return palette.bad(
        typeof exitCode === 'number' ? `cannot start (${exitCode})` : `not ended in ${took}`,
      );
    default:
      return palette.dim('not tried');
  }
}

/** The way out of everything that did not go well. */
function adviceOf({ setup, gate, leftBehind, file }: InitReport): string[] {
  const advice: string[] = [];
  const has = (commands: readonly Tried[], verdict: Tried['verdict']): boolean =>
    commands.some((tried) => tried.verdict === verdict);
  if (has(setup, 'failed') || has(setup, 'broken'))
    advice.push(
      `The set-up does not work in a fresh worktree, so ${file} has it only as a comment: mend what it needs, or correct it there.`,
    );
  if (has(gate, 'failed'))
    advice.push(
      'A red step stays in the gate but does not count until it first passes. If it should count from the start, make it green, commit, and run `tutti init --force`.',
    );
  if (has(gate, 'broken'))
    advice.push(
      `A step that cannot start, or does not end, is in ${file} only as a comment: install what it needs, or correct it there.`,
    );
  if (leftBehind.length > 0) {
    const files = `${leftBehind.slice(0, 5).join(', ')}${leftBehind.length > 5 ? ' …' : ''}`;
    advice.push(
      `Set-up or gate change or leave files: ${files}. They would be committed with each task's work: add what is new to .gitignore, commit what is changed.`,
    );
  }
  return advice;
}

function endText({ file, plans, gate, agents }: InitReport, { palette }: Terminal): string {
  const [plan] = plans;
  const source = plan === undefined ? ' PLAN' : plan.path === '.' ? '' : ` ${shellWord(plan.path)}`;
  const [first] = agents;
  const option = first === undefined ? "--command 'your-agent --its-options'" : optionOf(first);
  const steps = [
    ...(gate.length === 0 ? [`add the command that must pass to \`gate:\` in ${file}`] : []),
    ...(plan === undefined ? ['write plan.yaml, or a folder with T-001.md, T-002.md …'] : []),
    `tutti analyze${source}`,
    `tutti check${source} ${option}`,
    `tutti run${source} ${option}`,
  ];
  return `${palette.good(`Wrote ${file}`)}; commit it when you like it. Next:\n${steps.map((step) => `  ${step}`).join('\n')}`;
}
