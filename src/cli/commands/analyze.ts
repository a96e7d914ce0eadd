/** `tutti analyze`: what a plan looks like as a graph, and what is wrong with it. Needs no repository and changes nothing. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Config } from '../../config/schema.ts';
import { type Analysis, analyse } from '../../core/analysis/analyse.ts';
import type { Plan } from '../../core/plan.ts';
import { hasErrors, ProblemError } from '../../core/problem.ts';
import { type ConflictRule, defaultScheduling } from '../../core/settings.ts';
import { chooseForm, drawAnalysis, type OutputForm, type OutputOptions, putOut } from '../analysis-output.ts';
import { analysisText, isAllDone } from '../analysis-text.ts';
import { exitCode } from '../exit-code.ts';
import { findTopLevel, readSource } from '../load-plan.ts';
import type { Action } from '../program.ts';
import type { Terminal } from '../terminal.ts';
import { counted, shellWord } from '../wrapped-text.ts';

/** Mermaid's own bound, which GitHub keeps. */
const MERMAID_LINES = 500;

export interface AnalyzeOptions extends OutputOptions {
  readonly format?: string;
  readonly slots?: number;
  readonly strict?: boolean;
  readonly full?: boolean;
}

export const command: Action<AnalyzeOptions> = async (terminal, [given], options) => {
  const { format, strict = false, full = false } = options;
  const form = chooseForm(options);
  const root = findTopLevel(terminal.cwd);
  const configured = await configuredRun(terminal, root);
  const slots = options.slots ?? configured?.slots;
  const choice = { command: 'analyze', terminal, asks: true, json: form === 'json' };
  const reading = { cwd: terminal.cwd, format, root, choice };
  const { plan, problems, ignored, detection, chosen } = await readSource(given, reading);
  const analysis = analyse(plan, {
    problems,
    full,
    ...detection,
    ...(slots === undefined ? {} : { slots }),
  });
  const isBad = count(analysis, 'error') > 0 || (strict && count(analysis, 'warning') > 0);
  // Nothing could be read: what is wrong is the whole report.
  if (form !== 'json' && plan.tasks.length === 0 && hasErrors(problems)) throw new ProblemError(problems);
  const { conflicts = defaultScheduling.conflicts } = configured ?? {};
  const known = { plan, terminal, full, conflicts, ignored: ignored.length };
  const text = await write(form, analysis, known);
  const sources = [analysis.plan.source, ...analysis.tasks.map((task) => task.file)];
  putOut(text, sources, options, terminal);
  if (form === 'json') return isBad ? exitCode.usage : exitCode.allDone;
  // What is drawn or written to a file stays free of remarks.
  const tell = form === 'text' && options.out === undefined ? terminal.print : terminal.remark;
  if (form === 'mermaid' && analysis.plan.dependencies > MERMAID_LINES)
    tell(`note: GitHub draws Mermaid of at most ${MERMAID_LINES} lines; --svg has no such bound.`);
  tell(`${form === 'text' ? '\n' : ''}${verdict(analysis, isBad, terminal)}`);
  if (!isBad && form === 'text' && !isAllDone(analysis))
    tell(`Next: ${nextCommand(chosen?.path ?? given, { ...options, ...chosen }, root !== undefined)}`);
  return isBad ? exitCode.usage : exitCode.allDone;
};

/** How a run would schedule here; nothing where nobody configured anything. */
async function configuredRun(
  { cwd, env }: Terminal,
  root: string | undefined,
): Promise<Pick<Config, 'slots' | 'conflicts'> | undefined> {
  if (root === undefined || !existsSync(join(root, 'tutti.yaml'))) return undefined;
  // Loaded only then: what checks a configuration takes as long to load as all the rest.
  const { loadConfig } = await import('../../config/sources.ts');
  return loadConfig({ root, cwd, env, flags: {} }).config;
}

interface Written {
  readonly plan: Plan;
  readonly terminal: Terminal;
  readonly full: boolean;
  readonly conflicts: ConflictRule;
  readonly ignored: number;
}

async function write(form: OutputForm, analysis: Analysis, known: Written): Promise<string> {
  const { plan, terminal, full, conflicts, ignored } = known;
  if (form === 'json') return JSON.stringify(analysis, null, 2);
  if (form !== 'text') return drawAnalysis(analysis, form, full);
  const declaring = {
    files: plan.tasks.filter(({ files }) => files.length > 0).length,
    durations: plan.tasks.filter(({ estimate }) => estimate.durationMs !== undefined).length,
    pools: plan.tasks.filter(({ pools }) => Object.keys(pools).length > 0).length,
  };
  return analysisText(analysis, terminal, { declaring, full, conflicts, ignored });
}

const count = ({ diagnostics }: Analysis, severity: 'error' | 'warning'): number =>
  diagnostics.filter((diagnostic) => diagnostic.severity === severity).length;

function verdict(analysis: Analysis, isBad: boolean, { palette }: Terminal): string {
  const [errors, warnings] = [count(analysis, 'error'), count(analysis, 'warning')];
  // Overlaps have a section of their own, and are told there as pairs.
  const overlaps = analysis.overlaps.length;
  const others = analysis.diagnostics.filter(
    ({ severity, code }) => severity === 'warning' && code !== 'file-overlap',
  ).length;
  const parts = [
    ...(errors === 0 ? [] : [counted(errors, 'error')]),
    ...(others === 0 ? [] : [counted(others, 'warning')]),
    ...(overlaps === 0 ? [] : [counted(overlaps, 'file overlap')]),
  ];
  const last = parts.length > 1 ? ` and ${parts.at(-1)}` : '';
  const found = `${parts.slice(0, last === '' ? 1 : -1).join(', ')}${last}`;
  if (isBad) return palette.bad(`This plan cannot be run yet: ${found}.`);
  if (isAllDone(analysis)) return palette.good('All tasks are done: there is nothing to run.');
  if (warnings > 0) return palette.good(`This plan can be run, with ${found}.`);
  return palette.good('This plan can be run: no errors, no warnings.');
}

function nextCommand(
  given: string | undefined,
  { format, slots }: AnalyzeOptions,
  inRepository: boolean,
): string {
  const words = [
    'tutti run',
    ...(given === undefined ? [] : [shellWord(given)]),
    ...(format === undefined ? [] : [`--format ${shellWord(format)}`]),
    ...(slots === undefined ? [] : [`--slots ${slots}`]),
  ];
  return inRepository ? words.join(' ') : `${words.join(' ')}   (in a git repository)`;
}
