/** What the person at the screen has done so far, and what a key does to that: pure, so that every key is tested without a terminal. */
import type { Request } from '../core/event.ts';
import type { TaskId } from '../core/plan.ts';
import { isSettled } from '../core/run-state.ts';
import type { RunView, TaskView } from '../view/run-view.ts';
import { type Asked, endingOf, nothingAsked, slotsAfter } from './asked.ts';
import type { Key } from './key.ts';
import { current, moved, type Selection } from './list-rows.ts';
import type { Section } from './sections.ts';

export type Tab = 'story' | 'log' | 'diff';

/** Pages other than the list scroll by rows; a scroll of null stays at the end. */
export type Page =
  | { readonly name: 'task'; readonly task: TaskId; readonly tab: Tab }
  | { readonly name: 'graph' }
  | { readonly name: 'timeline' }
  | { readonly name: 'help' }
  /** What a command of the command line said. */
  | { readonly name: 'output'; readonly title: string };

export interface Question {
  readonly text: string;
  /** What each key does; any other leaves things as they are. */
  readonly answers: Readonly<Record<string, readonly Effect[]>>;
}

export interface Ui {
  readonly page: Page | null;
  readonly scroll: number | null;
  readonly selected: Selection | undefined;
  readonly filter: string;
  /** A line that is being typed. */
  readonly entry: { readonly for: 'filter' | 'command'; readonly text: string } | null;
  /** Commands that were typed, the newest last, and which one is shown. */
  readonly history: readonly string[];
  readonly recalled: number;
  readonly question: Question | null;
  /** What the last key led to; gone with the next one. */
  readonly notice: string;
  /** Tasks whose pause was advised and is not wanted. */
  readonly declined: readonly TaskId[];
  readonly asked: Asked;
}

export const firstUi: Ui = {
  page: null,
  scroll: 0,
  selected: undefined,
  filter: '',
  entry: null,
  history: [],
  recalled: 0,
  question: null,
  notice: '',
  declined: [],
  asked: nothingAsked,
};

/** What has to be done beside changing the screen. */
export type Effect =
  /** `said` is shown until the next key; empty where the screen says it itself. */
  | { readonly type: 'submit'; readonly request: Request; readonly said: string }
  /** A command as it would be typed after `tutti`. */
  | { readonly type: 'command'; readonly text: string }
  | { readonly type: 'leave'; readonly how: 'background' | 'drain' | 'stop' }
  | { readonly type: 'suspend' };

export interface Scene {
  readonly view: RunView;
  readonly sections: readonly Section[];
  /** Whoever owns the run decides about it by leaving; others only stop looking. */
  readonly owns: boolean;
  /** Rows of a page, and rows that fit. */
  readonly pageRows: number;
  readonly pageRoom: number;
}

export interface Step {
  readonly ui: Ui;
  readonly effects: readonly Effect[];
}

/** What a key press leads to. */
export function pressKey(before: Ui, key: Key, scene: Scene): Step {
  const ui = { ...before, notice: '' };
  if (key.name === 'ctrl-c') return interrupt(ui, scene);
  if (key.name === 'ctrl-z') return { ui, effects: [{ type: 'suspend' }] };
  if (ui.question !== null) return answer(ui, ui.question, key);
  if (ui.entry !== null) return typeInto(ui, ui.entry, key);
  if (key.name === 'paste')
    return step({ ...ui, notice: 'Text can be pasted after `:` (a command) and `/` (a filter).' });
  return (
    everywhere(ui, key, scene) ??
    (ui.page === null ? onList(ui, key, scene) : onPage(ui, ui.page, key, scene))
  );
}

const step = (ui: Ui, ...effects: readonly Effect[]): Step => ({ ui, effects });
const submit = (request: Request, said: string): Effect => ({ type: 'submit', request, said });

/** First: drain. Second: stop. Third: leave, and the engine comes to its end by itself. */
function interrupt(ui: Ui, { view, owns }: Scene): Step {
  const shown = { ...ui, question: null, entry: null };
  const ending = endingOf(ui.asked, view);
  if (!owns || ending >= 2) return step(shown, { type: 'leave', how: 'background' });
  const request = { type: ending === 0 ? 'pause-requested' : 'stop-requested' } as const;
  return step({ ...shown, asked: { ...ui.asked, ending: ending + 1 } }, submit(request, ''));
}

function answer(ui: Ui, { answers }: Question, { name, text }: Key): Step {
  const closed = { ...ui, question: null };
  const effects = name === 'text' ? answers[text.toLowerCase()] : undefined;
  return step(closed, ...(effects ?? []));
}

/** Longer than any command: somebody has pasted a file. */
const LONGEST_ENTRY = 1_000;

