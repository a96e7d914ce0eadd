/** A terminal for commands in tests: remembers what was printed, answers questions as told, has no colours. */
import type { Terminal } from '../../src/cli/terminal.ts';

export interface FakeTerminal extends Terminal {
  /** Standard output so far. */
  readonly printed: () => string;
  /** Standard error so far. */
  readonly remarked: () => string;
}

export interface FakeTerminalOptions {
  readonly cwd: string;
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** The answer to every question; without one nobody sits there. */
  readonly answer?: boolean;
  /** The answer to every question for text; with one, somebody sits there, too. */
  readonly answerText?: string;
  readonly columns?: number;
}

export function fakeTerminal({
  cwd,
  env = process.env,
  answer,
  answerText,
  columns = 80,
}: FakeTerminalOptions): FakeTerminal {
  const out: string[] = [];
  const remarks: string[] = [];
  const plain = (text: string): string => text;
  return {
    cwd,
    env,
    interactive: answer !== undefined || answerText !== undefined,
    columns: () => columns,
    rows: () => 24,
    closed: new AbortController().signal,
    coloured: false,
    palette: { good: plain, busy: plain, bad: plain, dim: plain, strong: plain },
    print: (text) => void out.push(`${text}\n`),
    remark: (text) => void remarks.push(`${text}\n`),
    write: (text) => void out.push(text),
    ask: async () => answer ?? false,
    askText: async () => answerText ?? '',
    printed: () => out.join(''),
    remarked: () => remarks.join(''),
  };
}
