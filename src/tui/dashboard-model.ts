/** The dashboard without its terminal: keeps the newest view, takes keys, and makes frames at a rate that costs the machine little. */
import type { AttemptProgress } from '../core/attempt-progress.ts';
import type { Event, Request } from '../core/event.ts';
import type { TaskId, Timestamp } from '../core/plan.ts';
import type { ControlAnswer } from '../ports/control.ts';
import { clockTime } from '../view/clock-time.ts';
import { plainText } from '../view/plain-text.ts';
import type { RunView } from '../view/run-view.ts';
import { nothingAsked, stillAsked } from './asked.ts';
import { type Frame, type FrameInput, frameOf, placesOf, rowsOfPage, sectionsIn } from './frame.ts';
import type { Key } from './key.ts';
import { type Row, textSpan, toned, wrapRow } from './row.ts';
import { type Effect, firstUi, pressKey, type Tab, type Ui } from './ui.ts';

/** Where a dashboard gets what it shows, and whom it tells what the person wants. */
export interface DashboardSource {
  /** The run as it is now. */
  viewAt(now: number): RunView;
  /** Calls `listener` with everything that happens from now on; the result ends that. */
  watch(listener: (news: Event | AttemptProgress) => void): () => void;
  /** What an event is called, with the state after it; undefined when it is not worth a line. */
  describe(event: Event): string | undefined;
  /** What happened before anybody watched, the newest last. */
  readonly before: readonly Happened[];
  submit(request: Request): Promise<ControlAnswer>;
  /** A page that has to be read or worked out. */
  read(page: ReadPage, width: number): Promise<readonly Row[]>;
  /** What a command of the command line says. */
  command(text: string): Promise<readonly string[]>;
}

export interface Happened {
  readonly at: Timestamp;
  readonly text: string;
}

export type ReadPage =
  | { readonly name: 'task'; readonly task: TaskId; readonly tab: Tab }
  | { readonly name: 'graph'; readonly selected: TaskId | null }
  | { readonly name: 'timeline' };

/** Times that pass: the real ones, or those of a test. */
export interface Pace {
  now(): number;
  /** Milliseconds that only grow. */
  monotonicMs(): number;
  after(delayMs: number, call: () => void): () => void;
}

export interface DashboardOptions {
  /** Whether leaving decides about the run. */
  readonly owns: boolean;
  readonly pace: Pace;
  readonly columns: number;
  readonly rows: number;
  /** Called for `q`, Ctrl+C and Ctrl+Z, once each time. */
  readonly leave: (how: 'background' | 'drain' | 'stop') => void;
  readonly suspend: () => void;
}

export interface DashboardModel {
  /** The same object until something changes. */
  frame(): Frame;
  /** Calls `changed` after each new frame. */
  subscribe(changed: () => void): () => void;
  press(key: Key): void;
  resize(columns: number, rows: number): void;
  close(): void;
}

/** Shortest time between two frames that nobody asked for by a key: eight a second are calm. */
const REST_MS = 125;
/** A frame that took long is followed by a rest this many times as long: 6 % of a processor at most. */
const REST_FACTOR = 16;
/** Elapsed times move even when nothing happens. */
const HEARTBEAT_MS = 1_000;
/** Logs grow without an event. */
const REREAD_MS = 500;
/** More than any screen is high. */
export const MOST_NEWS = 100;

