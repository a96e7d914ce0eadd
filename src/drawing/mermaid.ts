/** The graph as Mermaid, for Markdown pages that draw it themselves. Nodes have names of ours: no text of a plan is syntax. */
import type { Analysis } from '../core/analysis/analyse.ts';
import { plainText } from '../view/plain-text.ts';
import { type Picture, type PictureLine, pictureOf } from './picture.ts';

const MAX_TITLE = 60;
const arrows: Readonly<Record<PictureLine['kind'], string>> = {
  plain: '-->',
  critical: '==>',
  redundant: '-.->',
  back: '-. closes a cycle .->',
};

/** What GitHub draws; it refuses more. */
export const MERMAID_LINES_ON_GITHUB = 500;

export function analysisMermaid(analysis: Analysis): string {
  const picture = pictureOf(analysis);
  return [
    'flowchart LR',
    ...picture.tasks.map(({ id, title }, number) => `  t${number}["${label(id, title)}"]`),
    ...picture.lines.map(({ from, to, kind }) => `  t${from} ${arrows[kind]} t${to}`),
    ...classes(picture),
    '',
  ].join('\n');
}

function classes({ tasks }: Picture): string[] {
  const rows = [
    ['ready', 'stroke:#15803d,stroke-width:2px', tasks.map(({ look }) => look === 'ready')],
    ['done', 'color:#8593a4,stroke-dasharray:3 3', tasks.map(({ look }) => look === 'done')],
    ['critical', 'stroke:#c2410c,stroke-width:3px', tasks.map(({ critical }) => critical)],
    ['error', 'stroke:#c81e3a,stroke-width:3px', tasks.map(({ look }) => look === 'error')],
  ] as const;
  return rows.flatMap(([name, style, isIn]) => {
    const members = isIn.flatMap((yes, number) => (yes ? [`t${number}`] : []));
    return members.length === 0
      ? []
      : [`  classDef ${name} ${style}`, `  class ${members.join(',')} ${name}`];
  });
}

function label(id: string, title: string): string {
  const name = escaped(id);
  return title === id ? name : `${name}<br>${escaped(title)}`;
}

/** Mermaid looks for directives, styles, comments and Markdown in the middle of labels: only plain characters stay. */
const escaped = (text: string): string =>
  Array.from(plainText(text).trim())
    .slice(0, MAX_TITLE)
    .map((character) =>
      /[\p{L}\p{N}\p{M} .,()/_+-]/u.test(character) ? character : `#${character.codePointAt(0)};`,
    )
    .join('');
