/** The dashboard on a terminal: paints the frames of a model and gives it keys. Knows nothing of runs. */
import { Box, type Key as InkKey, render, Text, useApp, useInput, usePaste, useWindowSize } from 'ink';
import { memo, type ReactElement, useEffect, useSyncExternalStore } from 'react';
import type { DashboardModel } from './dashboard-model.ts';
import type { Key } from './key.ts';
import type { ListLine } from './list-rows.ts';
import type { Row, Span, Tone } from './row.ts';

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

const MOST_FRAMES_PER_SECOND = 15;

/** Opens the alternate screen and shows the model there. */
export function openDashboardScreen(model: DashboardModel, options: ScreenOptions): DashboardScreen {
  const { stdin, stdout, coloured } = options;
  let suspend: ReturnType<typeof useApp>['suspendTerminal'] | undefined;
  const app = render(
    <Dashboard
      model={model}
      coloured={coloured}
      onReady={(suspendTerminal) => {
        suspend = suspendTerminal;
      }}
    />,
    {
      stdin,
      stdout,
      interactive: true,
      alternateScreen: true,
      incrementalRendering: true,
      maxFps: MOST_FRAMES_PER_SECOND,
      exitOnCtrlC: false,
      patchConsole: false,
    },
  );
  const failed = Promise.withResolvers<never>();
  failed.promise.catch(() => {});
  const exited = app.waitUntilExit().then(
    () => {},
    (error: unknown) => failed.reject(error),
  );
  return {
    failed: failed.promise,
    async close() {
      app.unmount();
      await exited;
      // What is typed from now on is for the shell.
      stdin.pause();
    },
    async aside(meanwhile) {
      await suspend?.(meanwhile);
    },
  };
}

interface DashboardProps {
  readonly model: DashboardModel;
  readonly coloured: boolean;
  readonly onReady: (suspendTerminal: ReturnType<typeof useApp>['suspendTerminal']) => void;
}

function Dashboard({ model, coloured, onReady }: DashboardProps): ReactElement {
  const frame = useSyncExternalStore(model.subscribe, model.frame);
  const { columns, rows } = useWindowSize();
  const { suspendTerminal } = useApp();
  useEffect(() => onReady(suspendTerminal), [onReady, suspendTerminal]);
  useEffect(() => model.resize(columns, rows), [model, columns, rows]);
  useInput((text, key) => {
    for (const press of pressesOf(text, key)) model.press(press);
  });
  usePaste((text) => model.press(pasteOf(text)));
  const { top, main, side, bottom } = frame;
  return (
    <Box flexDirection="column" width={frame.columns} height={frame.rows} overflow="hidden">
      <Lines rows={top} coloured={coloured} />
      <Box flexGrow={1} overflow="hidden">
        <Box flexDirection="column" flexGrow={1} overflow="hidden">
          {main.map((line) => (
            <ListRow key={line.key} line={line} coloured={coloured} />
          ))}
        </Box>
        {side !== null && (
          <Box flexDirection="column" width={side.width} marginLeft={2} flexShrink={0} overflow="hidden">
            <Lines rows={side.rows} coloured={coloured} />
          </Box>
        )}
      </Box>
      <Lines rows={bottom} coloured={coloured} />
    </Box>
  );
}

function Lines({
  rows,
  coloured,
}: {
  readonly rows: readonly Row[];
  readonly coloured: boolean;
}): ReactElement {
  return (
    <Box flexDirection="column" flexShrink={0}>
      {rows.map((row, place) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a row of a screen is its place
        <Line key={place} row={row} coloured={coloured} />
      ))}
    </Box>
  );
}

interface LineProps {
  readonly row: Row;
  readonly coloured: boolean;
}

const sameRow = (a: Row, b: Row): boolean =>
  a.length === b.length && a.every(({ text, tone }, at) => text === b[at]?.text && tone === b[at]?.tone);

/** Rows that have not changed are not painted again. */
const Line = memo(
  ({ row, coloured }: LineProps): ReactElement => (
    <Text wrap="truncate">{row.length === 0 ? ' ' : spansOf(row, coloured)}</Text>
  ),
  (before, after) => before.coloured === after.coloured && sameRow(before.row, after.row),
);

interface ListRowProps {
  readonly line: ListLine;
  readonly coloured: boolean;
}

const ListRow = memo(
  ({ line: { row, isSelected }, coloured }: ListRowProps): ReactElement => (
    <Text wrap="truncate" inverse={isSelected && coloured}>
      {isSelected ? '›' : ' '}
      {spansOf(row, coloured)}
    </Text>
  ),
  (before, after) =>
    before.coloured === after.coloured &&
    before.line.isSelected === after.line.isSelected &&
    sameRow(before.line.row, after.line.row),
);

const spansOf = (row: Row, coloured: boolean): ReactElement[] =>
  row.map(({ text, tone }, place) => (
    // biome-ignore lint/suspicious/noArrayIndexKey: a span of a row is its place
    <Text key={place} {...(coloured ? styleOf(tone) : {})}>
      {text}
    </Text>
  ));

/** Colours of the 16 that can be read on light and on dark. */
function styleOf(tone: Span['tone']): Parameters<typeof Text>[0] {
  const styles: Readonly<Record<Tone, Parameters<typeof Text>[0]>> = {
    good: { color: 'green' },
    busy: { color: 'cyan' },
    bad: { color: 'red', bold: true },
    dim: { dimColor: true },
    strong: { bold: true },
  };
  return tone === undefined ? {} : styles[tone];
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
