/** An analysis as people read it. Shows what the document of SPEC §12 says; computes nothing of its own but roundings. */
import type { Analysis, Diagnostic } from '../core/analysis/analyse.ts';
import type { Problem } from '../core/problem.ts';
import type { ConflictRule } from '../core/settings.ts';
import { grouped, planTime } from '../view/amount-text.ts';
import { fitted, plainText } from '../view/plain-text.ts';
import { problemText } from './tell-error.ts';
import type { Terminal } from './terminal.ts';
import { counted, reportWidth, wrapList, wrapWords } from './wrapped-text.ts';

export interface AnalysisTextOptions {
  /** Tasks of the plan that declare which files they touch, that say how long they take, and that need a pool. */
  readonly declaring: { readonly files: number; readonly durations: number; readonly pools: number };
  /** What a run does with tasks whose files overlap. */
  readonly conflicts: ConflictRule;
  /** List everything, however long. */
  readonly full: boolean;
  /** Files beside the tasks in which no task was found. */
  readonly ignored: number;
}

interface Page extends AnalysisTextOptions {
  readonly analysis: Analysis;
  readonly terminal: Terminal;
  readonly width: number;
}

const LABEL = 16;
const WAVES_SHOWN = 12;
/** Lines that all waves share. */
const WAVE_LINES = 18;
const PAIRS_SHOWN = 5;
const OTHERS_SHOWN = 5;
/** Problems of one code that are told. */
const SHOWN: Readonly<Record<Diagnostic['severity'], number>> = { error: 10, warning: 5, info: 3 };

/** The report, what matters most first; without a line break at its end. */
export function analysisText(analysis: Analysis, terminal: Terminal, options: AnalysisTextOptions): string {
  const page: Page = { ...options, analysis, terminal, width: reportWidth(terminal.columns()) };
  const sections = [
    headline(page),
    problems(page, ['error']),
    facts(page),
    waves(page),
    speedup(page),
    pairs(page),
    problems(page, ['warning', 'info']),
  ];
  return sections.filter((section) => section !== '').join('\n\n');
}

function headline({ analysis, terminal, width, ignored }: Page): string {
  const { name, tasks, dependencies, source } = analysis.plan;
  const { strong, dim } = terminal.palette;
  const done = analysis.tasks.filter(({ status }) => status === 'done').length;
  const parts = [
    counted(tasks, 'task'),
    counted(dependencies, 'dependency', 'dependencies'),
    ...(done === 0 ? [] : [`${grouped(done)} done already`]),
  ];
  const others = ignored === 0 ? '' : `; ${counted(ignored, 'other file')} ignored`;
  const lines = [`from ${plainText(source)}${others}`, ...formatLine(analysis, width)];
  return `${strong(fitted(name, width))}\n${parts.join(', ')}\n${lines.map(dim).join('\n')}`;
}

/** `format: spec-kit (found 12 tasks in tasks.md; also found: plan.yaml)`. */
function formatLine({ plan }: Analysis, width: number): string[] {
  const { format, found, alsoFound = [] } = plan;
  if (format === 'unknown') return [];
  const others = alsoFound.slice(0, OTHERS_SHOWN).map(({ path }) => path);
  if (alsoFound.length > others.length) others.push(`${alsoFound.length - others.length} more`);
  const parts = [
    ...(found === undefined ? [] : [`found ${found}`]),
    ...(others.length === 0 ? [] : [`also found: ${others.join(', ')}`]),
  ];
  return wrapWords(`format: ${format}${parts.length === 0 ? '' : ` (${parts.join('; ')})`}`, width, 2).split(
    '\n',
  );
}

function waves({ analysis, terminal, width, full }: Page): string {
  const { strong, dim } = terminal.palette;
  const groups = analysis.waves;
  if (groups === null) return `${strong('Waves')}\n  none: the plan goes in a circle (see above)`;
  const shown = full || groups.length <= WAVES_SHOWN ? groups : groups.slice(0, WAVES_SHOWN - 2);
  const lines = full
    ? Number.POSITIVE_INFINITY
    : Math.max(1, Math.min(3, Math.floor(WAVE_LINES / shown.length)));
  const digits = groups.reduce((most, ids) => Math.max(most, String(ids.length).length + 2), 4);
  const indent = 2 + 3 + digits + 2;
  const rows = shown.map((ids, wave) => {
    const start = `  ${String(wave).padStart(3)}${dim(String(ids.length).padStart(digits))}  `;
    return `${start}${wrapList(ids, { width, indent, lines })}`;
  });
  if (shown.length < groups.length)
    rows.push(dim(`  … and ${groups.length - shown.length} more; --full shows them`));
  const sizes = groups.slice(0, 12).map((ids) => ids.length);
  const title = `Waves: ${sizes.join(', ')}${groups.length > sizes.length ? ', …' : ''}`;
  return [strong(title), ...rows].join('\n');
}

