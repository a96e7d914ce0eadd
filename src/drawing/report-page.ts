/** The page of a report in one file: numbers, what needs a person, the timeline, tables. No script, and it asks nothing of any network. */
import { roughDuration } from '../core/duration.ts';
import { roughTokens } from '../core/tokens.ts';
import { dollars } from '../view/budget-text.ts';
import type { Report } from '../view/report.ts';
import {
  isTroubled,
  percentText,
  type ReportFact,
  reportFacts,
  spanText,
  verdictText,
} from '../view/report-facts.ts';
import { moduleTable, type ReportTable, taskTable } from '../view/report-tables.ts';
import { timeText } from '../view/time-axis.ts';
import { activeTimeOf } from '../view/timeline.ts';
import { ganttLegend, ganttPart } from './gantt.ts';
import { escapeText } from './markup.ts';
import { pageHead } from './page-head.ts';
import { type PageTable, tableSection } from './page-table.ts';
import { outcomeWords, reportCharts } from './report-chart.ts';
import { reportStyle } from './report-style.ts';

/** A whole HTML file. */
export function reportPage(report: Report): string {
  const mood = isTroubled(report) ? 'error' : report.state === 'ended' ? 'good' : '';
  const modules = moduleTable(report);
  return [
    ...pageHead(`${report.plan.name}: report`, { style: reportStyle }),
    '<body>',
    `<header><h1 dir="auto">${escapeText(report.plan.name)}</h1><p class="verdict ${mood}">${escapeText(verdictText(report))}</p><p class="facts">${escapeText(spanText(report))}</p></header>`,
    '<main>',
    tiles(report),
    attention(report),
    timeline(report),
    facts(reportFacts(report)),
    ...(modules.rows.length === 0 ? [] : [tableSection(asPageTable(modules))]),
    tableSection(asPageTable(taskTable(report))),
    tableSection(attemptTable(report), true),
    nextSteps(report),
    '</main>',
    '</body>',
    '</html>',
    '',
  ].join('\n');
}

export const asPageTable = ({ title, columns, rows }: ReportTable): PageTable => ({
  title,
  columns: columns.map(({ head, kind }) => ({ head, isNumber: kind === 'number' })),
  rows,
});

/** The numbers that people ask for first. */
function tiles({ counts, tasks, time, speedup, tries, tokens, costUsd }: Report): string {
  const done = counts.done + counts.skipped;
  const items: (readonly [string, string])[] = [
    [`${done} of ${tasks.length}`, 'tasks done'],
    [roughDuration(time.activeMs), 'at work'],
    ...(speedup.overSequential === null || speedup.sequentialMs === 0
      ? []
      : [[`${speedup.overSequential.toFixed(1)} ×`, 'faster than one by one'] as const]),
    ...(tries.judged === 0
      ? []
      : [[percentText(tries.firstTry / tries.judged), 'at the first try'] as const]),
    ...(tokens.counted === 0 ? [] : [[roughTokens(tokens.counted), 'tokens'] as const]),
    ...(costUsd === 0 ? [] : [[dollars(costUsd), 'cost'] as const]),
  ];
  return `<ul class="tiles">${items.map(([value, name]) => `<li><b>${escapeText(value)}</b> <span>${name}</span></li>`).join('')}</ul>`;
}

const facts = (list: readonly ReportFact[]): string =>
  `<section><h2>Numbers</h2><dl class="numbers">${list
    .map(({ name, text }) => `<dt>${escapeText(name)}</dt><dd>${escapeText(text)}</dd>`)
    .join('')}</dl></section>`;

function attention({ attention: tasks }: Report): string {
  if (tasks.length === 0) return '';
  const entries = tasks.map(({ task, title, status, why, steps }) => {
    const heading = title === task ? task : `${task} ${title}`;
    const list = steps.map(
      ({ purpose, command }) => `<li>${escapeText(purpose)}: <code>${escapeText(command)}</code></li>`,
    );
    return `<article class="problem error"><h3 dir="auto">${escapeText(heading)}</h3><p><span class="state">${status}</span> <bdi>${escapeText(why)}</bdi></p><ul>${list.join('')}</ul></article>`;
  });
  return `<section class="attention"><h2>Needs a person</h2>${entries.join('\n')}</section>`;
}

function timeline(report: Report): string {
  const { bySlot, byTask, legend } = reportCharts(report);
  if (bySlot.rows.length === 0 || bySlot.lengthMs === 0) return '';
  return [
    '<section><h2>Timeline</h2>',
    ganttLegend(legend),
    `<div class="frame" tabindex="0" role="region" aria-label="Timeline by slot">${ganttPart(bySlot, 'A row for each slot: which task was worked on when')}</div>`,
    '<h3>By task</h3>',
    `<div class="frame" tabindex="0" role="region" aria-label="Timeline by task">${ganttPart(byTask, 'A row for each task: its attempts, gates and merges in time')}</div>`,
    '</section>',
  ].join('\n');
}

/** The charts in words: for who cannot see them. */
function attemptTable({ timeline: picture }: Report): PageTable {
  const active = activeTimeOf(picture);
  const heads = ['Task', 'Attempt', 'Agent', 'Slot', 'Start', 'End', 'Outcome'];
  return {
    title: 'Attempts',
    columns: heads.map((head) => ({ head, isNumber: ['Slot', 'Start', 'End'].includes(head) })),
    rows: picture.attempts.map(({ task, attempt, agent, slot, from, to, outcome, reason }) => [
      ...[task, attempt, agent, String(slot + 1), timeText(active(from)), timeText(active(to))],
      reason === null ? outcomeWords[outcome] : `${outcomeWords[outcome]}: ${reason}`,
    ]),
  };
}

function nextSteps({ next }: Report): string {
  if (next.length === 0) return '';
  const items = next.map(
    ({ purpose, command, about }) =>
      `<li>${escapeText(about === '' ? purpose : `${purpose}: ${about}`)}<br><code>${escapeText(command)}</code></li>`,
  );
  return `<section><h2>Next</h2><ul class="steps">${items.join('')}</ul></section>`;
}
