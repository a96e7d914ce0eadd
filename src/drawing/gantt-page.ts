/** The page of a simulation in one file: numbers, Gantt chart, comparisons, a table. No script, and it asks nothing of any network. */
import { type GanttChart, ganttLegend, ganttPart } from './gantt.ts';
import { escapeText } from './markup.ts';
import { pageHead } from './page-head.ts';
import { type PageTable, tableSection } from './page-table.ts';

export interface GanttPage extends GanttChart {
  readonly tables: readonly PageTable[];
  readonly notes: readonly string[];
}

/** A whole HTML file. */
export function ganttPage(page: GanttPage): string {
  return [
    ...pageHead(page.name),
    '<body>',
    `<header><h1 dir="auto">${escapeText(page.name)}</h1><p class="facts">${escapeText(page.facts.join(' · '))}</p></header>`,
    `<p class="dim">${escapeText(page.drawn)}</p>`,
    ganttLegend(page.legend),
    // The frame can be scrolled by the keyboard, too.
    `<main id="graph" class="frame" tabindex="0">\n${ganttPart(page, 'A bar for each attempt, from left to right in time')}\n</main>`,
    ...page.tables.map((table) => tableSection(table)),
    ...(page.notes.length === 0
      ? []
      : [
          `<section><h2>Notes</h2>${page.notes.map((note) => `<p class="dim">${escapeText(note)}</p>`).join('')}</section>`,
        ]),
    '</body>',
    '</html>',
    '',
  ].join('\n');
}
