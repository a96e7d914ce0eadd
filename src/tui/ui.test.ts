import { describe, expect, it } from 'vitest';
import { planFrom } from '../../test/rig/plan-text.ts';
import { baselineGreen, failedGate, started, stateAfter } from '../../test/rig/story.ts';
import type { EventBody } from '../core/event.ts';
import { runView } from '../view/run-view.ts';
import type { Key } from './key.ts';
import { sectionsOf } from './sections.ts';
import { type Effect, firstUi, pressKey, type Scene, type Ui } from './ui.ts';

const base: EventBody[] = [baselineGreen, started('A', 1, 0), started('B', 1, 1), failedGate('B')];

function sceneOf(owns = true, ...more: EventBody[]): Scene {
  const state = stateAfter(planFrom('A\nB\nC: A\nD'), { retries: 0, slots: 3 }, ...base, ...more);
  const view = runView(state, 0);
  const sections = sectionsOf(view, { width: 80, now: 0, filter: '' });
  return { view, sections, owns, pageRows: 50, pageRoom: 10 };
}

const named = new Set([
  'up',
  'down',
  'enter',
  'escape',
  'backspace',
  'ctrl-c',
  'ctrl-u',
  'ctrl-z',
  'tab',
  'end',
]);
const keyOf = (name: string): Key =>
  named.has(name) ? { name: name as Key['name'], text: '' } : { name: 'text', text: name };

/** What one does after the other leads to. */
function press(
  keys: readonly string[],
  scene: Scene = sceneOf(),
  from: Ui = firstUi,
): { ui: Ui; effects: Effect[] } {
  let ui = from;
  const effects: Effect[] = [];
  for (const key of keys) {
    const step = pressKey(ui, keyOf(key), scene);
    ui = step.ui;
    effects.push(...step.effects);
  }
  return { ui, effects };
}

const requests = (keys: readonly string[], scene?: Scene): unknown[] =>
  press(keys, scene).effects.map((effect) => (effect.type === 'submit' ? effect.request : effect));

describe('keys on the list', () => {
  it('select: what needs somebody is first', () => {
    expect(press(['j']).ui.selected).toEqual({ section: 'attention', task: 'B' });
    expect(press(['down', 'down']).ui.selected).toEqual({ section: 'working', task: 'A' });
    expect(press(['j', 'j', 'k']).ui.selected?.task).toBe('B');
    expect(press(['G']).ui.selected?.task).toBe('C');
  });

  it('open the task, its log and its diff, and come back', () => {
    expect(press(['j', 'enter']).ui.page).toEqual({ name: 'task', task: 'B', tab: 'story' });
    expect(press(['j', 'enter', 'l']).ui.page).toMatchObject({ tab: 'log' });
    expect(press(['j', 'enter', 'tab', 'tab']).ui.page).toMatchObject({ tab: 'diff' });
    expect(press(['j', 'enter', 'escape']).ui.page).toBeNull();
    expect(press(['enter']).ui.notice).toMatch(/Select a task/);
  });

  it('pause the task or the run, after asking which', () => {
    expect(requests(['j', 'j', 'p'])).toEqual([]);
    expect(press(['j', 'j', 'p']).ui.question?.text).toMatch(/t only A · a the whole run/);
    expect(requests(['j', 'j', 'p', 't'])).toEqual([{ type: 'pause-requested', task: 'A' }]);
    expect(requests(['j', 'j', 'p', 'a'])).toEqual([{ type: 'pause-requested' }]);
    expect(requests(['j', 'j', 'p', 'escape', 'a'])).toEqual([]);
    // A task that needs somebody cannot be paused.
    expect(requests(['j', 'p', 't'])).toEqual([]);
  });

  it('resume and retry what is selected', () => {
    expect(requests(['j', 'r'])).toEqual([{ type: 'retry-requested', task: 'B' }]);
    const paused = sceneOf(true, { type: 'pause-requested', task: 'D' as never });
    expect(requests(['j', 'j', 'j', 'r'], paused)).toEqual([{ type: 'resume-requested', task: 'D' }]);
    expect(requests(['r'], sceneOf(true, { type: 'pause-requested' }))).toEqual([
      { type: 'resume-requested' },
    ]);
    expect(press(['r']).ui.notice).toMatch(/Nothing to resume/);
  });

  it('say the way on where nobody works on the run', () => {
    const paused = sceneOf(true, failedGate('A'), { type: 'run-paused', reason: 'paused by request' });
    for (const key of ['p', 'r'])
      expect(press([key], paused).ui.notice).toMatch(/`tutti resume` goes on with it/);
    expect(requests(['p', 'r'], paused)).toEqual([]);
  });

  it('cancel only after a yes', () => {
    expect(requests(['j', 'j', 'c', 'n'])).toEqual([]);
    expect(requests(['j', 'j', 'c', 'y'])).toEqual([{ type: 'cancel-requested', task: 'A' }]);
    expect(requests(['j', 'j', 'c', 's'])).toEqual([
      { type: 'cancel-requested', task: 'A', satisfied: true },
    ]);
    expect(requests(['c', 'y'])).toEqual([]);
  });

  it('change the slots', () => {
    expect(requests(['+', '-'])).toEqual([
      { type: 'slots-requested', slots: 4 },
      { type: 'slots-requested', slots: 3 },
    ]);
    // Also before the engine has answered the first.
    expect(requests(['+', '+', '+']).at(-1)).toEqual({ type: 'slots-requested', slots: 6 });
    expect(requests(['-', '-', '-', '-'])).toHaveLength(2);
    expect(requests(['-'], sceneOf(true, { type: 'slots-requested', slots: 1 }))).toEqual([]);
  });

  it('answer an advice, once', () => {
    const advised = sceneOf(true, {
      type: 'pause-advised',
      task: 'A' as never,
      attempt: 'A.1' as never,
      leftMs: 9_000_000,
      waiting: 12,
    });
    expect(requests(['y'], advised)).toEqual([{ type: 'pause-requested', task: 'A' }]);
    expect(requests(['n', 'y'], advised)).toEqual([]);
    expect(requests(['y'])).toEqual([]);
  });

  it('filter while a text is typed', () => {
    expect(press(['/', 'c', 'o']).ui).toMatchObject({ filter: 'co', entry: { for: 'filter' } });
    expect(press(['/', 'c', 'o', 'backspace', 'enter']).ui).toMatchObject({ filter: 'c', entry: null });
    expect(press(['/', 'c', 'escape']).ui).toMatchObject({ filter: '', entry: null });
  });

  it('take what is pasted only where a line is typed, and no more than a line', () => {
    const pasted = (ui: Ui): Ui =>
      pressKey(ui, { name: 'paste', text: `cy${'x'.repeat(5_000)}` }, sceneOf()).ui;
    expect(pasted(firstUi)).toMatchObject({
      entry: null,
      question: null,
      notice: expect.stringMatching(/pasted after/),
    });
    expect(pasted(press(['j', 'c']).ui)).toMatchObject({ question: null });
    expect(pasted(press([':']).ui).entry?.text).toHaveLength(1_000);
  });

  it('take a command, and give earlier ones back', () => {
    const typed = press([':', ...'why C', 'enter']);
    expect(typed.effects).toEqual([{ type: 'command', text: 'why C' }]);
    expect(press([':', 'up'], sceneOf(), typed.ui).ui.entry).toEqual({ for: 'command', text: 'why C' });
    expect(press([':', 'q', 'p', 'ctrl-u', 'escape']).effects).toEqual([]);
  });
});

