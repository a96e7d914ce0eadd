/** The numbers of a report in words, for every form of it: a name and a line each. Lays nothing out. */
import { roughDuration } from '../core/duration.ts';
import { roughTokens } from '../core/tokens.ts';
import { counted, grouped } from './amount-text.ts';
import { budgetText, dollars } from './budget-text.ts';
import { calibrationText } from './calibration-text.ts';
import type { EngineGap } from './engine-gaps.ts';
import { unverifiedText } from './gate-text.ts';
import type { LineChange, Report } from './report.ts';
import type { CountsView } from './run-view.ts';

export interface ReportFact {
  readonly name: string;
  readonly text: string;
}

/** Those that say something of this run, the most important first. */
export const reportFacts = (report: Report): ReportFact[] =>
  [
    { name: 'Tasks', text: countsText(report.counts) },
    { name: 'Time', text: elapsedText(report) },
    { name: 'Slots', text: slotsText(report) },
    { name: 'Speed-up', text: speedupText(report) },
    { name: 'Lower bound', text: boundText(report) },
    { name: 'First try', text: triesText(report) },
    { name: 'Work', text: workText(report) },
    { name: 'Pace', text: paceText(report) },
    { name: 'Tokens', text: tokensText(report) },
    { name: 'Estimates', text: calibrationText(report.estimates) },
    { name: 'Gate', text: gateText(report) },
  ].filter(({ text }) => text !== '');

/** What has become of the run: `all done`, `paused: …`. */
export function verdictText({ state, outcome, reason, live }: Report): string {
  switch (state) {
    case 'ended':
      return outcome === 'all-done' ? 'all done' : 'ended with tasks not done';
    case 'paused':
      return `paused${reason === '' ? '' : `: ${reason}`}`;
    case 'running':
    case 'draining':
      if (!live) return 'its engine is gone; this is what it has recorded';
      return state === 'running' ? 'still running' : `pausing: ${reason}`;
  }
}

/** Whether somebody has to do something about it. */
export const isTroubled = ({ state, outcome, live, attention }: Report): boolean =>
  attention.length > 0 || (state === 'ended' ? outcome !== 'all-done' : !live);

/** `2026-11-22 08:31:05 UTC`: the same wherever the report is read. */
export const utcTime = (at: number): string =>
  `${new Date(at).toISOString().slice(0, 19).replace('T', ' ')} UTC`;

/** `run 20261122-0831-k3f9x onto tutti/…, 2026-11-22 08:31:05 UTC to 09:12:44`. */
export function spanText({ run, target, time, at }: Report): string {
  const [from, to] = [utcTime(time.startedAt), utcTime(time.endedAt ?? at)];
  const day = from.slice(0, 10) === to.slice(0, 10) ? to.slice(11, 19) : to;
  return `run ${run} onto ${target.branch}, ${from} to ${day}`;
}

const countNames: readonly (readonly [keyof CountsView, string])[] = [
  ['done', 'done'],
  ['skipped', 'skipped'],
  ['needsAttention', 'needs-attention'],
  ['needsReview', 'needs-review'],
  ['blocked', 'blocked'],
  ['cancelled', 'cancelled'],
  ['integrating', 'integrating'],
  ['verifying', 'verifying'],
  ['running', 'running'],
  ['ready', 'ready'],
  ['waiting', 'waiting'],
];

function countsText(counts: CountsView): string {
  const total = Object.values(counts).reduce((sum: number, count: number) => sum + count, 0);
  const parts = countNames.filter(([key]) => counts[key] > 0);
  if (parts.length === 1) return `${grouped(total)}, all ${parts[0]?.[1]}`;
  return `${grouped(total)}: ${parts.map(([key, name]) => `${grouped(counts[key])} ${name}`).join(', ')}`;
}

const gapWords: Readonly<Record<EngineGap['because'], string>> = {
  'not-started': 'before its engine started',
  paused: 'paused',
  ended: 'at its end, before it was reopened',
  died: 'without an engine',
  asleep: 'asleep',
};

/** `paused for 8h05m`. */
export const gapText = ({ from, to, because }: EngineGap): string =>
  because === 'not-started'
    ? `${roughDuration(to - from)} ${gapWords[because]}`
    : `${gapWords[because]} for ${roughDuration(to - from)}`;

/** Shorter ones are no news: an engine takes a moment to start. */
const LEAST_GAP_MS = 1_000;