function typeInto(ui: Ui, entry: NonNullable<Ui['entry']>, { name, text }: Key): Step {
  const typed = (next: string): Step =>
    step({ ...ui, entry: { ...entry, text: next }, ...(entry.for === 'filter' ? { filter: next } : {}) });
  switch (name) {
    case 'text':
    case 'paste':
      return typed((entry.text + text).slice(0, LONGEST_ENTRY));
    case 'backspace':
      return entry.text === ''
        ? step({ ...ui, entry: null })
        : typed(Array.from(entry.text).slice(0, -1).join(''));
    case 'ctrl-u':
      return typed('');
    case 'escape':
      return step({ ...ui, entry: null, ...(entry.for === 'filter' ? { filter: '' } : {}) });
    case 'enter':
      return enter(ui, entry);
    case 'up':
    case 'down':
      return entry.for === 'command' ? recall(ui, name === 'up' ? -1 : 1) : step(ui);
    default:
      return step(ui);
  }
}

function enter(ui: Ui, entry: NonNullable<Ui['entry']>): Step {
  const text = entry.text.trim();
  if (entry.for === 'filter' || text === '') return step({ ...ui, entry: null });
  const history = ui.history.at(-1) === text ? ui.history : [...ui.history, text];
  return step({ ...ui, entry: null, history, recalled: history.length }, { type: 'command', text });
}

function recall(ui: Ui, by: number): Step {
  const recalled = Math.max(0, Math.min(ui.history.length, ui.recalled + by));
  return step({ ...ui, recalled, entry: { for: 'command', text: ui.history[recalled] ?? '' } });
}

/** Keys that do the same on every page; undefined for all others. */
function everywhere(ui: Ui, { name, text }: Key, scene: Scene): Step | undefined {
  if (name !== 'text') return undefined;
  const { view } = scene;
  const advice = adviceOf(ui, view);
  switch (text) {
    case ':':
      return step({ ...ui, entry: { for: 'command', text: '' }, recalled: ui.history.length });
    case '?':
      return step({ ...ui, page: { name: 'help' }, scroll: 0 });
    case '+':
    case '=':
      return askSlots(ui, view, 1);
    case '-':
      return askSlots(ui, view, -1);
    case 'y':
    case 'n':
      if (advice === undefined) return undefined;
      return text === 'y'
        ? step(ui, submit({ type: 'pause-requested', task: advice }, `pausing ${advice}`))
        : step({ ...ui, declined: [...ui.declined, advice] });
    default:
      return undefined;
  }
}

/** The task whose pause is advised and was not declined. */
export const adviceOf = ({ declined }: Ui, { attention }: RunView): TaskId | undefined =>
  attention.find(({ kind, task }) => kind === 'advice' && task !== null && !declined.includes(task))?.task ??
  undefined;

function askSlots(ui: Ui, view: RunView, by: number): Step {
  const to = slotsAfter(ui.asked, view, by);
  if (to < 1) return step({ ...ui, notice: 'There is one slot only; p pauses the run.' });
  const asked = { ...ui.asked, slots: { from: view.slots.limit, to } };
  return step({ ...ui, asked }, submit({ type: 'slots-requested', slots: to }, `slots: ${to}`));
}

/** What was typed, or the name of a key that types nothing. */
const wordOf = ({ name, text }: Key): string => (name === 'text' ? text : name);

function onList(ui: Ui, key: Key, scene: Scene): Step {
  const { sections, pageRoom, owns } = scene;
  const move = (by: number): Step => step({ ...ui, selected: moved(sections, ui.selected, by) });
  const task = current(sections, ui.selected)?.task ?? null;
  switch (wordOf(key)) {
    case 'up':
    case 'k':
      return move(-1);
    case 'down':
    case 'j':
      return move(1);
    case 'page-up':
      return move(-Math.max(1, pageRoom - 2));
    case 'page-down':
      return move(Math.max(1, pageRoom - 2));
    case 'home':
      return move(Number.NEGATIVE_INFINITY);
    case 'end':
    case 'G':
      return move(Number.POSITIVE_INFINITY);
    case 'enter':
      return task === null
        ? step({ ...ui, notice: 'Select a task first: arrows or j and k.' })
        : step({ ...ui, page: { name: 'task', task, tab: 'story' }, scroll: null });
    case 'escape':
      return step({ ...ui, selected: undefined, filter: '' });
    case '/':
      return step({ ...ui, entry: { for: 'filter', text: ui.filter } });
    case 'g':
      return step({ ...ui, page: { name: 'graph' }, scroll: 0 });
    case 't':
      return step({ ...ui, page: { name: 'timeline' }, scroll: 0 });
    case 'q':
      return owns
        ? step({ ...ui, question: leaveQuestion(scene.view) })
        : step(ui, { type: 'leave', how: 'background' });
    default:
      return act(ui, wordOf(key), task, scene);
  }
}

