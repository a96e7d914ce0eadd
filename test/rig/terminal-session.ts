/** A real terminal for tests: tmux with a server of its own. Shows what a person would see; types what a person would type. */
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { promisify } from 'node:util';

const execute = promisify(execFile);

export interface TerminalSession {
  /** What is on the screen now, with what has scrolled away above it; without colours. */
  screen(): Promise<string>;
  /** Resolves with the screen once it matches. @throws when the limit passes first */
  sees(pattern: RegExp): Promise<string>;
  /** Keys in tmux's words: `C-c`, `Enter`. */
  press(...keys: readonly string[]): Promise<void>;
  type(text: string): Promise<void>;
  resize(columns: number, rows: number): Promise<void>;
  close(): Promise<void>;
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
  return {
    screen,
    async sees(pattern) {
      const deadline = performance.now() + LIMIT_MS;
      for (;;) {
        const seen = await screen();
        if (pattern.test(seen)) return seen;
        if (performance.now() > deadline) throw new Error(`never on the screen: ${pattern}\n${seen}`);
        await pause(LOOK_EVERY_MS);
      }
    },
    press: async (...keys) => void (await tmux('send-keys', '-t', 'test', ...keys)),
    type: async (text) => void (await tmux('send-keys', '-t', 'test', '-l', text)),
    resize: async (width, height) =>
      void (await tmux('resize-window', '-t', 'test', '-x', String(width), '-y', String(height))),
    close: async () => void (await tmux('kill-server')),
  };
}