function facts(page: Page): string {
  const { analysis, width, full } = page;
  const { ready, criticalPath, maxParallelism, bounds } = analysis;
  const list = (before: string, ids: readonly string[], separator: string): string =>
    `${before}${wrapList(ids, { width, indent: LABEL + before.length, separator, lines: full ? Number.POSITIVE_INFINITY : 2 })}`;
  const rows = [
    label(
      page,
      'Ready now',
      ready.length === 0 ? nothingReady(analysis) : list(`${ready.length}: `, ready, ' '),
    ),
  ];
  if (criticalPath === null || maxParallelism === null || bounds === null) return rows.join('\n');
  // All is done: what is left to do has no path and no width.
  if (criticalPath.tasks.length === 0) return rows.join('\n');
  const told = (value: number): string => planTime(value, criticalPath.unit);
  const shared = `all work shared by ${bounds.slots}: ${told(bounds.work)}`;
  rows.push(
    label(page, 'Critical path', list(`${told(criticalPath.length)}: `, criticalPath.tasks, ' → ')),
    label(page, 'Widest moment', `${counted(maxParallelism, 'task')} at once`),
    label(page, `With ${counted(bounds.slots, 'slot')}`, `at least ${told(bounds.makespan)}`),
    label(page, '', `(critical path: ${told(bounds.criticalPath)}; ${shared})`),
  );
  return rows.join('\n');
}

const nothingReady = (analysis: Analysis): string =>
  isAllDone(analysis) ? 'nothing: all tasks are done' : 'nothing';

export const isAllDone = ({ tasks }: Pick<Analysis, 'tasks'>): boolean =>
  tasks.length > 0 && tasks.every(({ status }) => status === 'done');

function speedup(page: Page): string {
  const { analysis, terminal } = page;
  const { strong, dim } = terminal.palette;
  const curve = analysis.speedup;
  const [first, last] = [curve[0], curve.at(-1)];
  if (first === undefined || last === undefined || curve.length < 2) return '';
  const unit = analysis.criticalPath?.unit ?? 'tasks';
  const enough = curve.find(({ makespan }) => makespan === last.makespan) ?? last;
  const asked = analysis.bounds?.slots;
  const rows = curve
    .filter(
      ({ slots }) => slots <= enough.slots && (isTold(slots) || slots === enough.slots || slots === asked),
    )
    .map(({ slots, makespan }) => {
      const factor = first.makespan / makespan;
      const figures = `${String(slots).padStart(7)}${planTime(makespan, unit).padStart(13)}${`${factor.toFixed(1)} ×`.padStart(10)}`;
      return `${figures}  ${dim('█'.repeat(Math.round(factor * 2)))}`;
    });
  const head = dim(`${'slots'.padStart(7)}${'time'.padStart(13)}${'speed-up'.padStart(10)}`);
  const isEnd = last.makespan === analysis.criticalPath?.length;
  const uncounted = [
    ...(page.declaring.pools > 0 ? ['pools'] : []),
    ...(analysis.overlaps.length > 0 ? ['shared files'] : []),
  ];
  const limits = uncounted.length === 0 ? '' : ` (${uncounted.join(' and ')} not counted)`;
  const foot = isEnd
    ? [dim(`  more than ${counted(enough.slots, 'slot')} would not be faster${limits}`)]
    : [];
  return [`${strong('Ideal speed-up')} ${dim(`(${basis(page)})`)}`, head, ...rows, ...foot].join('\n');
}

/** Few enough rows to see the shape. */
const isTold = (slots: number): boolean =>
  slots <= 4 || (slots <= 8 && slots % 2 === 0) || (slots <= 16 && slots % 4 === 0) || slots % 16 === 0;

/** What the times rest on. */
function basis({ analysis, declaring }: Page): string {
  const { tasks } = analysis.plan;
  const done = analysis.tasks.some(({ status }) => status === 'done') ? '; without those done' : '';
  if (analysis.criticalPath?.unit === 'tasks') return `no estimates: every task counts as 1${done}`;
  const partly =
    declaring.durations === tasks ? 'by estimates' : `${declaring.durations} of ${tasks} tasks estimated`;
  return `${partly}; nothing fails${done}`;
}

