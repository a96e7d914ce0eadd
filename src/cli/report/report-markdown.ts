/** A report, or two side by side, as Markdown, for a pull request or a page. Computes nothing. */
import type { ReportComparison } from '../../view/compare-reports.ts';
import { measureTable, planRemark, taskDifferenceTable } from '../../view/comparison-tables.ts';
import type { Report } from '../../view/report.ts';
import { isTroubled, reportFacts, spanText, verdictText } from '../../view/report-facts.ts';
import { moduleTable, type ReportTable, taskTable } from '../../view/report-tables.ts';
import { laneText } from '../lane-chart.ts';
import { noColours } from '../palette.ts';
import { markdownFence, markdownTable, markdownText } from './markdown-safe.ts';
import { reportLanes } from './report-lanes.ts';

/** What a code block on GitHub shows without scrolling. */
const CHART_WIDTH = 96;
/** A longer table is folded. */
const MAX_OPEN_ROWS = 20;
/** A comment on GitHub has room for 65,536 characters. */
const MAX_ROWS = 200;

export function reportMarkdown(report: Report): string {
  const sign = isTroubled(report) ? '⚠️' : report.outcome === 'all-done' ? '✅' : '⏳';
  const chart = laneText(reportLanes(report), { width: CHART_WIDTH, palette: noColours });
  return joined([
    `# ${markdownText(report.plan.name)}`,
    `${sign} **${markdownText(verdictText(report))}**: ${markdownText(spanText(report))}`,
    factTable(report),
    attention(report),
    chart === '' ? '' : `## Timeline\n\n${markdownFence(chart.split('\n'))}`,
    section(moduleTable(report)),
    section(taskTable(report)),
    nextSteps(report),
  ]);
}

export function comparisonMarkdown(comparison: ReportComparison): string {
  const [first, second] = comparison.runs;
  const remark = planRemark(comparison);
  return joined([
    `# ${first.plan.name === second.plan.name ? markdownText(first.plan.name) : 'Two runs'}, side by side`,
    remark === '' ? '' : `⚠️ ${markdownText(remark)}`,
    section(measureTable(comparison), Number.POSITIVE_INFINITY),
    section(taskDifferenceTable(comparison)),
    `Differences are ${markdownText(first.run)} less ${markdownText(second.run)}.`,
  ]);
}

const joined = (sections: readonly string[]): string =>
  `${sections.filter((section) => section !== '').join('\n\n')}\n`;

function factTable(report: Report): string {
  const rows = reportFacts(report).map(
    ({ name, text }) => `| **${markdownText(name)}** | ${markdownText(text)} |`,
  );
  return ['| | |', '| --- | --- |', ...rows].join('\n');
}

function section({ title, columns, rows }: ReportTable, mostOpen = MAX_OPEN_ROWS): string {
  if (rows.length === 0) return '';
  const left = rows.length - MAX_ROWS;
  const more = left > 0 ? `\n\n… and ${left} more: \`tutti report --format html\` has all.` : '';
  const table = `${markdownTable(columns, rows.slice(0, MAX_ROWS))}${more}`;
  return rows.length <= mostOpen
    ? `## ${title}\n\n${table}`
    : `<details>\n<summary><b>${title}</b> (${rows.length})</summary>\n\n${table}\n\n</details>`;
}

function attention({ attention: tasks }: Report): string {
  if (tasks.length === 0) return '';
  const entries = tasks.map(({ task, title, status, why, steps }) =>
    [
      `### ${markdownText(title === task ? task : `${task} ${title}`)}`,
      `${status}: ${markdownText(why)}`,
      ...(steps.length === 0
        ? []
        : [
            markdownFence(
              steps.flatMap(({ purpose, command }) => [`# ${purpose}`, command]),
              'sh',
            ),
          ]),
    ].join('\n\n'),
  );
  return ['## Needs a person', ...entries].join('\n\n');
}

function nextSteps({ next }: Report): string {
  if (next.length === 0) return '';
  const longest = Math.max(...next.map(({ command }) => command.length));
  const lines = next.map(
    ({ command, about, purpose }) => `${command.padEnd(longest)}  # ${about === '' ? purpose : about}`,
  );
  return `## Next\n\n${markdownFence(lines, 'sh')}`;
}
