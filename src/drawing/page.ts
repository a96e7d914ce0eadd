/** The whole page of an analysis in one file: graph, details, search, diagnostics and a table. It asks nothing of any network. */
import type { AnalysedTask, Analysis, Diagnostic } from '../core/analysis/analyse.ts';
import { counted, grouped, planTime } from '../view/amount-text.ts';
import { planFacts } from './facts.ts';
import { layOut } from './layout.ts';
import { escapeText, scriptJson } from './markup.ts';
import { pageHead } from './page-head.ts';
import { pageScript, pageScriptHash } from './page-script.ts';
import { type Picture, pictureOf } from './picture.ts';
import { drawGraph, drawLegend } from './svg.ts';

/** More problems than this are no list that anybody reads. */
const MAX_PROBLEMS = 500;
const MAX_PROBLEMS_OF_TASK = 10;
const MAX_OPEN_NOTES = 5;
const HINT =
  'Point at a task, or reach the graph with Tab and go through it with the arrow keys. / searches.';

/** A whole HTML file. */
export function analysisPage(analysis: Analysis): string {
  const picture = pictureOf(analysis);
  const name = escapeText(analysis.plan.name);
  return [
    ...pageHead(analysis.plan.name, { scriptHash: pageScriptHash }),
    '<body>',
    `<header><h1 dir="auto">${name}</h1><p class="facts">${escapeText(planFacts(analysis).join(' · '))}</p>${verdict(analysis)}</header>`,
    tools(picture),
    stage(analysis, picture),
    problemsSection(analysis),
    tasksSection(analysis),
    `<script>${pageScript}</script>`,
    '</body>',
    '</html>',
    '',
  ].join('\n');
}

function verdict({ diagnostics }: Analysis): string {
  const count = (severity: Diagnostic['severity']): number =>
    diagnostics.filter((one) => one.severity === severity).length;
  const [errors, warnings] = [count('error'), count('warning')];
  const found = [
    ...(errors === 0 ? [] : [counted(errors, 'error')]),
    ...(warnings === 0 ? [] : [counted(warnings, 'warning')]),
  ];
  const text = found.length === 0 ? 'No errors, no warnings' : found.join(', ');
  return `<p class="verdict ${errors > 0 ? 'error' : warnings > 0 ? '' : 'good'}">${text}</p>`;
}

function tools(picture: Picture): string {
  const legend = drawLegend(picture, 2, 15);
  return [
    '<div class="tools">',
    `<svg class="t-drawing" viewBox="0 0 ${legend.width} 20" width="${legend.width}" height="20" role="img" aria-label="Legend">${legend.text}</svg>`,
    '<span class="tools script-only">',
    '<label>Search <input id="search" type="search" autocomplete="off" spellcheck="false"></label><output id="found" for="search"></output>',
    '<button id="whole" type="button">Whole graph</button><button id="smaller" type="button" aria-label="Smaller">−</button><button id="larger" type="button" aria-label="Larger">+</button>',
    '</span></div>',
  ].join('');
}

function stage(analysis: Analysis, picture: Picture): string {
  const layout = layOut(picture);
  const [width, height] = [Math.ceil(layout.width), Math.ceil(layout.height)];
  const data = {
    hint: HINT,
    width,
    height,
    /** How far apart two boxes may stand side by side and still be in one column. */
    reach: layout.boxWidth / 2,
    places: layout.boxes.map(({ x, y }) => ({ x, y })),
    tasks: tasksData(analysis),
  };
  return [
    `<script type="application/json" id="data">${scriptJson(data)}</script>`,
    '<main class="stage">',
    '<div id="graph" class="frame">',
    `<svg class="t-drawing" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="group" aria-label="Tasks by wave, from left to right">`,
    drawGraph(picture, layout, true),
    '</svg>',
    '</div>',
    `<aside id="details" class="script-only" aria-live="polite" aria-label="Details of a task"></aside>`,
    '</main>',
  ].join('\n');
}

function tasksData(analysis: Analysis) {
  const problems = new Map<string, Diagnostic[]>();
  for (const diagnostic of analysis.diagnostics) {
    for (const id of diagnostic.tasks)
      problems.set(id, [...(problems.get(id) ?? []).slice(0, MAX_PROBLEMS_OF_TASK), diagnostic]);
  }
  const critical = new Set<string>(analysis.criticalPath?.tasks);
  const ready = new Set<string>(analysis.ready);
  return analysis.tasks.map((task) => ({
    id: task.id,
    title: task.title,
    facts: factsOf(task, { analysis, critical, ready }),
    problems: (problems.get(task.id) ?? [])
      .slice(0, MAX_PROBLEMS_OF_TASK)
      .map(({ severity, code, message, fix }) => ({ severity, code, message, fix })),
  }));
}

