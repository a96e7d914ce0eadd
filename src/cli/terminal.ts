/** The terminal a command talks to: where it prints, what it may colour, how it asks. */
import pico from 'picocolors';
import type { Palette } from './palette.ts';

export interface Terminal {
  readonly cwd: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Whether somebody sits there: screens repaint and questions are asked. */
  readonly interactive: boolean;
  readonly columns: () => number;
  readonly rows: () => number;
  readonly palette: Palette;
  /** Aborts when something was printed that nobody reads any more: a pipe or a terminal was closed. */
  readonly closed: AbortSignal;
  /** Whether colours may be used at all (NO_COLOR). */
  readonly coloured: boolean;
  /** Result, to standard output. */
  print(text: string): void;
  /** Remarks and errors, to standard error. */
  remark(text: string): void;
  /** Text as it is, for screens. */
  write(text: string): void;
  /** Asks a yes-or-no question; only on an interactive terminal. */
  ask(question: string): Promise<boolean>;
  /** Asks for one line of text; only on an interactive terminal. */
  askText(question: string): Promise<string>;
}

/** The process's own terminal. Honours NO_COLOR, TERM=dumb and CI. */
export function processTerminal(): Terminal {
  const { stdout, stderr, env } = process;
  // Standard input is asked for last: Node opens it then.
  const interactive = stdout.isTTY === true && !env.CI && env.TERM !== 'dumb' && process.stdin.isTTY === true;
  const coloured = pico.isColorSupported && stdout.isTTY === true && !env.NO_COLOR;
  const colours = pico.createColors(coloured);
  const closed = new AbortController();
  ignoreClosed(stdout, () => closed.abort());
  ignoreClosed(stderr, () => {});
  return {
    closed: closed.signal,
    cwd: process.cwd(),
    env,
    interactive,
    columns: () => stdout.columns ?? 80,
    rows: () => stdout.rows ?? 24,
    coloured,
    palette: {
      good: colours.green,
      busy: colours.cyan,
      bad: colours.red,
      dim: colours.dim,
      strong: colours.bold,
    },
    print: (text) => void stdout.write(`${text}\n`),
    remark: (text) => void stderr.write(`${text}\n`),
    write: (text) => void stdout.write(text),
    ask: async (question) => /^y(es)?$/i.test((await askLine(`${question} [y/N] `)).trim()),
    askText: (question) => askLine(`${question} `),
  };
}

async function askLine(question: string): Promise<string> {
  // Loaded only then: most commands ask nothing.
  const { createInterface } = await import('node:readline/promises');
  const reader = createInterface({ input: process.stdin, output: process.stdout });
  try {
    return await reader.question(question);
  } finally {
    reader.close();
  }
}

/** `tutti run | head` must not end a run, nor a terminal that was closed: who reads no more is no reason to die. */
function ignoreClosed(stream: NodeJS.WriteStream, onClosed: () => void): void {
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE' && error.code !== 'EIO') throw error;
    onClosed();
  });
}
