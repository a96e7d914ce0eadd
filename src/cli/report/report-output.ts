/** In which form a report is written, and where to. What the forms look like is in their own files. */
import { extname } from 'node:path';
import { ProblemError, problem } from '../../core/problem.ts';

export const reportForms = ['text', 'markdown', 'html'] as const;
export type ReportForm = (typeof reportForms)[number] | 'json';

export interface ReportOutput {
  readonly format?: string;
  readonly json?: boolean;
  readonly output?: string;
}

const formOfEnding: Readonly<Record<string, ReportForm>> = {
  '.txt': 'text',
  '.md': 'markdown',
  '.markdown': 'markdown',
  '.html': 'html',
  '.htm': 'html',
  '.json': 'json',
};

/** The form that an option names, else the one that the file's name ends in, else text. @throws ProblemError for two forms */
export function chooseReportForm({ format, json, output }: ReportOutput): ReportForm {
  const named = reportForms.find((form) => form === format);
  if (named !== undefined && json === true)
    throw new ProblemError([
      problem('usage', `--format ${named} and --json are two forms`, 'Choose one of them.'),
    ]);
  if (json === true) return 'json';
  return named ?? formOfEnding[extname(output ?? '').toLowerCase()] ?? 'text';
}
