/** Two runs side by side in one HTML file. No script, and it asks nothing of any network. */
import type { ReportComparison } from '../view/compare-reports.ts';
import { measureTable, planRemark, taskDifferenceTable } from '../view/comparison-tables.ts';
import { escapeText } from './markup.ts';
import { pageHead } from './page-head.ts';
import { tableSection } from './page-table.ts';
import { asPageTable } from './report-page.ts';
import { reportStyle } from './report-style.ts';

/** A whole HTML file. */
export function comparisonPage(comparison: ReportComparison): string {
  const [first, second] = comparison.runs;
  const isSameName = first.plan.name === second.plan.name;
  const remark = planRemark(comparison);
  const tasks = taskDifferenceTable(comparison);
  return [
    ...pageHead(`${first.run} and ${second.run}`, { style: reportStyle }),
    '<body>',
    `<header><h1 dir="auto">${escapeText(isSameName ? first.plan.name : 'Two runs')}</h1><p class="facts">Two runs side by side. Differences are ${escapeText(first.run)} less ${escapeText(second.run)}.</p>${remark === '' ? '' : `<p class="verdict error">${escapeText(remark)}</p>`}</header>`,
    '<main>',
    tableSection(asPageTable(measureTable(comparison))),
    ...(tasks.rows.length === 0 ? [] : [tableSection(asPageTable(tasks))]),
    '</main>',
    '</body>',
    '</html>',
    '',
  ].join('\n');
}
