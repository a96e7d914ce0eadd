/** What of a failed step's output its agent needs: the lines around what failed, and the end. Knows tools by their signs only. */

/** Longer lines are cut: a bundle on one line would leave room for nothing else. */
const LONGEST_LINE = 500;
/** The end tells the sum of it all. */
const LAST_LINES = 15;
const LINES_BEFORE = 2;
const LINES_AFTER = 8;
/** What a line that tells of a gap takes at most. */
const GAP_CHARS = 40;

/** Lines by which tools say that something failed: test runners first, then compilers and linters. */
const failures: readonly RegExp[] = [
  // vitest, jest, mocha, `node --test`: a mark in front of the name; ESLint's sum.
  /^\s*(?:[✗✘✖×✕❌]|● \S)/u,
  /^\s*not ok\b/,
  /^\s*(?:FAIL|FAILED|FAILURES?|ERROR|ERRORS)\b(?!\S*=)/,
  /\.\.\. FAILED$|\bFAILED\s*$/,
  // go test; pytest's lines of a failure.
  /^\s*--- FAIL:/,
  /^E {2,}\S/,
  /AssertionError|assertion failed|\bpanicked at\b|^panic:|Traceback \(most recent call last\)/,
  // tsc, rustc, C compilers, ESLint.
  /\berror TS\d+:/,
  /^error(?:\[\w+\])?:/,
  /:\d+(?::\d+)?:?\s+(?:fatal )?error\b/i,
  /^\s+\d+:\d+\s+error\s/,
];

/** Lines that may belong to a failure, and are often noise: for what room is left. */
const hints: readonly RegExp[] = [
  /\b(?:[A-Z]\w*)?(?:Error|Exception)\b/,
  /\b(?:expected|received|actual|got|want)\b/i,
  /\b(?:fatal|error|failed)\b[: ]/i,
  /^\s+at (?!.*(?:node_modules|node:|<anonymous>))\S/,
];

/**
 * The text itself when it is short enough; else, within `limit` characters, its last lines, the lines around each sign of
 * a failure from the first on, and how many lines were left out between.
 * @param text clean: no escape sequences
 */
export function failureExcerpt(text: string, limit: number): string {
  if (text.length <= limit) return text;
  const lines = text.trimEnd().split('\n').map(shortened);
  const kept = new Selection(lines, limit);
  kept.addFromEnd(LAST_LINES, limit / 3);
  for (const signs of [failures, hints]) {
    lines.forEach((line, at) => {
      if (signs.some((sign) => sign.test(line))) kept.add(at - LINES_BEFORE, at + LINES_AFTER);
    });
  }
  // Whatever room is left tells what came just before the end.
  kept.addFromEnd(lines.length, limit);
  return kept.text();
}

function shortened(line: string): string {
  if (line.length <= LONGEST_LINE) return line;
  return `${line.slice(0, LONGEST_LINE)}… (${line.length - LONGEST_LINE} more characters)`;
}

/** Lines that were chosen so far, never more than fit. */
class Selection {
  readonly #lines: readonly string[];
  readonly #isKept: boolean[];
  #room: number;

  constructor(lines: readonly string[], limit: number) {
    this.#lines = lines;
    this.#isKept = lines.map(() => false);
    this.#room = limit - GAP_CHARS;
  }

  /** Adds the lines `from` to `to`, as many of them from the first on as fit. */
  add(from: number, to: number): void {
    let isOpen = false;
    for (let at = Math.max(0, from); at <= to && at < this.#lines.length; at++) {
      // Each stretch of new lines may open a gap of its own.
      if (this.#isKept[at] === true) isOpen = false;
      else if (!this.#take(at, isOpen ? 0 : GAP_CHARS)) return;
      else isOpen = true;
    }
  }

  /** Adds the last lines, at most so many and so many characters of them, from the end on. */
  addFromEnd(count: number, chars: number): void {
    const least = Math.max(0, this.#room - chars);
    for (let at = this.#lines.length - 1; at >= Math.max(0, this.#lines.length - count); at--) {
      if (this.#isKept[at] === true) continue;
      if (this.#room - this.#costOf(at) < least || !this.#take(at, 0)) return;
    }
  }

  text(): string {
    const told: string[] = [];
    let left = 0;
    for (const [at, line] of this.#lines.entries()) {
      if (this.#isKept[at] !== true) left++;
      else {
        if (left > 0) told.push(gap(left));
        left = 0;
        told.push(line);
      }
    }
    return `${told.join('\n')}\n`;
  }

  #costOf(at: number): number {
    return (this.#lines[at] ?? '').length + 1;
  }

  #take(at: number, more: number): boolean {
    const cost = this.#costOf(at) + more;
    if (cost > this.#room) return false;
    this.#room -= cost;
    this.#isKept[at] = true;
    return true;
  }
}

const gap = (lines: number): string => `[… ${lines} ${lines === 1 ? 'line' : 'lines'} left out …]`;