function pairs(page: Page): string {
  const { analysis, width, full } = page;
  const rows: string[] = [];
  if (analysis.truncated)
    rows.push(label(page, 'Pairs of tasks', 'not all compared: the plan is large (--full does)'));
  const most = full ? Number.POSITIVE_INFINITY : PAIRS_SHOWN;
  const list = (texts: readonly string[]): void => {
    rows.push(...texts.slice(0, most).map((text) => `  ${fitted(text, width - 2)}`));
    if (texts.length > most) rows.push(`  … and ${grouped(texts.length - most)} more`);
  };
  if (analysis.waves === null) return rows.join('\n');
  rows.push(label(page, 'File overlaps', overlapsText(page)));
  list(analysis.overlaps.map(({ tasks: [a, b], files }) => `${a} and ${b}: ${files.join(', ')}`));
  const { redundant } = analysis;
  const edges = `${grouped(redundant.length)} follow${redundant.length === 1 ? 's' : ''} from others and may be left out`;
  rows.push(
    label(
      page,
      'Dependencies',
      redundant.length > 0 ? edges : analysis.truncated ? 'none found redundant so far' : 'none is redundant',
    ),
  );
  list(redundant.map(({ task, dependency, via }) => `${task} on ${dependency}: already by ${via}`));
  const inferred = analysis.tasks.flatMap(({ id, dependencyReasons = {} }) =>
    Object.entries(dependencyReasons).map(([dependency, reason]) => `${id} after ${dependency}: ${reason}`),
  );
  if (inferred.length > 0) {
    const follow = `${counted(inferred.length, 'dependency', 'dependencies')} that the plan does not state, and why`;
    rows.push(label(page, 'Inferred', follow));
    list(inferred);
  }
  return rows.join('\n');
}

function overlapsText({ analysis, conflicts, declaring: { files: declaring } }: Page): string {
  const { overlaps, plan, truncated } = analysis;
  if (declaring === 0) return 'unknown: no task says which files it touches';
  const among =
    declaring === plan.tasks ? '' : ` (${declaring} of ${plan.tasks} tasks say which files they touch)`;
  if (overlaps.length === 0) return truncated ? `none found so far${among}` : `none${among}`;
  return `${overlapsTold(overlaps.length, conflicts)}${among}`;
}

/** What overlaps mean depends on the configuration: by default such tasks run one after the other. */
export function overlapsTold(count: number, conflicts: ConflictRule): string {
  const pairs = counted(count, 'pair');
  return conflicts === 'serialize'
    ? `${pairs} with the same files, one waits for the other`
    : `${pairs} may run together on the same files, as conflicts: ${conflicts} says`;
}

/** Those of some severities; many of one kind are cut short. */
function problems({ analysis, terminal, full }: Page, severities: readonly Diagnostic['severity'][]): string {
  // What the section on pairs has told is not told again.
  const told = analysis.diagnostics.filter(
    ({ code, severity }) =>
      severities.includes(severity) && code !== 'file-overlap' && code !== 'redundant-dependency',
  );
  const groups = Map.groupBy(told, ({ severity, code }) => `${severity} ${code}`);
  const texts = [...groups.values()].flatMap((group) => {
    const { severity, code } = group[0] as Diagnostic;
    const most = full ? group.length : SHOWN[severity];
    // Remarks are worth their lines only when they are few.
    const shown = severity === 'info' && group.length > most ? [] : group.slice(0, most);
    const left = group.length - shown.length;
    const more = `${grouped(left)} ${shown.length > 0 ? 'more ' : ''}[${code}], see --full`;
    return [
      ...shown.map((diagnostic) => problemText(asProblem(diagnostic), terminal)),
      ...(left > 0 ? [terminal.palette.dim(more)] : []),
    ];
  });
  return texts.join('\n');
}

const asProblem = ({ file, line, ...rest }: Diagnostic): Problem =>
  file === null ? rest : { ...rest, location: { file, ...(line === null ? {} : { line }) } };

/** Lists come wrapped already; prose is wrapped here. */
function label({ terminal, width }: Page, name: string, text: string): string {
  const body = text.includes('\n') ? text : wrapWords(text, width, LABEL);
  return `${terminal.palette.strong(name.padEnd(LABEL))}${body}`;
}