describe('leaving', () => {
  it('asks what becomes of a run that is one’s own', () => {
    expect(press(['q']).effects).toEqual([]);
    expect(press(['q']).ui.question?.text).toMatch(/b it goes on .* d finish 1 attempt, .* s stop now/);
    for (const [key, how] of [
      ['b', 'background'],
      ['d', 'drain'],
      ['s', 'stop'],
    ] as const)
      expect(press(['q', key]).effects).toEqual([{ type: 'leave', how }]);
    expect(press(['q', 'escape']).effects).toEqual([]);
  });

  it('only leaves when it is another’s', () => {
    expect(press(['q'], sceneOf(false)).effects).toEqual([{ type: 'leave', how: 'background' }]);
    expect(press(['ctrl-c'], sceneOf(false)).effects).toEqual([{ type: 'leave', how: 'background' }]);
  });

  it('drains at the first Ctrl+C, stops at the second, leaves at the third, whatever is being typed', () => {
    expect(requests([':', 'ctrl-c'])).toEqual([{ type: 'pause-requested' }]);
    expect(requests(['ctrl-c'], sceneOf(true, { type: 'pause-requested' }))).toEqual([
      { type: 'stop-requested' },
    ]);
    expect(requests(['ctrl-c', 'ctrl-c', 'ctrl-c'])).toEqual([
      { type: 'pause-requested' },
      { type: 'stop-requested' },
      { type: 'leave', how: 'background' },
    ]);
    expect(requests(['ctrl-c'], sceneOf(true, { type: 'stop-requested' }))).toEqual([
      { type: 'leave', how: 'background' },
    ]);
  });
});

describe('pages', () => {
  const scrollAfter = (...keys: string[]): number | null => press(['?', ...keys]).ui.scroll;

  it('scroll, and stop at their ends', () => {
    expect(scrollAfter('j', 'j', 'k')).toBe(1);
    expect(scrollAfter('k')).toBe(0);
    expect(scrollAfter(' ')).toBe(9);
    expect(scrollAfter('G', 'j')).toBe(40);
  });

  it('follow a log while one is at its end', () => {
    expect(press(['j', 'enter', 'l']).ui.scroll).toBeNull();
    expect(press(['j', 'enter', 'l', 'k']).ui.scroll).toBe(39);
    expect(press(['j', 'enter', 'l', 'k', 'end']).ui.scroll).toBeNull();
  });
});
