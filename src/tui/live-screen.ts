/** Paints frames over each other in the normal screen: no alternate screen, so that scrollback keeps what was said. */

export interface LiveScreen {
  /** Replaces the last frame. */
  paint(lines: readonly string[]): void;
  /** Prints lines that stay, above the frame; after `close`, below it. */
  print(lines: readonly string[]): void;
  /** Leaves the last frame standing and shows the cursor again. */
  close(): void;
}

const HIDE_CURSOR = '\u001b[?25l';
const SHOW_CURSOR = '\u001b[?25h';
const CLEAR_LINE = '\u001b[K';
const CLEAR_BELOW = '\u001b[J';

/** @param write gets each frame as one text, so that a terminal never shows half of it */
export function createLiveScreen(write: (text: string) => void): LiveScreen {
  let height = 0;
  let frame: readonly string[] = [];
  const back = (): string => (height > 0 ? `\u001b[${height}A\r` : '\r');
  const body = (lines: readonly string[]): string => lines.map((line) => `${line}${CLEAR_LINE}\n`).join('');
  write(HIDE_CURSOR);
  return {
    paint(lines) {
      write(back() + body(lines) + CLEAR_BELOW);
      height = lines.length;
      frame = lines;
    },
    print(lines) {
      write(back() + body([...lines, ...frame]) + CLEAR_BELOW);
    },
    close() {
      write(SHOW_CURSOR);
      height = 0;
      frame = [];
    },
  };
}
