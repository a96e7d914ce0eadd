/** Colours of all drawings, by day and by night, as one style sheet. Plain values: not every viewer knows variables. */

interface Colours {
  readonly page: string;
  readonly band: string;
  readonly box: string;
  readonly border: string;
  readonly text: string;
  readonly dim: string;
  readonly line: string;
  readonly faint: string;
  readonly critical: string;
  readonly ready: string;
  readonly done: string;
  readonly error: string;
  readonly focus: string;
  /** Of gates. */
  readonly check: string;
}

const day: Colours = {
  page: '#ffffff',
  band: '#f4f6f9',
  box: '#ffffff',
  border: '#c4ccd6',
  text: '#1c2430',
  dim: '#566273',
  line: '#93a1b2',
  faint: '#cfd7e0',
  critical: '#c2410c',
  ready: '#15803d',
  done: '#8593a4',
  error: '#c81e3a',
  focus: '#1d4ed8',
  check: '#7c3aed',
};

const night: Colours = {
  page: '#0f141b',
  band: '#161d27',
  box: '#1d2632',
  border: '#3c4858',
  text: '#e8edf4',
  dim: '#9aa8ba',
  line: '#5f6e82',
  faint: '#323d4c',
  critical: '#fb923c',
  ready: '#4ade80',
  done: '#738296',
  error: '#fb7185',
  focus: '#93c5fd',
  check: '#c4b5fd',
};

/** Everything that does not depend on the time of day; the drawing's own names begin with `t-`. */
const shapes = [
  '.t-drawing{font-family:system-ui,-apple-system,"Segoe UI",Roboto,"Helvetica Neue",Arial,sans-serif}',
  '.t-line{fill:none;stroke-width:1.3}',
  '.t-line.t-redundant{stroke-dasharray:2 4}',
  '.t-line.t-critical{stroke-width:2.6}',
  '.t-line.t-back{stroke-width:2.2;stroke-dasharray:7 4}',
  '.t-box rect{stroke-width:1}',
  '.t-box.t-critical rect.t-frame{stroke-width:2.2}',
  '.t-box .t-bar{stroke:none}',
  '.t-id{font-weight:650}',
  '.t-grid{stroke-width:1}',
  '.t-bound{stroke-width:1.5;stroke-dasharray:5 4}',
  '.t-cut{stroke-width:2;stroke-dasharray:1 3}',
  '.t-name{font-weight:600}',
].join('');

const colouring = (colours: Colours): string =>
  [
    `.t-page{fill:${colours.page}}`,
    `.t-band{fill:${colours.band}}`,
    `.t-text,.t-id{fill:${colours.text}}`,
    `.t-dim{fill:${colours.dim}}`,
    `.t-line{stroke:${colours.line}}`,
    `.t-line.t-redundant{stroke:${colours.faint}}`,
    `.t-line.t-critical{stroke:${colours.critical}}`,
    `.t-line.t-back{stroke:${colours.error}}`,
    `.t-frame{fill:${colours.box};stroke:${colours.border}}`,
    `.t-critical .t-frame{stroke:${colours.critical}}`,
    `.t-bar{fill:${colours.border}}`,
    `.t-ready .t-bar{fill:${colours.ready}}`,
    `.t-done .t-bar{fill:${colours.done}}`,
    `.t-done .t-id,.t-done .t-text{fill:${colours.done}}`,
    `.t-grid{stroke:${colours.faint}}`,
    `.t-bound{stroke:${colours.ready}}`,
    `.t-work{fill:${colours.focus}}`,
    `.t-work.t-critical{fill:${colours.critical}}`,
    `.t-cut{stroke:${colours.text}}`,
    `.t-work.t-failed{fill:${colours.error}}`,
    `.t-work.t-gate{fill:${colours.check}}`,
    `.t-work.t-merge{fill:${colours.ready}}`,
    `.t-work.t-cut-off{fill:${colours.done}}`,
    `.t-work.t-waiting{fill:${colours.line}}`,
    `.t-name{fill:${colours.page}}`,
    `.t-error .t-bar{fill:${colours.error}}`,
    `.t-error .t-frame{stroke:${colours.error}}`,
  ].join('');

/** The rules of a drawing. On paper it is day. */
export const drawingStyle = `${shapes}${colouring(day)}@media screen and (prefers-color-scheme:dark){${colouring(night)}}`;

/** The same colours as variables, for the page around a drawing. */
export const pageColours = `:root{${variables(day)}}@media screen and (prefers-color-scheme:dark){:root{${variables(night)}}}`;

function variables(colours: Colours): string {
  return Object.entries(colours)
    .map(([name, value]) => `--${name}:${value}`)
    .join(';');
}