function factsOf(
  task: AnalysedTask,
  known: {
    readonly analysis: Analysis;
    readonly critical: ReadonlySet<string>;
    readonly ready: ReadonlySet<string>;
  },
): [string, string][] {
  const { id, wave, slack, downstream, status, file, line } = task;
  const state = status === 'done' ? 'done' : known.ready.has(id) ? 'ready now' : 'waits';
  return [
    ['State', state],
    ...(wave === null ? [] : [['Wave', String(wave)] satisfies [string, string]]),
    ...(slack === null ? [] : [['Slack', slackText(slack, known)] satisfies [string, string]]),
    ...(known.critical.has(id) ? [['Path', 'on the critical path'] satisfies [string, string]] : []),
    ...(downstream === null
      ? []
      : [['In all', `${counted(downstream, 'task')} after it`] satisfies [string, string]]),
    ['Place', `${file}:${line}`],
  ];
}

function slackText(slack: number, { analysis }: { readonly analysis: Analysis }): string {
  return slack === 0 ? 'none' : planTime(slack, analysis.criticalPath?.unit ?? 'tasks');
}

function problemsSection({ diagnostics, tasks }: Analysis): string {
  if (diagnostics.length === 0)
    return '<section id="diagnostics"><h2>Diagnostics</h2><p class="dim">Nothing to tell.</p></section>';
  const numbers = new Map<string, number>();
  for (const [number, { id }] of tasks.entries()) if (!numbers.has(id)) numbers.set(id, number);
  // Remarks ask for nothing: they are there for who wants them.
  const list = (some: readonly Diagnostic[]): string => {
    if (some.length === 0) return '';
    const rows = some.slice(0, MAX_PROBLEMS).map((diagnostic) => problemRow(diagnostic, numbers));
    const left = some.length - rows.length;
    const more = left === 0 ? '' : `<p class="dim">… and ${grouped(left)} more: see analyze --json</p>`;
    return `<ol class="problems">\n${rows.join('\n')}\n</ol>${more}`;
  };
  const notes = diagnostics.filter(({ severity }) => severity === 'info');
  const folded =
    notes.length === 0
      ? ''
      : `<details${notes.length > MAX_OPEN_NOTES ? '' : ' open'}><summary>${counted(notes.length, 'note')}</summary>${list(notes)}</details>`;
  const others = list(diagnostics.filter(({ severity }) => severity !== 'info'));
  return `<section id="diagnostics"><h2>Diagnostics (${grouped(diagnostics.length)})</h2>${others}${folded}</section>`;
}

function problemRow(diagnostic: Diagnostic, numbers: ReadonlyMap<string, number>): string {
  const { severity, code, message, fix, file, line, tasks } = diagnostic;
  const buttons = tasks.slice(0, 12).flatMap((id) => {
    const number = numbers.get(id);
    return number === undefined
      ? []
      : [`<button type="button" class="go" data-go="${number}">${escapeText(id)}</button>`];
  });
  const place = file === null ? '' : `<div class="place">${escapeText(`${file}:${line ?? 1}`)}</div>`;
  return `<li class="problem ${severity}"><strong>${severity === 'info' ? 'note' : severity} · ${escapeText(code)}</strong><span>${escapeText(message)}</span><em>${escapeText(fix)}</em>${place}${buttons.join('')}</li>`;
}

/** The same in words: for paper, for a browser's own search, and for who cannot see the graph. */
function tasksSection(analysis: Analysis): string {
  const rows = analysis.tasks.map((task, number) => {
    const { id, title, wave, dependsOn, status, slack, file, line } = task;
    const cells = [
      `<td><bdi>${escapeText(id)}</bdi></td>`,
      `<td><bdi>${title === id ? '' : escapeText(title)}</bdi></td>`,
      `<td class="number">${wave ?? ''}</td>`,
      `<td>${status}</td>`,
      `<td>${dependsOn.map((other) => `<bdi>${escapeText(other)}</bdi>`).join(', ')}</td>`,
      `<td class="number">${slack === null ? '' : slackText(slack, { analysis })}</td>`,
      `<td class="place">${escapeText(`${file}:${line}`)}</td>`,
    ];
    return `<tr data-row="${number}">${cells.join('')}</tr>`;
  });
  return [
    '<section id="tasks"><h2>Tasks</h2><table>',
    '<thead><tr><th>Task</th><th>Title</th><th class="number">Wave</th><th>Status</th><th>Waits for</th><th class="number">Slack</th><th>Place</th></tr></thead>',
    `<tbody>\n${rows.join('\n')}\n</tbody></table></section>`,
  ].join('');
}
