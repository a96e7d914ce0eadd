/** Text of a plan does nothing in any drawing: the drawing of hostile text is built as that of harmless text. */
import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { afterPause, reportAfter, untilPause } from '../../test/rig/report-story.ts';
import { analyse } from '../core/analysis/analyse.ts';
import { type AttemptId, makeTask, type Plan, taskId } from '../core/plan.ts';
import { compareReports } from '../view/compare-reports.ts';
import type { Report, TaskReport } from '../view/report.ts';
import type { TimelineAttempt } from '../view/timeline.ts';
import { comparisonPage } from './comparison-page.ts';
import { analysisDot } from './dot.ts';
import { ganttSvg } from './gantt.ts';
import { type GanttPage, ganttPage } from './gantt-page.ts';
import { escapeText } from './markup.ts';
import { analysisMermaid } from './mermaid.ts';
import { analysisPage } from './page.ts';
import { pageScript, pageScriptHash } from './page-script.ts';
import { reportPage } from './report-page.ts';
import { analysisSvg } from './svg.ts';

const hostile = [
  '<script>alert(1)</script>',
  '</script><img src=x onerror=alert(1)>',
  ']]><svg onload=alert(1)>',
  '<!-- --> <![CDATA[ x ]]>',
  `"'" onmouseover='alert(1)' style="x:url(//evil.example)`,
  'line\nbreak\r\n  t0 --> t1\n%%{init: {"theme":"dark"}}%%',
  '&amp;&#60;&lt;b&gt;',
  '\u202eright to left\u202c \u2067\u05d0\u05d1\u05d2\u2069',
  'a\\N\\G\\"; b [label="x"]; // \\',
  '\u0000\u0007\u001b[31mred\u001b[0m \ud800 \uffff\u2028\u2029',
  '`code` #35; #quot; %% comment; classDef x fill:#f00; click t0 "javascript:alert(1)"',
  '\u{1f469}\u200d\u{1f467} \u4e2d\u6587 e\u0301',
];

/** Tasks in a chain, so that there are lines; with a warning each, so that there are diagnostics. */
function planOf(texts: readonly string[]): Plan {
  const id = (index: number): string => `${texts[index]} ${index}`;
  const tasks = texts.map((text, index) =>
    makeTask({
      id: taskId(id(index)),
      title: `${text} again`,
      dependsOn: index === 0 ? [] : [taskId(id(index - 1))],
      location: { file: `${text}.md`, line: 1 },
    }),
  );
  return { name: texts.join(' '), source: texts[0] ?? '', format: 'test', tasks, pools: {} };
}

const nasty = analyse(planOf(hostile));
const nice = analyse(planOf(hostile.map(() => 'harmless')));

