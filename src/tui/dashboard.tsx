/** The dashboard on a terminal: opens the screen with ink, which reads the keys; paints the frames of a model. Knows nothing of runs. */
import { type Key as InkKey, render, useApp, useInput, usePaste, useWindowSize } from 'ink';
import { useEffect } from 'react';
import type { DashboardModel } from './dashboard-model.ts';
import type { Key } from './key.ts';
import { createPainter } from './painter.ts';

export interface DashboardScreen {
  /** Gives the terminal back as it was. */
  close(): Promise<void>;
  /** Puts the screen aside while `meanwhile` lasts. */
  aside(meanwhile: () => Promise<void>): Promise<void>;
  /** Rejects when the screen cannot go on; nothing else hears of it. */
  readonly failed: Promise<never>;
}

export interface ScreenOptions {
  readonly stdin: NodeJS.ReadStream;
  readonly stdout: NodeJS.WriteStream;
  readonly coloured: boolean;
}

/** Shortest time between two pictures, whatever asks for them: 15 a second at most. */
const REST_MS = 67;

/** Opens the alternate screen and shows the model there. */
export function openDashboardScreen(model: DashboardModel, options: ScreenOptions): DashboardScreen {
  const { stdin, stdout, coloured } = options;
  const failed = Promise.withResolvers<never>();
  failed.promise.catch(() => {});
  let suspend: ReturnType<typeof useApp>['suspendTerminal'] | undefined;
  const app = render(
    <Keyboard
      model={model}
      onReady={(suspendTerminal) => {
        suspend = suspendTerminal;
      }}
    />,
    { stdin, stdout, interactive: true, alternateScreen: true, exitOnCtrlC: false, patchConsole: false },
  );
  const exited = app.waitUntilExit().then(
    () => {},
    (error: unknown) => failed.reject(error),
  );
  // Ink lays out and measures every cell of every frame: at 200 × 60 that took twenty times as long as all else here.
  const painter = createPainter(coloured);
  const paintSoon = calmly(() => {
    try {
      const text = painter.paint(model.frame());
      if (text !== '') stdout.write(text);
    } catch (error) {
      failed.reject(error);
    }
  });
  const unsubscribe = model.subscribe(paintSoon.call);
  paintSoon.call();
  return {
    failed: failed.promise,
    async close() {
      unsubscribe();
      paintSoon.hold();
      app.unmount();
      await exited;
      // What is typed from now on is for the shell.
      stdin.pause();
    },
    async aside(meanwhile) {
      paintSoon.hold();
      await suspend?.(meanwhile);
      painter.forget();
      paintSoon.release();
    },
  };
}

/** Calls at once, then no more often than every `REST_MS`; what is asked for meanwhile, or while it is held, comes later. */
function calmly(work: () => void) {
  let last = Number.NEGATIVE_INFINITY;
  let timer: NodeJS.Timeout | undefined;
  let isHeld = false;
  const call = (): void => {
    if (isHeld || timer !== undefined) return;
    const wait = last + REST_MS - performance.now();
    if (wait > 0) {
      timer = setTimeout(() => {
        timer = undefined;
        call();
      }, wait);
      return;
    }
    last = performance.now();
    work();
  };
  return {
    call,
    hold(): void {
      isHeld = true;
      clearTimeout(timer);
      timer = undefined;
    },
    release(): void {
      isHeld = false;
      call();
    },
  };
}

interface KeyboardProps {
  readonly model: DashboardModel;
  readonly onReady: (suspendTerminal: ReturnType<typeof useApp>['suspendTerminal']) => void;
}

/** Shows nothing: what is painted is none of ink's business. */
function Keyboard({ model, onReady }: KeyboardProps): null {
  const { columns, rows } = useWindowSize();
  const { suspendTerminal } = useApp();
  useEffect(() => onReady(suspendTerminal), [onReady, suspendTerminal]);
  useEffect(() => model.resize(columns, rows), [model, columns, rows]);
  useInput((text, key) => {
    for (const press of pressesOf(text, key)) model.press(press);
  });
  usePaste((text) => model.press(pasteOf(text)));
  return null;
}

/** More than fingers type while a line is slow: pasted on a terminal that does not say so, and no list of commands. */
const LONGEST_BURST = 32;

const ESCAPE: Key = { name: 'escape', text: '' };

/** What was pasted is one line. */
const pasteOf = (text: string): Key => ({ name: 'paste', text: text.replace(/[\r\n]+/g, ' ') });

/** A chunk of input as key presses: quick fingers, and slow lines, send several at once. */
function pressesOf(text: string, key: InkKey): Key[] {
  const named = nameOf(text, key);
  if (named !== undefined) return [{ name: named, text: '' }];
  if (key.ctrl || text === '') return [];
  const characters = Array.from(text);
  // A key that is held down may send many.
  if (characters.length > LONGEST_BURST && new Set(characters).size > 1) return [pasteOf(text)];
  const typed = characters.map(
    (character): Key =>
      /[\r\n]/.test(character) ? { name: 'enter', text: '' } : { name: 'text', text: character },
  );
  // Nothing is bound to Alt: it is Escape and a key in quick succession.
  return key.meta ? [ESCAPE, ...typed] : typed;
}

function nameOf(text: string, key: InkKey): Exclude<Key['name'], 'text'> | undefined {
  if (key.ctrl && text === 'c') return 'ctrl-c';
  if (key.ctrl && text === 'u') return 'ctrl-u';
  if (key.ctrl && text === 'z') return 'ctrl-z';
  if (key.upArrow) return 'up';
  if (key.downArrow) return 'down';
  if (key.leftArrow) return 'left';
  if (key.rightArrow) return 'right';
  if (key.pageUp) return 'page-up';
  if (key.pageDown) return 'page-down';
  if (key.home) return 'home';
  if (key.end) return 'end';
  if (key.return) return 'enter';
  if (key.escape) return 'escape';
  if (key.backspace || key.delete) return 'backspace';
  return key.tab ? 'tab' : undefined;
}