function onPage(ui: Ui, page: Page, key: Key, scene: Scene): Step {
  const last = Math.max(0, scene.pageRows - scene.pageRoom);
  const at = ui.scroll ?? last;
  // At the end it stays there while rows are added.
  const scrolled = (to: number): Step =>
    step({ ...ui, scroll: to >= last && page.name === 'task' ? null : Math.max(0, Math.min(last, to)) });
  switch (wordOf(key)) {
    case 'up':
    case 'k':
      return scrolled(at - 1);
    case 'down':
    case 'j':
      return scrolled(at + 1);
    case 'page-up':
      return scrolled(at - scene.pageRoom + 1);
    case 'page-down':
    case ' ':
      return scrolled(at + scene.pageRoom - 1);
    case 'home':
      return scrolled(0);
    case 'end':
    case 'G':
      return scrolled(last);
    case 'escape':
    case 'backspace':
    case 'q':
      return step({ ...ui, page: null, scroll: 0 });
    case 'g':
      return step({ ...ui, page: page.name === 'graph' ? null : { name: 'graph' }, scroll: 0 });
    case 't':
      return step({ ...ui, page: page.name === 'timeline' ? null : { name: 'timeline' }, scroll: 0 });
    default:
      return page.name === 'task' ? onTask(ui, page, wordOf(key), scene) : step(ui);
  }
}

const tabs: readonly Tab[] = ['story', 'log', 'diff'];

function onTask(ui: Ui, page: Page & { readonly name: 'task' }, key: string, scene: Scene): Step {
  const turn = (by: number): Tab => tabs[(tabs.indexOf(page.tab) + by + tabs.length) % tabs.length] as Tab;
  const open = (tab: Tab): Step => step({ ...ui, page: { ...page, tab }, scroll: tab === 'diff' ? 0 : null });
  switch (key) {
    case 'tab':
    case 'right':
      return open(turn(1));
    case 'left':
      return open(turn(-1));
    case 's':
      return open('story');
    case 'l':
      return open('log');
    case 'd':
      return open('diff');
    default:
      return act(ui, key, page.task, scene);
  }
}

/** Keys that act on the run or on a task. */
function act(ui: Ui, key: string, id: TaskId | null, scene: Scene): Step {
  const task = scene.view.tasks.find((one) => one.id === id);
  switch (key) {
    case 'p':
      return pause(ui, task, scene.view);
    case 'r':
      return goOn(ui, task, scene.view);
    case 'c':
      return cancel(ui, task);
    default:
      return step(ui);
  }
}

const AT_REST = 'Nobody works on this run now: leave with q; `tutti resume` goes on with it.';

const isAtRest = ({ state }: RunView): boolean => state === 'paused' || state === 'ended';

function pause(ui: Ui, task: TaskView | undefined, view: RunView): Step {
  const all = submit({ type: 'pause-requested' }, 'draining: nothing new starts, what runs finishes');
  if (isAtRest(view)) return step({ ...ui, notice: AT_REST });
  if (view.state === 'draining') return step({ ...ui, notice: 'The run drains already; r lets it go on.' });
  const one = task !== undefined && !isSettled(task.status) && !task.paused ? task.id : undefined;
  const words = one === undefined ? '' : `t only ${one} · `;
  const answers = {
    a: [all],
    ...(one === undefined ? {} : { t: [submit({ type: 'pause-requested', task: one }, `pausing ${one}`)] }),
  };
  return step({ ...ui, question: { text: `Pause: ${words}a the whole run · Esc nothing`, answers } });
}

function goOn(ui: Ui, task: TaskView | undefined, view: RunView): Step {
  if (task?.paused === true)
    return step(ui, submit({ type: 'resume-requested', task: task.id }, `resuming ${task.id}`));
  if (
    task !== undefined &&
    (task.status === 'needs-attention' || task.status === 'needs-review' || task.status === 'cancelled')
  )
    return step(ui, submit({ type: 'retry-requested', task: task.id }, `retrying ${task.id}`));
  const hasClosed = view.agents.some(({ closedUntil }) => closedUntil !== null);
  if (view.state === 'draining' || hasClosed)
    return step(ui, submit({ type: 'resume-requested' }, 'going on'));
  const nothing = 'Nothing to resume or to retry here: select a task that is paused or needs you.';
  return step({ ...ui, notice: isAtRest(view) ? AT_REST : nothing });
}

function cancel(ui: Ui, task: TaskView | undefined): Step {
  if (
    task === undefined ||
    task.status === 'done' ||
    task.status === 'skipped' ||
    task.status === 'cancelled'
  )
    return step({
      ...ui,
      notice: 'Select a task that is not finished; `:cancel --yes` cancels the whole run.',
    });
  const text = `Cancel ${task.id}? What depends on it is blocked; s lets it go on. (y/s/n)`;
  const request = { type: 'cancel-requested', task: task.id } as const;
  const answers = {
    y: [submit(request, `cancelling ${task.id}`)],
    s: [submit({ ...request, satisfied: true }, `cancelling ${task.id}; what depends on it goes on`)],
  };
  return step({ ...ui, question: { text, answers } });
}

function leaveQuestion(view: RunView): Question {
  const leave: Effect = { type: 'leave', how: 'background' };
  const { slots } = view;
  if (isAtRest(view)) return { text: 'Leave? (y/n)', answers: { y: [leave] } };
  const running = slots.used === 1 ? '1 attempt' : `${slots.used} attempts`;
  return {
    text: `Leave: b it goes on without you · d finish ${running}, then pause · s stop now`,
    answers: { b: [leave], d: [{ type: 'leave', how: 'drain' }], s: [{ type: 'leave', how: 'stop' }] },
  };
}
