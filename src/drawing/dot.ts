/** The graph as DOT, for Graphviz. */
import type { Analysis } from '../core/analysis/analyse.ts';
import { plainText } from '../view/plain-text.ts';
import { type PictureLine, type PictureTask, pictureOf } from './picture.ts';

const MAX_TITLE = 60;
const lineStyles: Readonly<Record<PictureLine['kind'], string>> = {
  plain: '',
  critical: ' [color="#c2410c", penwidth=2.5]',
  redundant: ' [style=dotted]',
  back: ' [color="#c81e3a", style=dashed, constraint=false]',
};
const colours: Readonly<Record<PictureTask['look'], string>> = {
  ready: '#15803d',
  waiting: '#566273',
  done: '#aab4c0',
  error: '#c81e3a',
};

export function analysisDot(analysis: Analysis): string {
  const { tasks, lines, waves } = pictureOf(analysis);
  const byWave = Map.groupBy(tasks.keys(), (number) => tasks[number]?.wave ?? 0);
  return [
    'digraph plan {',
    `  label=${quoted(analysis.plan.name)};`,
    '  labelloc=t;',
    '  rankdir=LR;',
    '  node [shape=box, style=rounded, fontname="Helvetica"];',
    ...tasks.map((task, number) => `  t${number} [${attributes(task)}];`),
    ...lines.map(({ from, to, kind }) => `  t${from} -> t${to}${lineStyles[kind]};`),
    ...waves.map(
      (_, wave) => `  { rank=same; ${(byWave.get(wave) ?? []).map((number) => `t${number};`).join(' ')} }`,
    ),
    '}',
    '',
  ].join('\n');
}

function attributes({ id, title, look, critical }: PictureTask): string {
  const text = title === id ? quoted(id) : `${quoted(id).slice(0, -1)}\\n${quoted(title).slice(1)}`;
  const colour = critical && look !== 'error' ? '#c2410c' : colours[look];
  return `label=${text}, color="${colour}"${critical ? ', penwidth=2.5' : ''}${look === 'done' ? ', fontcolor="#8593a4"' : ''}`;
}

/** A string of DOT: nothing in it is an escape of Graphviz, and `&` begins no entity. */
const quoted = (text: string): string => {
  const cut = Array.from(plainText(text).trim()).slice(0, MAX_TITLE).join('');
  return `"${cut.replace(/[\\"]/g, '\\$&').replaceAll('&', '&amp;')}"`;
};