/** Gaps that are worth a word. */
export const toldGaps = ({ timeline }: Report): readonly EngineGap[] =>
  timeline.gaps.filter(({ from, to }) => to - from >= LEAST_GAP_MS);

function elapsedText(report: Report): string {
  const { elapsedMs, activeMs } = report.time;
  const gaps = toldGaps(report);
  if (gaps.length === 0) return roughDuration(elapsedMs);
  const listed = gaps.length > 3 ? `${gaps.length} breaks` : gaps.map(gapText).join(', ');
  return `${roughDuration(elapsedMs)}, of it ${roughDuration(activeMs)} at work (${listed})`;
}

function slotsText({ slots, attempts }: Report): string {
  if (attempts === 0) return '';
  return `${counted(slots.limit, 'slot')}, ${slots.average.toFixed(1)} busy on average, ${percentText(slots.utilisation)} used`;
}

function speedupText({ speedup }: Report): string {
  const { overSequential, sequentialMs } = speedup;
  if (overSequential === null || sequentialMs === 0) return '';
  return `${overSequential.toFixed(1)} × over one attempt after the other, which takes ${roughDuration(sequentialMs)}`;
}

function boundText({ speedup }: Report): string {
  const { overBound, boundMs, criticalPathMs, sharedWorkMs } = speedup;
  if (overBound === null) return '';
  const why =
    boundMs === criticalPathMs
      ? 'the longest chain of tasks'
      : boundMs === sharedWorkMs
        ? 'all work shared by the slots'
        : 'what a pool allows';
  return `${roughDuration(boundMs)} for the same attempts (${why}); the run took ${overBound.toFixed(2)} × as long`;
}

function triesText({ tries }: Report): string {
  const { judged, firstTry, retried, notDone } = tries;
  if (judged === 0) return '';
  const share = (count: number): string => `(${percentText(count / judged)})`;
  const parts = [
    `${grouped(firstTry)} of ${counted(judged, 'task')} ${share(firstTry)}`,
    ...(retried === 0 ? [] : [`${grouped(retried)} after another session ${share(retried)}`]),
    ...(notDone === 0 ? [] : [`${grouped(notDone)} failed and not done ${share(notDone)}`]),
  ];
  return parts.join(', ');
}

function workText({ attempts, commits, merges }: Report): string {
  if (attempts === 0) return '';
  const lines = merges.lines === null || merges.count === 0 ? [] : [linesText(merges.lines)];
  return [
    counted(attempts, 'attempt'),
    `${counted(commits.merged, 'commit')} in ${counted(merges.count, 'merge')}`,
    ...lines,
  ].join(', ');
}

/** `1,200 lines added and 30 removed in 45 files`. */
export const linesText = ({ files, added, removed }: LineChange): string =>
  `${counted(added, 'line')} added and ${grouped(removed)} removed in ${counted(files, 'file')}`;

/** From a hundred on, a fraction says nothing any more. */
export const rateText = (rate: number): string =>
  rate >= 100 ? grouped(Math.round(rate)) : String(Math.round(rate * 10) / 10);

function paceText({ pace: { commitsPerHour, tasksPerDay } }: Report): string {
  return [
    ...(commitsPerHour === null ? [] : [`${rateText(commitsPerHour)} commits an hour`]),
    ...(tasksPerDay === null ? [] : [`${rateText(tasksPerDay)} tasks a day`]),
  ].join(', ');
}

function tokensText({ tokens, costUsd, budget }: Report): string {
  const isLimited = budget.tokens.limit !== null || budget.cost.limit !== null;
  const used = isLimited
    ? budgetText(budget)
    : `${roughTokens(tokens.counted)}${costUsd > 0 ? ` (${dollars(costUsd)})` : ''}`;
  const cached = tokens.cacheRead === 0 ? '' : `, ${roughTokens(tokens.cacheRead)} more read from caches`;
  return `${used}${cached}; tutti itself used ${tokens.orchestrator}`;
}

function gateText({ gate, merges }: Report): string {
  if (gate.steps.length === 0) return 'none: nothing was verified';
  const unverified = unverifiedText(gate, merges.count);
  if (unverified !== '') return unverified;
  const names = gate.steps.map(({ name }) => `"${name}"`).join(', ');
  const red = gate.steps.filter(({ counts }) => counts === false).length;
  return red === 0 ? names : `${names}; ${grouped(red)} red on the base`;
}

export const percentText = (share: number): string => `${Math.round(share * 100)} %`;
