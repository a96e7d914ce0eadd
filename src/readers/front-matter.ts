/** Splits a Markdown file into its YAML front matter and its body. What the keys mean is decided by the readers. */
import { type Problem, problem } from '../core/problem.ts';
import { parsePlainYaml } from './plain-yaml.ts';
import type { YamlSource } from './yaml-source.ts';
import { isPlainMap, type PlainMap } from './yaml-value.ts';

export interface FrontMatter {
  /** Undefined when there is none, or it is broken. */
  readonly values: PlainMap | undefined;
  readonly source: YamlSource | undefined;
  readonly body: string;
  /** The line of the file on which the body begins. */
  readonly bodyLine: number;
  readonly problems: readonly Problem[];
}

/**
 * Waits only for the parser of all of YAML, where that is needed: for hundreds of small files promises cost as much as reading.
 * @param text with `\n` line ends
 */
export function splitFrontMatter(text: string, file: string): FrontMatter | Promise<FrontMatter> {
  const start = /^\s*---[ \t]*\n/.exec(text);
  if (start === null || start[0].trimStart().length < 4) return without(text);
  const inside = text.slice(start[0].length);
  const end = /^(?:---|\.\.\.)[ \t]*$/m.exec(inside);
  if (end === null) {
    // A line of dashes alone is a rule; one followed by a key was meant as front matter.
    if (!/^[\w-]+[ \t]*:/.test(inside)) return without(text);
    const message = `${file} is not valid YAML: its front matter is never closed`;
    const fix = 'Add a line with --- after it.';
    return {
      ...without(text),
      problems: [problem('invalid-yaml', message, fix, { location: { file, line: 1 } })],
    };
  }
  const yaml = inside.slice(0, end.index);
  const firstLine = countLines(start[0]) + 1;
  const rest = inside.slice(end.index + end[0].length);
  const body = rest.startsWith('\n') ? rest.slice(1) : rest;
  const bodyLine = firstLine + countLines(yaml) + (body === rest ? 0 : 1);
  const withSource = (source: YamlSource): FrontMatter => {
    const values = isPlainMap(source.value) ? source.value : undefined;
    return { values, source, body, bodyLine, problems: source.problems };
  };
  // Plans have hundreds of such files, and a parser of all of YAML takes longer to load than all of them to read.
  const plain = parsePlainYaml(yaml, firstLine);
  if (plain !== undefined) return withSource(plain);
  return import('./yaml-source.ts').then(({ parseYaml }) => withSource(parseYaml(yaml, file, firstLine)));
}

const without = (text: string): FrontMatter => ({
  values: undefined,
  source: undefined,
  body: text,
  bodyLine: 1,
  problems: [],
});

/** Ends of lines. */
function countLines(text: string): number {
  let count = 0;
  for (let at = text.indexOf('\n'); at !== -1; at = text.indexOf('\n', at + 1)) count++;
  return count;
}
