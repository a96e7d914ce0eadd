/** How a run is told while it goes on where there is no dashboard: a line per event, JSON when asked. */
import type { Event } from '../core/event.ts';
import type { Forecast } from '../core/forecast/forecast.ts';
import { positionOf, type RunState, taskAt } from '../core/run-state.ts';
import type { AttemptProgress } from '../ports/executor.ts';
import { clockTime } from '../view/clock-time.ts';
import { etaText } from '../view/eta-text.ts';
import { describeEvent } from '../view/event-text.ts';
import { countsView, etaView } from '../view/run-view.ts';
import { createLiveForecast } from './live-forecast.ts';
import type { Terminal } from './terminal.ts';

export interface RunOutput {
  show(news: Event | AttemptProgress): void;
  /** What Ctrl+C would do next. */
  hint(text: string): void;
  /** Something beside the run that should be known. */
  remark(text: string): void;
  close(): void;
}

export interface OutputOptions {
  readonly json: boolean;
  /** Commits between two lines that tell how far the run is. */
  readonly progressEvery: number;
}

export function chooseOutput(
  state: RunState,
  terminal: Terminal,
  { json, progressEvery }: OutputOptions,
): RunOutput {
  return json ? jsonOutput(state, terminal) : lineOutput(state, terminal, progressEvery);
}

/** One event a line, as SPEC §12 has it. */
export function eventJson(event: Event, state: RunState): string {
  const { seq, at, ...rest } = event;
  const told = rest.type === 'run-ended' ? { ...rest, counts: countsView(rest.counts) } : rest;
  return JSON.stringify({ schemaVersion: 1, seq, at, run: state.run, ...told });
}

/** Each event as JSON. */
export function jsonOutput(state: RunState, terminal: Terminal): RunOutput {
  return {
    show: (news) => {
      if (news.type !== 'attempt-progress') terminal.print(eventJson(news, state));
    },
    hint: () => {},
    remark: terminal.remark,
    close: () => {},
  };
}

/** A line per event, and now and then how far the run is. */
export function lineOutput(state: RunState, terminal: Terminal, progressEvery: number): RunOutput {
  const forecast = createLiveForecast(state, { now: Date.now, restMs: LINES_REST_MS });
  let commits = commitsDone(state);
  return {
    show(news) {
      if (news.type === 'attempt-progress') return;
      forecast.see(news);
      const text = describeEvent(news, state);
      if (text !== undefined) terminal.print(`${clockTime(news.at)} ${text}`);
      if (news.type !== 'task-integrated') return;
      const before = commits;
      commits += taskAt(state, positionOf(state, news.task)).commits;
      if (Math.floor(commits / progressEvery) > Math.floor(before / progressEvery))
        terminal.print(`${clockTime(news.at)} ${progressText(state, commits, forecast.at(news.at))}`);
    },
    hint: terminal.remark,
    remark: terminal.remark,
    close: forecast.close,
  };
}

/** Lines are read later; a run that takes no longer needs no forecast. */
const LINES_REST_MS = 5_000;

/** Commits of tasks that are done by this run. */
const commitsDone = ({ tasks }: RunState): number =>
  tasks.reduce((sum, { status, commits }) => sum + (status === 'done' ? commits : 0), 0);

function progressText({ index, tasks }: RunState, commits: number, forecast: Forecast | undefined): string {
  const { done, skipped } = index.counts;
  const parts = [
    `progress: ${done} of ${tasks.length} tasks done`,
    ...(skipped === 0 ? [] : [`${skipped} skipped`]),
    `${commits} commits`,
    ...(forecast === undefined ? [] : [etaText(etaView(forecast))]),
  ];
  return parts.join(', ');
}