export function openDashboardModel(source: DashboardSource, options: DashboardOptions): DashboardModel {
  const { pace, owns } = options;
  const listeners = new Set<() => void>();
  let size = { columns: options.columns, rows: options.rows };
  let ui: Ui = firstUi;
  let news: Row[] = source.before.map(newsRow);
  let pageRows: readonly Row[] = [];
  let view = source.viewAt(pace.now());
  let frame: Frame;
  let isClosed = false;
  let stopTimer: (() => void) | undefined;
  let stopReread: (() => void) | undefined;
  let due = Number.POSITIVE_INFINITY;
  let restUntil = 0;
  let reading = 0;

  const input = (): FrameInput => ({ view, ui, owns, now: pace.now(), ...size, news, pageRows });
  const draw = (): void => {
    frame = frameOf(input());
    for (const changed of listeners) changed();
  };
  /** A new view and a new frame; both are paid for with rest. */
  const refresh = (): void => {
    const begun = pace.monotonicMs();
    view = source.viewAt(pace.now());
    ui = { ...ui, asked: stillAsked(ui.asked, view) };
    draw();
    const end = pace.monotonicMs();
    restUntil = end + Math.max(REST_MS, (end - begun) * REST_FACTOR);
    due = Number.POSITIVE_INFINITY;
    refreshIn(HEARTBEAT_MS);
  };
  const refreshIn = (delayMs: number): void => {
    const at = Math.max(pace.monotonicMs() + delayMs, restUntil);
    if (isClosed || at >= due) return;
    due = at;
    stopTimer?.();
    stopTimer = pace.after(Math.max(0, at - pace.monotonicMs()), refresh);
  };

  const readPage = async (): Promise<void> => {
    const page = readable(ui);
    if (page === undefined) return;
    reading++;
    const mine = reading;
    const begun = pace.monotonicMs();
    const rows = await source.read(page, size.columns - 1).catch(failedRows);
    if (isClosed || mine !== reading || !samePage(page, readable(ui))) return;
    pageRows = rows.flatMap((row) => wrapRow(row, size.columns - 1));
    draw();
    const took = pace.monotonicMs() - begun;
    stopReread?.();
    stopReread = pace.after(Math.max(REREAD_MS, took * REST_FACTOR), () => {
      if (!isClosed && mine === reading) void readPage();
    });
  };

  const perform = (effect: Effect): void => {
    switch (effect.type) {
      case 'submit':
        say(effect.said);
        void source.submit(effect.request).then(
          (answer) => {
            if (!answer.accepted) refused(`${answer.problem.message} ${answer.problem.fix}`);
            // Where no engine is at work it is only recorded.
            else if (view.state === 'paused' || view.state === 'ended') say(answer.message);
          },
          (error: unknown) => say(String(error)),
        );
        return;
      case 'command':
        void runCommand(effect.text);
        return;
      case 'leave':
        options.leave(effect.how);
        return;
      case 'suspend':
        options.suspend();
    }
  };
  const refused = (why: string): void => {
    ui = { ...ui, asked: nothingAsked };
    say(why);
  };
  const say = (notice: string): void => {
    if (isClosed) return;
    ui = { ...ui, notice: plainText(notice) };
    draw();
  };
  const runCommand = async (text: string): Promise<void> => {
    say(`: ${text} …`);
    const lines = await source.command(text).catch((error: unknown) => [String(error)]);
    if (isClosed) return;
    // One line is a notice; more are a page.
    if (lines.length <= 1) return say(lines[0] ?? 'done');
    pageRows = lines.flatMap((line) => wrapRow([textSpan(line)], size.columns - 1));
    reading++;
    ui = { ...ui, page: { name: 'output', title: text }, scroll: 0, notice: '' };
    draw();
  };

  const see = (one: Event | AttemptProgress): void => {
    if (one.type !== 'attempt-progress') {
      const text = source.describe(one);
      if (text !== undefined) news = [...news.slice(1 - MOST_NEWS), newsRow({ at: one.at, text })];
    }
    refreshIn(0);
  };

  const scene = () => {
    const now = input();
    const places = placesOf(now);
    return {
      view,
      sections: sectionsIn(now, places),
      owns,
      pageRows: ui.page === null ? 0 : rowsOfPage(now, ui.page).length,
      pageRoom: Math.max(1, places.room - 1),
    };
  };

  refresh();
  const stopWatching = source.watch(see);
  return {
    frame: () => frame,
    subscribe(changed) {
      listeners.add(changed);
      return () => void listeners.delete(changed);
    },
    press(key) {
      const { ui: next, effects } = pressKey(ui, key, scene());
      const opened = !samePage(readable(next), readable(ui));
      ui = next;
      if (opened) {
        pageRows = [];
        void readPage();
      }
      draw();
      for (const effect of effects) perform(effect);
    },
    resize(columns, rows) {
      size = { columns, rows };
      draw();
      if (ui.page !== null) void readPage();
    },
    close() {
      isClosed = true;
      stopTimer?.();
      // The process would wait for it, however long a page took to read.
      stopReread?.();
      stopWatching();
    },
  };
}

/** What has to be read for the page that is open. */
function readable({ page, selected }: Ui): ReadPage | undefined {
  switch (page?.name) {
    case 'task':
      return page;
    case 'timeline':
      return { name: 'timeline' };
    case 'graph':
      return { name: 'graph', selected: selected?.task ?? null };
    default:
      return undefined;
  }
}

const samePage = (a: ReadPage | undefined, b: ReadPage | undefined): boolean =>
  JSON.stringify(a) === JSON.stringify(b);

const failedRows = (error: unknown): readonly Row[] => [
  [toned(plainText(error instanceof Error ? error.message : String(error)), 'bad')],
];

const newsRow = ({ at, text }: Happened): Row => [toned(`${clockTime(at)} `, 'dim'), toned(plainText(text))];
