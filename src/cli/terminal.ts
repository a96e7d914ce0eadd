/** The terminal a command talks to: where it prints, what it may colour, how it asks. */
import { styleText } from 'node:util';
import { noColours, type Palette } from './palette.ts';
import { openOutput } from './standard-output.ts';

export interface Terminal {
  readonly cwd: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Whether somebody sits there: screens repaint and questions are asked. */
  readonly interactive: boolean;
  readonly columns: () => number;
  readonly rows: () => number;
  readonly palette: Palette;
  /** Aborts when what is printed gets nowhere any more, with why: a pipe or a terminal was closed (`isHangUp`), a disk is full. */
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

/** Whether there are colours is decided for the whole terminal, not by each text. */
const painted =
  (style: 'green' | 'cyan' | 'red' | 'dim' | 'bold') =>
  (text: string): string =>
    styleText(style, text, { validateStream: false });

const colours: Palette = {
  good: painted('green'),
  busy: painted('cyan'),
  bad: painted('red'),
  dim: painted('dim'),
  strong: painted('bold'),
};

/** The process's own terminal. Honours NO_COLOR, TERM=dumb and CI. */
export function processTerminal(): Terminal {
  const { env } = process;
  const closed = new AbortController();
  const output = openOutput(
    1,
    () => process.stdout,
    (error) => closed.abort(error),
  );
  const remarks = openOutput(
    2,
    () => process.stderr,
    () => {},
  );
  const isTerminal = output.terminal !== undefined;
  const isDumb = env.TERM === 'dumb';
  const coloured = isTerminal && !isDumb && !env.NO_COLOR;
  return {
    closed: closed.signal,
    cwd: process.cwd(),
    env,
    // Standard input is asked for last: Node opens it then.
    interactive: isTerminal && !env.CI && !isDumb && process.stdin.isTTY === true,
    columns: () => output.terminal?.columns ?? 80,
    rows: () => output.terminal?.rows ?? 24,
    coloured,
    palette: coloured ? colours : noColours,
    print: (text) => output.write(`${text}\n`),
    remark: (text) => remarks.write(`${text}\n`),
    write: (text) => output.write(text),
    ask: async (question) => /^y(es)?$/i.test((await askLine(`${question} [y/N] `)).trim()),
    askText: (question) => askLine(`${question} `),
  };
}

/** `tutti run | head` must not end a run, nor a terminal that was closed: who reads no more is no reason to die, or to complain. */
export const isHangUp = ({ code }: NodeJS.ErrnoException): boolean =>
  code === 'EPIPE' || code === 'ECONNRESET' || code === 'EIO';

/** Calls `act` when what is printed gets nowhere any more, or at once when it already does not. */
export function whenClosed({ closed }: Terminal, act: () => void): void {
  if (closed.aborted) act();
  else closed.addEventListener('abort', act, { once: true });
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
