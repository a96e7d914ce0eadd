/** The page of a simulation in one file: numbers, Gantt chart, comparisons, a table. No script, and it asks nothing of any network. */
import { timeText } from '../view/time-axis.ts';
import { type GanttChart, type GanttTable, ganttLegend, ganttPart } from './gantt.ts';
import { escapeText } from './markup.ts';
import { pageHead } from './page-head.ts';

/** A whole HTML file. */
export function ganttPage(chart: GanttChart): string {
  const name = escapeText(chart.name);
  const legend = ganttLegend(chart, 2, 15);
  return [
    ...pageHead(chart.name),
    '<body>',
    `<header><h1 dir="auto">${name}</h1><p class="facts">${escapeText(chart.facts.join(' · '))}</p></header>`,
    `<div class="tools"><svg class="t-drawing" viewBox="0 0 ${legend.width} 20" width="${legend.width}" height="20" role="img" aria-label="Legend">${legend.text}</svg></div>`,
    // The frame can be scrolled by the keyboard, too.
    `<main id="graph" tabindex="0">\n${ganttPart(chart)}\n</main>`,
    ...chart.tables.map(tableSection),
    tableSection(attemptTable(chart)),
    ...(chart.notes.length === 0
      ? []
      : [
          `<section><h2>Notes</h2>${chart.notes.map((note) => `<p class="dim">${escapeText(note)}</p>`).join('')}</section>`,
        ]),
    '</body>',
    '</html>',
    '',
  ].join('\n');
}

function tableSection({ title, head, rows }: GanttTable): string {
  const cell = (tag: 'td' | 'th', text: string, index: number): string =>
    `<${tag}${index === 0 ? '' : ' class="number"'}><bdi>${escapeText(text)}</bdi></${tag}>`;
  const line = (tag: 'td' | 'th', cells: readonly string[]): string =>
    `<tr>${cells.map((text, index) => cell(tag, text, index)).join('')}</tr>`;
  return `<section><h2>${escapeText(title)}</h2><table><thead>${line('th', head)}</thead><tbody>\n${rows.map((cells) => line('td', cells)).join('\n')}\n</tbody></table></section>`;
}

/** The chart in words: for who cannot see it. */
const attemptTable = ({ rows }: GanttChart): GanttTable => ({
  title: 'Attempts',
  head: ['Task', 'Attempt', 'Slot', 'Start', 'End', 'Outcome'],
  rows: rows.flatMap(({ id, bars }) =>
    bars.map(({ attempt, slot, startMs, endMs, succeeded }) => [
      id,
      attempt,
      String(slot + 1),
      timeText(startMs),
      timeText(endMs),
      succeeded ? 'succeeded' : 'failed at its gate',
    ]),
  ),
});