/** Tags with the names of their attributes: everything but text and values. */
const skeleton = (markup: string): string[] =>
  [...markup.matchAll(/<(?:[^<>"]|"[^"]*")*>/g)].map(([tag]) => tag.replace(/"[^"]*"/g, '""'));

/** Everything outside tags. */
const textOf = (markup: string): string => markup.replace(/<(?:[^<>"]|"[^"]*")*>/g, '');

describe('hostile text', () => {
  it('is text in SVG', () => {
    const svg = analysisSvg(nasty);
    expect(skeleton(svg)).toEqual(skeleton(analysisSvg(nice)));
    expect(textOf(svg)).not.toMatch(/[<>]|&(?!(?:amp|lt|gt|quot|#39);)/);
  });

  it('is text in Gantt charts', () => {
    const chart = (texts: readonly string[]): GanttPage => ({
      name: texts.join(' '),
      facts: texts,
      lengthMs: 1_000,
      drawn: texts.join(' '),
      legend: texts.map((text) => ({ look: 'plain', text })),
      marks: texts.map((text) => ({ ms: 500, look: 'bound', told: text })),
      rows: texts.map((text) => ({
        id: text,
        title: `${text} again`,
        isCritical: false,
        bars: [{ startMs: 0, endMs: 1_000, look: 'plain', told: `${text}.1`, name: text }],
      })),
      tables: [
        { title: 'What if', columns: texts.map((head) => ({ head, isNumber: false })), rows: [texts] },
      ],
      notes: texts,
    });
    const harmless = hostile.map(() => 'harmless');
    for (const draw of [ganttSvg, ganttPage]) {
      const drawn = draw(chart(hostile));
      expect(skeleton(drawn)).toEqual(skeleton(draw(chart(harmless))));
      expect(textOf(drawn).replace(/^@media.*$|^.*\{.*$/gm, '')).not.toMatch(
        /[<>]|&(?!(?:amp|lt|gt|quot|#39);)/,
      );
    }
  });

  it('is text in reports, and in two side by side', () => {
    const said = (texts: readonly string[]): Report => {
      const report = reportAfter([...untilPause, ...afterPause]);
      const all = texts.join(' ');
      const [attempts, tasks] = [report.timeline.attempts, report.tasks].map((list) =>
        texts.flatMap((text) => list.map((one) => ({ ...one, text }))),
      ) as [(TimelineAttempt & { text: string })[], (TaskReport & { text: string })[]];
      return {
        ...report,
        run: all,
        plan: { name: all, source: all, format: all },
        state: 'paused',
        reason: all,
        target: { branch: all, base: all, commit: all },
        gate: { steps: texts.map((name) => ({ name, counts: false })) },
        tasks: tasks.map(({ text, ...task }) => ({
          ...task,
          ...{ id: taskId(text), title: `${text} again`, module: text, failure: text },
        })),
        modules: texts.flatMap((text) => report.modules.map((one) => ({ ...one, module: text }))),
        attention: texts.flatMap((text) =>
          report.attention.map((one) => ({
            ...{ ...one, task: taskId(text), title: `${text} again`, why: text, workspace: text },
            steps: [{ purpose: text, command: text, about: text }],
          })),
        ),
        next: texts.map((text) => ({ purpose: text, command: text, about: text })),
        timeline: {
          ...report.timeline,
          attempts: attempts.map(({ text, ...attempt }) => ({
            ...attempt,
            ...{ task: taskId(text), agent: text, attempt: `${text}.1` as AttemptId },
          })),
        },
      };
    };
    const harmless = hostile.map((_, index) => `harmless ${index}`);
    const bothOf = (report: Report): string =>
      comparisonPage(
        compareReports(report, { ...report, plan: { ...report.plan, name: `${report.plan.name} 2` } }),
      );
    for (const draw of [reportPage, bothOf]) {
      const drawn = draw(said(hostile));
      // How much of a name fits into a bar is another matter.
      const bare = (page: string): string[] =>
        skeleton(page.replace(/<text class="t-name"[^>]*>[^<]*<\/text>/g, ''));
      expect(bare(drawn)).toEqual(bare(draw(said(harmless))));
      expect(textOf(drawn.replace(/<style>.*?<\/style>/s, ''))).not.toMatch(
        /[<>]|&(?!(?:amp|lt|gt|quot|#39);)/,
      );
      expect(skeleton(drawn).filter((tag) => / (?:src|href|on\w+)=|<script/.test(tag))).toEqual([
        '<link rel="" href="">',
      ]);
    }
  });

  it('is text in HTML, and data in its script', () => {
    const page = analysisPage(nasty);
    const [, json = ''] = /<script type="application\/json" id="data">([^<]*)<\/script>/.exec(page) ?? [];
    const bare = (text: string): string => text.replace(json, '').replace(pageScript, '');
    expect(skeleton(bare(page))).toEqual(
      skeleton(bare(analysisPage(nice)).replace(/"data">[^<]*</, '"data"><')),
    );
    expect(json).not.toMatch(/[<>\u2028\u2029]/);
    const { tasks } = JSON.parse(json) as { tasks: { id: string; title: string }[] };
    expect(tasks.map(({ id, title }) => [id, title])).toEqual(
      nasty.tasks.map(({ id, title }) => [id, title]),
    );
    expect(skeleton(page).filter((tag) => / (?:src|href|on\w+)=/.test(tag))).toEqual([
      '<link rel="" href="">',
    ]);
  });

  it('is a label in Mermaid', () => {
    const odd = analysisMermaid(nasty)
      .split('\n')
      .filter(
        (line) =>
          !/^(?:flowchart LR| {2}t\d+\["(?:[\p{L}\p{N}\p{M} .,()/_+-]|#\d+;|<br>)*"\]| {2}t\d+ ==> t\d+| {2}(?:classDef|class) [\w:,;#\- ]+|)$/u.test(
            line,
          ),
      );
    expect(odd).toEqual([]);
  });

  it('is a label in DOT', () => {
    const label = String.raw`"(?:[^"\\]|\\["\\n])*"`;
    const rows = [
      'digraph plan \\{',
      `label=${label};`,
      'labelloc=t;',
      'rankdir=LR;',
      'node \\[shape=box, style=rounded, fontname="Helvetica"\\];',
      `t\\d+ \\[label=${label}, color="#[0-9a-f]{6}"(?:, penwidth=2\\.5)?\\];`,
      't\\d+ -> t\\d+ \\[color="#c2410c", penwidth=2\\.5\\];',
      '\\{ rank=same; t\\d+; \\}',
      '\\}',
    ];
    const shape = new RegExp(`^ {0,2}(?:${rows.join('|')}|)$`);
    expect(
      analysisDot(nasty)
        .split('\n')
        .filter((line) => !shape.test(line)),
    ).toEqual([]);
  });

  it('has no direction, no control characters and no halves of characters', () => {
    expect(escapeText(hostile.join(' '))).not.toMatch(
      /[\p{Cc}\p{Surrogate}\u202a-\u202e\u2066-\u2069\uffff]/u,
    );
  });
});

describe('the page', () => {
  it('allows its own script and no other', () => {
    expect(pageScriptHash).toBe(createHash('sha256').update(pageScript).digest('base64'));
    expect(pageScript).not.toMatch(/innerHTML|insertAdjacentHTML|document\.write|eval\(|<\/script/i);
  });
});
