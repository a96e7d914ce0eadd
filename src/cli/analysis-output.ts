/** In which form an analysis or a simulation is printed, and where to. What the forms look like is in their texts and in the room `drawing`. */
import { realpathSync, writeFileSync } from 'node:fs';
import { extname, resolve } from 'node:path';
import type { Analysis } from '../core/analysis/analyse.ts';
import { ProblemError, problem } from '../core/problem.ts';
import { counted, grouped } from '../view/amount-text.ts';
import type { Terminal } from './terminal.ts';

export type OutputForm = 'text' | 'json' | Drawing;
type Drawing = 'mermaid' | 'dot' | 'svg' | 'html';

/** What the command line says about it. */
export interface OutputOptions {
  readonly json?: boolean;
  readonly mermaid?: boolean;
  readonly dot?: boolean;
  readonly svg?: boolean;
  readonly html?: boolean;
  /** A file to write instead of standard output. */
  readonly out?: string;
}

const forms = ['json', 'mermaid', 'dot', 'svg', 'html'] as const;

const formOfEnding: Readonly<Record<string, OutputForm>> = {
  '.txt': 'text',
  '.json': 'json',
  '.mmd': 'mermaid',
  '.mermaid': 'mermaid',
  '.dot': 'dot',
  '.gv': 'dot',
  '.svg': 'svg',
  '.html': 'html',
  '.htm': 'html',
};

/** More tasks than this are no picture; `--full` draws them all the same. */
const MAX_DRAWN = 5_000;

/**
 * The form that an option names, else the one that the file's name ends in.
 * @param offered the forms that the command has besides text
 * @throws ProblemError when it is unclear
 */
export function chooseForm<Form extends (typeof forms)[number] = (typeof forms)[number]>(
  options: OutputOptions,
  offered: readonly Form[] = forms as readonly (typeof forms)[number][] as readonly Form[],
): Form | 'text' {
  const [named, second] = offered.filter((form) => options[form] === true);
  if (named !== undefined && second !== undefined)
    throw refusal(
      `--${named} and --${second} are two forms`,
      'Choose one of them, and run it again for the other.',
    );
  if (named !== undefined) return named;
  if (options.out === undefined) return 'text';
  const ending = formOfEnding[extname(options.out).toLowerCase()];
  const found = ending === 'text' ? ending : offered.find((form) => form === ending);
  if (found !== undefined) return found;
  const list = offered.map((form) => `--${form}`).join(', ');
  throw refusal(
    `the name ${options.out} does not say what to write`,
    `Add one of ${list}, or end it in .svg or .html.`,
  );
}

/** @throws ProblemError when there are too many tasks for a picture */
export async function drawAnalysis(analysis: Analysis, form: Drawing, full: boolean): Promise<string> {
  const { tasks } = analysis.plan;
  if (tasks > MAX_DRAWN && !full)
    throw refusal(
      `a picture of ${grouped(tasks)} tasks is too large to look at`,
      'Use --json, or add --full and wait.',
    );
  switch (form) {
    case 'mermaid':
      return (await import('../drawing/mermaid.ts')).analysisMermaid(analysis);
    case 'dot':
      return (await import('../drawing/dot.ts')).analysisDot(analysis);
    case 'svg':
      return (await import('../drawing/svg.ts')).analysisSvg(analysis);
    case 'html':
      return (await import('../drawing/page.ts')).analysisPage(analysis);
  }
}

/**
 * Writes the file, or prints. Never over a file that the plan was read from.
 * @param sources those files
 * @throws ProblemError
 */
export function putOut(
  text: string,
  sources: readonly string[],
  { out }: OutputOptions,
  terminal: Terminal,
): void {
  if (out === undefined) {
    terminal.print(text.replace(/\n$/, ''));
    return;
  }
  const file = resolve(terminal.cwd, out);
  if (new Set(sources.map(realPath)).has(realPath(file)))
    throw refusal(`${out} is part of the plan`, 'Give --out another name.');
  try {
    writeFileSync(file, text.endsWith('\n') ? text : `${text}\n`);
  } catch (error) {
    const reason = (error as NodeJS.ErrnoException).code ?? String(error);
    throw refusal(
      `${out} cannot be written (${reason})`,
      'Name a file in a folder that exists and is yours.',
    );
  }
  terminal.remark(`wrote ${out} (${counted(Math.ceil(Buffer.byteLength(text) / 1024), 'KB', 'KB')})`);
}

function realPath(file: string): string {
  try {
    return realpathSync(file);
  } catch {
    return resolve(file);
  }
}

const refusal = (message: string, fix: string): ProblemError =>
  new ProblemError([problem('usage', message, fix)]);
