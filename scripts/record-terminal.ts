/**
 * Records a command in a terminal as an animated SVG: `node scripts/record-terminal.ts --out docs/demo.svg --show "npm start" -- tutti demo`.
 * Needs tmux. What the picture looks like is in `terminal-svg`.
 */
import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { linesOfCapture, type Screen, terminalSvg } from './terminal-svg.ts';

const SAMPLE_EVERY_MS = 120;
const LONGEST_MS = 10 * 60_000;

interface Recording {
  readonly command: readonly string[];
  readonly columns: number;
  readonly rows: number;
  /** Shown as typed at a prompt. */
  readonly show: string;
}

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    out: { type: 'string', default: 'docs/demo.svg' },
    show: { type: 'string' },
    columns: { type: 'string', default: '100' },
    rows: { type: 'string', default: '30' },
    frames: { type: 'string', default: '28' },
  },
});
const [columns, rows, frames] = [Number(values.columns), Number(values.rows), Number(values.frames)];
const show = values.show ?? positionals.join(' ');
const screens = keyScreens(await record({ command: positionals, columns, rows, show }), frames);
const svg = terminalSvg(screens, { columns, rows, title: show, holdMs: 8_000 });
writeFileSync(values.out, svg);
console.log(`${values.out}: ${screens.length} screens, ${Math.round(svg.length / 1024)} kB`);

/** Every different screen, in order, until the command has ended. */
async function record({ command, columns, rows, show }: Recording): Promise<Screen[]> {
  const folder = mkdtempSync(join(tmpdir(), 'tutti-record-'));
  const ended = join(folder, 'ended');
  // A server of our own: the user's tmux and its configuration have no part in this.
  const tmux = (...args: readonly string[]): string =>
    execFileSync('tmux', ['-S', join(folder, 'tmux'), '-f', '/dev/null', ...args], { encoding: 'utf8' });
  const script = 'printf "$ %s\\n" "$1"; done="$2"; shift 2; "$@"; echo "$?" > "$done"; exec sleep 60';
  const shell = ['sh', '-c', script, 'sh', show, ended, ...command];
  try {
    tmux(
      'new-session',
      '-d',
      '-s',
      'r',
      '-x',
      String(columns),
      '-y',
      String(rows),
      ...shell,
      ';',
      'set',
      'status',
      'off',
    );
    const screens = await sample(
      () => tmux('capture-pane', '-e', '-p', '-t', 'r'),
      () => existsSync(ended),
    );
    const code = readFileSync(ended, 'utf8').trim();
    if (code !== '0') throw new Error(`${show} ended with ${code}:\n${screens.at(-1)?.lines.join('\n')}`);
    return screens;
  } finally {
    tmux('kill-server');
    rmSync(folder, { recursive: true, force: true });
  }
}

async function sample(capture: () => string, hasEnded: () => boolean): Promise<Screen[]> {
  const screens: Screen[] = [];
  let last = '';
  const startedAt = performance.now();
  for (;;) {
    const isLast = hasEnded();
    const text = capture();
    const atMs = Math.round(performance.now() - startedAt);
    if (text !== last) screens.push({ atMs, lines: linesOfCapture(text) });
    last = text;
    if (isLast) return screens;
    if (atMs > LONGEST_MS) throw new Error('the command does not end');
    await pause(SAMPLE_EVERY_MS);
  }
}

/** At most `count` screens, about evenly spaced in time; the first and the last are among them. */
function keyScreens(screens: readonly Screen[], count: number): Screen[] {
  const last = screens.at(-1);
  if (last === undefined || screens.length <= count) return [...screens];
  const width = last.atMs / (count - 1);
  const kept = new Map<number, Screen>();
  for (const screen of screens.slice(0, -1)) {
    const place = Math.floor(screen.atMs / width);
    if (!kept.has(place)) kept.set(place, screen);
  }
  return [...kept.values(), last];
}
