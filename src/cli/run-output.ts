/** How a run is shown while it goes on: live on a terminal, a line per event when piped, JSON when asked. */
import type { Event } from '../core/event.ts';
import type { Forecast } from '../core/forecast/forecast.ts';
import type { TaskId } from '../core/plan.ts';
import { positionOf, type RunState, taskAt } from '../core/run-state.ts';
import type { AttemptProgress } from '../ports/executor.ts';
import { liveFrame } from '../tui/live-frame.ts';
import { createLiveScreen } from '../tui/live-screen.ts';
import { etaText } from '../view/eta-text.ts';
import { describeEvent } from '../view/event-text.ts';
import { countsView, etaView, runView } from '../view/run-view.ts';
import { createLiveForecast } from './live-forecast.ts';
import { pauseQuestion } from './pause-question.ts';
import type { Terminal } from './terminal.ts';
import { wrapWords } from './wrapped-text.ts';

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
  /** Has a task paused, as somebody at the screen wants it. */
  readonly pauseTask: (task: TaskId) => void;
}

export function chooseOutput(
  state: RunState,
  terminal: Terminal,
  { json, progressEvery, pauseTask }: OutputOptions,
): RunOutput {
  if (json) return jsonOutput(state, terminal);
  return terminal.interactive
    ? liveOutput(state, terminal, pauseTask)
    : lineOutput(state, terminal, progressEvery);
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

const LIVE_REST_MS = 1_000;
/** Frames a second at most; more only makes terminals work. */
const FRAMES_PER_SECOND = 8;
/** Width of the time before a line. */
const INDENT = '00:00:00 '.length;
/** Events that deserve to stay in the scrollback. */
const lasting: ReadonlySet<Event['type']> = new Set([
  'fault-raised',
  'attempt-failed',
  'integration-failed',
  'attempt-recovered',
  'integration-recovered',
  'baseline-recorded',
  'step-turned-green',
  'ref-restored',
  'foreign-change-seen',
  'target-adopted',
  'workspace-kept',
  'workspace-keep-failed',
  'clock-jumped',
]);

function liveOutput(state: RunState, terminal: Terminal, pauseTask: OutputOptions['pauseTask']): RunOutput {
  const screen = createLiveScreen(terminal.write);
  const forecast = createLiveForecast(state, { now: Date.now, restMs: LIVE_REST_MS });
  const lastLines = new Map<string, string>();
  let hint = '';
  let due: NodeJS.Timeout | undefined;
  const paint = (): void => {
    due = undefined;
    const options = { lastLines, hint: question.text() || hint, palette: terminal.palette, now: Date.now() };
    const size = { columns: terminal.columns(), rows: terminal.rows() };
    screen.paint(liveFrame(runView(state, options.now, forecast.at(options.now)), { ...options, ...size }));
  };
  const soon = (): void => {
    due ??= setTimeout(paint, 1000 / FRAMES_PER_SECOND);
  };
  const question = pauseQuestion(terminal, pauseTask, soon);
  // Elapsed times move even when nothing happens.
  const heartbeat = setInterval(soon, 1000);
  paint();
  return {
    show(news) {
      if (news.type === 'attempt-progress') {
        if (news.text !== undefined) lastLines.set(news.attempt, news.text);
      } else {
        forecast.see(news);
        question.see(news);
      }
      if (news.type !== 'attempt-progress' && lasting.has(news.type)) {
        const text = describeEvent(news, state);
        if (text !== undefined) {
          screen.print(
            `${terminal.palette.dim(clockTime(news.at))} ${wrapWords(text, terminal.columns(), INDENT)}`.split(
              '\n',
            ),
          );
        }
      }
      soon();
    },
    remark: (text) => screen.print(wrapWords(text, terminal.columns(), INDENT).split('\n')),
    hint(text) {
      hint = text;
      soon();
    },
    close() {
      clearInterval(heartbeat);
      clearTimeout(due);
      question.close();
      paint();
      forecast.close();
      screen.close();
    },
  };
}

export function clockTime(at: number): string {
  const date = new Date(at);
  return [date.getHours(), date.getMinutes(), date.getSeconds()]
    .map((part) => String(part).padStart(2, '0'))
    .join(':');
}
