/** A real terminal for tests: tmux with a server of its own. Shows what a person would see; types what a person would type. */
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { promisify } from 'node:util';

const execute = promisify(execFile);

export interface TerminalSession {
  /** What is on the screen now, with what has scrolled away above it; without colours. */
  screen(): Promise<string>;
  /** The rows that are shown now, as they are on the screen; blanks at their ends left out. */
  rows(): Promise<readonly string[]>;
  /** Resolves with the rows once they fit and stand still. @throws when the limit passes first */
  rowsWhen(fits: (rows: readonly string[]) => boolean): Promise<readonly string[]>;
  /** Resolves with the screen once it matches. @throws when the limit passes first */
  sees(pattern: RegExp): Promise<string>;
  /** What a program has made of the terminal. */
  modes(): Promise<TerminalModes>;
  /** Keys in tmux's words: `C-c`, `Enter`. */
  press(...keys: readonly string[]): Promise<void>;
  type(text: string): Promise<void>;
  /** Types a command and Enter. */
  enter(command: string): Promise<void>;
  /** Pastes as terminals do: marked as pasted for programs that ask for it. */
  paste(text: string): Promise<void>;
  resize(columns: number, rows: number): Promise<void>;
  close(): Promise<void>;
}

export interface TerminalModes {
  readonly alternateScreen: boolean;
  readonly cursor: boolean;
  readonly title: string;
  /** Rows that have scrolled away. */
  readonly scrolled: number;
}

export interface TerminalOptions {
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
  /** For the server's socket. */
  readonly folder: string;
  readonly columns: number;
  readonly rows: number;
}

const LIMIT_MS = 20_000;
/** A screen sends no event when it has changed. */
const LOOK_EVERY_MS = 50;

export async function hasTmux(): Promise<boolean> {
  return execute('tmux', ['-V']).then(
    () => true,
    () => false,
  );
}

/** Opens a terminal with a shell in it. */
export async function openTerminal(options: TerminalOptions): Promise<TerminalSession> {
  const { cwd, folder, columns, rows } = options;
  const env = { ...options.env, TERM: 'xterm-256color', PS1: '$ ' };
  const tmux = async (...args: readonly string[]): Promise<string> => {
    const { stdout } = await execute('tmux', ['-f', '/dev/null', '-S', join(folder, 'tmux'), ...args], {
      cwd,
      env,
    });
    return stdout;
  };
  const size = ['-x', String(columns), '-y', String(rows)];
  await tmux('new-session', '-d', '-s', 'test', ...size, 'sh');
  const screen = (): Promise<string> => tmux('capture-pane', '-p', '-J', '-S', '-', '-t', 'test');
  const type = async (text: string): Promise<void> =>
    void (await tmux('send-keys', '-t', 'test', '-l', '--', text));
  const press = async (...keys: readonly string[]): Promise<void> =>
    void (await tmux('send-keys', '-t', 'test', ...keys));
  const rowsNow = async (): Promise<readonly string[]> => {
    const text = await tmux('capture-pane', '-p', '-t', 'test');
    return text
      .replace(/\n$/, '')
      .split('\n')
      .map((row) => row.trimEnd());
  };
  return {
    screen,
    rows: rowsNow,
    async rowsWhen(fits) {
      const deadline = performance.now() + LIMIT_MS;
      for (let before = ''; ; ) {
        const seen = await rowsNow();
        const text = seen.join('\n');
        if (fits(seen) && text === before) return seen;
        if (performance.now() > deadline) throw new Error(`the screen never was as expected:\n${text}`);
        before = text;
        await pause(LOOK_EVERY_MS);
      }
    },
    async modes() {
      const asked = '#{alternate_on} #{cursor_flag} #{history_size} #{pane_title}';
      const [alternate, cursor, scrolled, ...title] = (await tmux('display-message', '-p', asked))
        .trimEnd()
        .split(' ');
      return {
        alternateScreen: alternate === '1',
        cursor: cursor === '1',
        title: title.join(' '),
        scrolled: Number(scrolled),
      };
    },
    async sees(pattern) {
      const deadline = performance.now() + LIMIT_MS;
      for (;;) {
        const seen = await screen();
        if (pattern.test(seen)) return seen;
        if (performance.now() > deadline) throw new Error(`never on the screen: ${pattern}\n${seen}`);
        await pause(LOOK_EVERY_MS);
      }
    },
    press,
    type,
    async enter(command) {
      await type(command);
      await press('Enter');
    },
    async paste(text) {
      await tmux('set-buffer', '--', text);
      await tmux('paste-buffer', '-p', '-t', 'test');
    },
    resize: async (width, height) =>
      void (await tmux('resize-window', '-t', 'test', '-x', String(width), '-y', String(height))),
    close: async () => void (await tmux('kill-server')),
  };
}
