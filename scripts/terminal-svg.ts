/** Turns screens of a terminal (text with colour sequences) into one animated SVG: CSS only, no script, no font of its own. */

/** What stood on the screen from `atMs` on. */
export interface Screen {
  readonly atMs: number;
  readonly lines: readonly string[];
}

export interface SvgOptions {
  readonly columns: number;
  readonly rows: number;
  readonly title: string;
  /** How long the last screen stands before it starts again. */
  readonly holdMs: number;
}

const CELL = 8.4;
const LINE = 18;
const MARGIN = 16;
const BAR = 34;

const style = `text{font:14px ui-monospace,SFMono-Regular,Menlo,Consolas,"DejaVu Sans Mono",monospace;white-space:pre;fill:#c9d1d9}
.b{font-weight:bold}.d{opacity:.6}.c1{fill:#ff7b72}.c2{fill:#3fb950}.c3{fill:#d29922}.c4{fill:#58a6ff}.c5{fill:#bc8cff}.c6{fill:#39c5cf}.i{fill:#0d1117;opacity:1}`;

/** What tmux captures with `-e` as lines that stand for themselves: there a look goes on over the end of a line. */
export function linesOfCapture(text: string): string[] {
  let open: readonly string[] = [];
  return text.split('\n').map((line) => {
    const whole = open.join('') + line;
    // biome-ignore lint/suspicious/noControlCharactersInRegex: escape sequences are what this reads
    const looks = line.match(/\u001b\[[\d;]*m/g) ?? [];
    for (const look of looks) open = /\[0?m$|\[0;/.test(look) ? [look] : [...open, look];
    return whole;
  });
}

/** The whole picture. Without animation (reduced motion, a renderer that knows none) it shows the last screen. */
export function terminalSvg(screens: readonly Screen[], options: SvgOptions): string {
  const { columns, rows, title, holdMs } = options;
  const size = { width: columns * CELL + 2 * MARGIN, height: rows * LINE + BAR + MARGIN };
  const view = { width: columns * CELL, height: rows * LINE };
  const lines = new Map<string, string>();
  const film = screens.map(({ lines: shown }, index) =>
    frame(shown.slice(0, rows), index * view.height, lines),
  );
  const defs = [...lines].map(([line, id]) => `<g id="${id}">${drawLine(line)}</g>`);
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${size.width} ${size.height}" role="img" aria-label="${xmlText(title)}">
<style>${style}
${animation(screens, view.height, holdMs)}</style>
<rect width="${size.width}" height="${size.height}" rx="10" fill="#0d1117" stroke="#30363d"/>
<circle cx="20" cy="17" r="6" fill="#ff5f57"/><circle cx="40" cy="17" r="6" fill="#febc2e"/><circle cx="60" cy="17" r="6" fill="#28c840"/>
<text x="${size.width / 2}" y="22" text-anchor="middle" class="d">${xmlText(title)}</text>
<defs>${defs.join('\n')}</defs>
<svg x="${MARGIN}" y="${BAR}" width="${view.width}" height="${view.height}" overflow="hidden"><g id="film">
${film.join('\n')}
</g></svg>
</svg>
`;
}

/** The screens stand below each other; the film jumps from one to the next. A single one stands still. */
function animation(screens: readonly Screen[], height: number, holdMs: number): string {
  if (screens.length === 1) return '';
  const first = screens[0]?.atMs ?? 0;
  const total = (screens.at(-1)?.atMs ?? 0) - first + holdMs;
  const place = (index: number): string => `transform:translateY(${-index * height}px)`;
  const keys = screens.map(({ atMs }, index) => `${round(((atMs - first) / total) * 100)}%{${place(index)}}`);
  return `#film{${place(screens.length - 1)};animation:film ${round(total / 1000)}s step-end infinite}
@keyframes film{${keys.join('')}}
@media (prefers-reduced-motion:reduce){#film{animation:none}}`;
}

/** Most lines stay from screen to screen: each is drawn once and used where it stands. */
function frame(shown: readonly string[], top: number, lines: Map<string, string>): string {
  const uses = shown.map((line, row) => {
    if (line.trim() === '') return '';
    const id = lines.get(line) ?? `l${lines.size}`;
    lines.set(line, id);
    return `<use href="#${id}" y="${top + row * LINE}"/>`;
  });
  return uses.join('');
}

/** Characters of one look. */
interface Run {
  readonly column: number;
  text: string;
  readonly look: string;
}

function drawLine(line: string): string {
  return readRuns(line)
    .map((run) => drawRun(run))
    .join('');
}

function drawRun({ column, text, look }: Run): string {
  const lead = text.length - text.trimStart().length;
  const word = text.trim();
  if (word === '' && !look.includes('i')) return '';
  const x = round((column + lead) * CELL);
  const width = round(Array.from(word).length * CELL);
  const named = look === '' ? '' : ` class="${look}"`;
  // Blocks as shapes: fonts draw them with gaps, or wider than a letter.
  if (/^[█▒]+$/.test(word)) {
    const pale = word.startsWith('▒') ? ' fill-opacity=".55"' : '';
    return `<rect x="${x}" y="3" width="${width}" height="${LINE - 6}"${/c\d/.test(look) ? '' : ' fill="#c9d1d9"'}${named}${pale}/>`;
  }
  const drawn = `<text x="${x}" y="14" textLength="${width}"${named}>${xmlText(word)}</text>`;
  // Light where everything else is dark: what is selected.
  if (!look.split(' ').includes('i')) return drawn;
  const [from, cells] = [round(column * CELL), round(Array.from(text).length * CELL)];
  return `<rect x="${from}" width="${cells}" height="${LINE}" fill="#c9d1d9"/>${drawn}`;
}

/** Splits at changes of colour, and where blocks and other characters meet. */
function readRuns(line: string): Run[] {
  const runs: Run[] = [];
  const state = { bold: false, dim: false, inverse: false, colour: '' };
  let column = 0;
  // biome-ignore lint/suspicious/noControlCharactersInRegex: escape sequences are what this reads
  for (const [piece] of line.matchAll(/\u001b\[[\d;]*m|█+|▒+|(?:(?!\u001b\[[\d;]*m)[^█▒])+/gu)) {
    if (piece.startsWith('\u001b')) {
      for (const code of piece.slice(2, -1).split(';')) applyCode(state, Number(code || 0));
      continue;
    }
    const parts = [state.bold ? 'b' : '', state.dim ? 'd' : '', state.colour, state.inverse ? 'i' : ''];
    const look = parts.filter((name) => name !== '');
    runs.push({ column, text: piece, look: look.join(' ') });
    column += Array.from(piece).length;
  }
  return runs;
}

interface Look {
  bold: boolean;
  dim: boolean;
  inverse: boolean;
  colour: string;
}

function applyCode(state: Look, code: number): void {
  if (code === 0) Object.assign(state, { bold: false, dim: false, inverse: false, colour: '' });
  else if (code === 7 || code === 27) state.inverse = code === 7;
  else if (code === 1) state.bold = true;
  else if (code === 2) state.dim = true;
  else if (code === 22) Object.assign(state, { bold: false, dim: false });
  else if (code === 39) state.colour = '';
  else if (code >= 31 && code <= 36) state.colour = `c${code - 30}`;
  else if (code >= 91 && code <= 96) state.colour = `c${code - 90}`;
}

const xmlText = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');

const round = (value: number): number => Math.round(value * 100) / 100;
