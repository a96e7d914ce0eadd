/** The top of the screen: what runs, how far it is, how fast, what it may use; and the waves. */
import { roughDuration } from '../core/duration.ts';
import { agentsText } from '../view/agent-text.ts';
import { budgetText } from '../view/budget-text.ts';
import { etaText } from '../view/eta-text.ts';
import { fitted } from '../view/plain-text.ts';
import { isHeldBack, type RunView } from '../view/run-view.ts';
import type { WaveView } from '../view/wave-view.ts';
import { active, bar, done, stuck } from './bar.ts';
import { cut, dotted, type Row, rowWidth, type Span, spread, type Tone, toned } from './row.ts';

const BAR_WIDTH = 24;

/** Run, target and state; overall progress; ETA and velocity; budget and agents where something limits them. */
export function overviewRows(view: RunView, width: number, now: number): Row[] {
  return [
    titleOf(view, width),
    ...reasonRow(view, width),
    progressRow(view, width),
    speedRow(view, width),
    ...budgetRow(view, width),
    ...textRow(view.state === 'ended' ? '' : agentsText(view.agents, now), width),
  ];
}

const stateTone = { running: 'good', draining: 'busy', paused: 'busy', ended: 'strong' } as const;

/** What the run does, in a word or two. */
function stateWords({ state, outcome, stopping, counts }: RunView): string {
  if (state === 'draining') return stopping ? 'STOPPING' : 'DRAINING';
  if (state !== 'ended') return state.toUpperCase();
  if (outcome === 'all-done') return 'ALL DONE';
  return counts.needsAttention + counts.needsReview > 0 ? 'ENDED, NEEDS YOU' : 'ENDED';
}

function titleOf(view: RunView, width: number): Row {
  const { state, elapsedMs, slots, plan, target } = view;
  const right: Span[] = [
    toned(stateWords(view), stateTone[state]),
    toned(` · ${roughDuration(elapsedMs)} · slots ${slots.used}/${slots.limit}`),
  ];
  const room = Math.max(0, width - rowWidth(right) - 1);
  const name = cut(plan, Math.max(12, room - 4 - target.branch.length), 'strong');
  return spread([name, toned(' → ', 'dim'), cut(target.branch, room, 'dim')], right, width);
}

function reasonRow({ state, reason }: RunView, width: number): Row[] {
  if (state === 'running' || state === 'ended' || reason === '') return [];
  return [[cut(reason, width, 'busy')]];
}

/** Counts that are not zero, each with its word; a running task is never counted as done. */
function countSpans({ counts, tasks }: Pick<RunView, 'counts' | 'tasks'>): Span[] {
  const paused = tasks.reduce((sum, task) => sum + (isHeldBack(task) ? 1 : 0), 0);
  const needs = counts.needsAttention + counts.needsReview;
  const parts: [number, string, Tone?][] = [
    [needs, needs === 1 ? 'needs you' : 'need you', 'bad'],
    [counts.running, 'running', 'busy'],
    [counts.verifying, 'verifying', 'busy'],
    [counts.integrating, 'merging', 'busy'],
    [counts.ready - paused, 'ready'],
    [paused, 'paused'],
    [counts.waiting, 'waiting'],
    [counts.blocked, 'blocked', 'bad'],
    [counts.cancelled, 'cancelled'],
    [counts.skipped, 'skipped'],
  ];
  return parts.flatMap(([count, word, tone]) => (count > 0 ? [toned(`${count} ${word}`, tone)] : []));
}

function progressRow(view: RunView, width: number): Row {
  const { counts, tasks } = view;
  const finished = counts.done + counts.skipped;
  const busy = counts.running + counts.verifying + counts.integrating;
  const broken = counts.needsAttention + counts.needsReview + counts.blocked + counts.cancelled;
  const share = tasks.length === 0 ? 0 : Math.floor((100 * finished) / tasks.length);
  const parts = [done(finished), active(busy), stuck(broken)];
  const told = toned(`${finished}/${tasks.length} done ${share} %`, 'strong');
  const line = bar(parts, tasks.length, BAR_WIDTH);
  return [...line, toned(' '), ...dotted([told, ...countSpans(view)], width - BAR_WIDTH - 1)];
}

