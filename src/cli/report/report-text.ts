/** A report, or two side by side, as people read them in a terminal, at 80 columns. Computes nothing. */
import type { ReportComparison } from '../../view/compare-reports.ts';
import { measureTable, planRemark, taskDifferenceTable } from '../../view/comparison-tables.ts';
import { fitted, plainText } from '../../view/plain-text.ts';
import type { Report } from '../../view/report.ts';
import { isTroubled, reportFacts, spanText, verdictText } from '../../view/report-facts.ts';
import { moduleTable, taskTable } from '../../view/report-tables.ts';
import { laneText } from '../lane-chart.ts';
import type { Terminal } from '../terminal.ts';
import { reportWidth, wrapWords } from '../wrapped-text.ts';
import { reportLanes } from './report-lanes.ts';
import { tableText } from './table-text.ts';

const LABEL = 13;
/** A longer list is better read elsewhere. */
const MAX_TASKS = 60;
const MAX_ATTENTION = 20;

export type TextLook = Pick<Terminal, 'palette' | 'columns'>;

/** Without a line break at its end. */
export function reportText(report: Report, { palette, columns }: TextLook): string {
  const width = reportWidth(columns());
  const layout = { width, palette };
  const chart = laneText(reportLanes(report), layout);
  const elsewhere = ': `--format html` and `--json` have all';
  return joined([
    headline(report, width, palette),
    facts(report, width, palette),
    attention(report, width, palette),
    chart === '' ? '' : `${palette.strong('Timeline')}\n${chart}`,
    tableText(moduleTable(report), layout),
    tableText(taskTable(report), { ...layout, rows: MAX_TASKS, elsewhere }),
    nextSteps(report, palette),
  ]);
}

/** Without a line break at its end. */
export function comparisonText(comparison: ReportComparison, { palette, columns }: TextLook): string {
  const width = reportWidth(columns());
  const layout = { width, palette };
  const remark = planRemark(comparison);
  const [first, second] = comparison.runs;
  const plans = first.plan.name === second.plan.name ? fitted(first.plan.name, width - 20) : 'Two runs';
  return joined([
    `${palette.strong(plans)}, side by side`,
    remark === '' ? '' : palette.bad(wrapWords(remark, width)),
    tableText(measureTable(comparison), layout),
    tableText(taskDifferenceTable(comparison), layout),
    palette.dim(wrapWords(`Differences are ${first.run} less ${second.run}.`, width)),
  ]);
}

const joined = (sections: readonly string[]): string =>
  sections.filter((section) => section !== '').join('\n\n');

function headline(report: Report, width: number, palette: Terminal['palette']): string {
  const paint = isTroubled(report) ? palette.bad : palette.good;
  const verdict = wrapWords(verdictText(report), width);
  const name = fitted(report.plan.name, Math.max(20, width - verdict.length - 2));
  return [`${palette.strong(name)}: ${paint(verdict)}`, palette.dim(wrapWords(spanText(report), width))].join(
    '\n',
  );
}

const facts = (report: Report, width: number, palette: Terminal['palette']): string =>
  reportFacts(report)
    .map(({ name, text }) => `${palette.strong(name.padEnd(LABEL))}${wrapWords(text, width, LABEL)}`)
    .join('\n');

function attention({ attention: tasks }: Report, width: number, palette: Terminal['palette']): string {
  if (tasks.length === 0) return '';
  const entries = tasks
    .slice(0, MAX_ATTENTION)
    .map(({ task, status, why, steps }) =>
      [
        `  ${palette.bad(`${fitted(task, 20)} ${status}`)}: ${wrapWords(why, width, 4)}`,
        ...steps.map(({ purpose, command }) => `    ${plainText(purpose)}: ${plainText(command)}`),
      ].join('\n'),
    );
  const left = tasks.length - entries.length;
  const more = left === 0 ? [] : [palette.dim(`  … and ${left} more`)];
  return [palette.strong('Needs a person'), ...entries, ...more].join('\n');
}

function nextSteps({ next }: Report, palette: Terminal['palette']): string {
  if (next.length === 0) return '';
  const lines = next.map(
    ({ purpose, command, about }) =>
      `  ${`${purpose}:`.padEnd(8)}${plainText(command)}${about === '' ? '' : palette.dim(`   (${about})`)}`,
  );
  return [palette.strong('Next'), ...lines].join('\n');
}
