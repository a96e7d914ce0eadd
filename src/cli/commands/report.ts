/** `tutti report`: what a run came to, as text, Markdown or a page; of a run in any phase, or of two side by side. Changes nothing. */
import { type Home, openHome } from '../../compose.ts';
import { compareReports, type ReportComparison } from '../../view/compare-reports.ts';
import type { Report } from '../../view/report.ts';
import { putOut } from '../analysis-output.ts';
import { exitCode } from '../exit-code.ts';
import { currentRun, findRun } from '../find-run.ts';
import { noColours } from '../palette.ts';
import type { Action } from '../program.ts';
import { findReport } from '../report/find-report.ts';
import { chooseReportForm, type ReportForm, type ReportOutput } from '../report/report-output.ts';
import { comparisonText, reportText, type TextLook } from '../report/report-text.ts';

interface Options extends ReportOutput {
  readonly compare?: string;
}

export const command: Action<Options> = async (terminal, [id], options) => {
  const form = chooseReportForm(options);
  const home = await openHome(terminal);
  try {
    const run = id === undefined ? await currentRun(home) : findRun(home, id);
    const report = await findReport(home, run);
    const { output } = options;
    const look = output === undefined ? terminal : fileLook;
    const text =
      options.compare === undefined
        ? await written(form, report, look)
        : await writtenBoth(form, await comparedTo(home, report, options.compare), look);
    putOut(text, [report.plan.source], output === undefined ? {} : { out: output }, terminal);
    return exitCode.allDone;
  } finally {
    home.close();
  }
};

/** Text in a file has no colours, and fits everywhere. */
const fileLook: TextLook = { palette: noColours, columns: () => 80 };

const comparedTo = async (home: Home, report: Report, id: string): Promise<ReportComparison> =>
  compareReports(report, await findReport(home, findRun(home, id)));

async function written(form: ReportForm, report: Report, look: TextLook): Promise<string> {
  switch (form) {
    case 'json':
      return JSON.stringify(report);
    case 'text':
      return reportText(report, look);
    case 'markdown':
      return (await import('../report/report-markdown.ts')).reportMarkdown(report);
    case 'html':
      return (await import('../../drawing/report-page.ts')).reportPage(report);
  }
}

async function writtenBoth(form: ReportForm, comparison: ReportComparison, look: TextLook): Promise<string> {
  switch (form) {
    case 'json':
      return JSON.stringify(comparison);
    case 'text':
      return comparisonText(comparison, look);
    case 'markdown':
      return (await import('../report/report-markdown.ts')).comparisonMarkdown(comparison);
    case 'html':
      return (await import('../../drawing/comparison-page.ts')).comparisonPage(comparison);
  }
}