/** ETA, commits and rates. What nobody knows yet is left out. */
function speedRow({ eta, commits, velocity, state, activeMs, elapsedMs }: RunView, width: number): Row {
  const planned = commits.planned > 0 ? `/${commits.planned}` : '';
  const rate = (value: number | null, unit: string): Span[] =>
    value === null ? [] : [toned(`${wholeAbove(value)} ${unit}`)];
  const rests = elapsedMs - activeMs >= 60_000 ? [toned(`${roughDuration(activeMs)} active`)] : [];
  const ahead =
    eta === null
      ? state === 'running'
        ? [toned('no ETA yet', 'dim')]
        : []
      : [toned(etaText(eta), 'strong')];
  return dotted(
    [
      ...ahead,
      toned(`${commits.made}${planned} commits`),
      ...rate(velocity.commitsPerHour, 'commits/h'),
      ...rate(velocity.tasksPerDay, 'tasks/day'),
      ...rests,
    ],
    width,
  );
}

/** Decimals only where they say something. */
const wholeAbove = (value: number): string => (value >= 10 ? String(Math.round(value)) : String(value));

function budgetRow({ budget }: RunView, width: number): Row[] {
  const text = budgetText(budget);
  if (text === '') return [];
  const { tokens, cost } = budget;
  const limited = tokens.limit !== null ? tokens : cost.limit !== null ? cost : null;
  if (limited === null) return [[cut(text, width)]];
  const { used, reserved, limit } = limited as typeof limited & { readonly limit: number };
  const isShort = used + reserved > 0.9 * limit;
  const line = bar(
    [
      { count: Math.min(used, limit), glyph: '█', tone: isShort ? 'bad' : 'good' },
      { count: Math.min(reserved, Math.max(0, limit - used)), glyph: '▒', tone: 'busy' },
    ],
    limit,
    BAR_WIDTH,
  );
  return [[...line, toned(' '), cut(text, width - BAR_WIDTH - 1)]];
}

const textRow = (text: string, width: number): Row[] => (text === '' ? [] : [[toned(fitted(text, width))]]);

/**
 * One row per wave. Where they do not all fit, those that have settled are left out first.
 * @param word before each number; nothing where a title says what they are
 */
export function waveRows(waves: readonly WaveView[], room: number, width: number, word = 'wave '): Row[] {
  const bars = barPlaces(waves, width, word);
  const rows = waves.map((wave) => waveRow(wave, bars, width));
  if (rows.length <= room) return rows;
  const shown = room - 1;
  const current = waves.findIndex(({ total, done, stuck }) => done + stuck < total);
  if (shown < 1) return rows.slice(Math.max(0, current), Math.max(0, current) + room);
  const start = Math.min(current === -1 ? 0 : current, rows.length - shown);
  const more = `… ${rows.length - shown} more waves${start > 0 ? `, ${start} of them before these` : ''}`;
  return [...rows.slice(start, start + shown), [cut(more, width, 'dim')]];
}

/** Where bars begin and how long they are: the same for all waves, and steady while their numbers change. */
interface BarPlaces {
  readonly nameOf: (wave: number) => string;
  readonly cells: number;
}

/** Enough for a hundred tasks; with more the bars give way. */
const WAVE_WORDS = 24;
const LEAST_BAR = 4;

function barPlaces(waves: readonly WaveView[], width: number, word: string): BarPlaces {
  const digits = Math.max(2, String(waves.length - 1).length);
  const nameOf = (wave: number): string => `${word}${String(wave).padEnd(digits)} `;
  const longest = waves.reduce((most, wave) => Math.max(most, waveWords(wave).length), WAVE_WORDS);
  const cells = Math.min(BAR_WIDTH, width - nameOf(0).length - longest - 1);
  return { nameOf, cells: cells < LEAST_BAR ? 0 : cells };
}

const waveWords = ({ total, done: finished, active: busy, stuck: broken }: WaveView): string =>
  [
    `${finished}/${total} done`,
    ...(busy > 0 ? [`${busy} active`] : []),
    ...(broken > 0 ? [`${broken} stuck`] : []),
  ].join(', ');

function waveRow(wave: WaveView, { nameOf, cells }: BarPlaces, width: number): Row {
  const name = nameOf(wave.wave);
  const words = waveWords(wave);
  if (cells === 0) return [cut(name + words, width)];
  const line = bar([done(wave.done), active(wave.active), stuck(wave.stuck)], wave.total, cells);
  return [toned(name), ...line, cut(` ${words}`, width - name.length - cells)];
}
