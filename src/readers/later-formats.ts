/** Recognises by name the plan formats of later versions, so that the answer is honest. Reads none of them. */
import { existsSync } from 'node:fs';
import path from 'node:path';
import { type Problem, problem } from '../core/problem.ts';
import { isFile } from './reader.ts';
import { readSource } from './source-file.ts';

interface LaterFormat {
  /** What `--format` will call it. */
  readonly format: string;
  readonly title: string;
  /** What is there when the format is used below a folder. */
  readonly markers: readonly string[];
  /** How a path inside it, or a source that is no path, looks. */
  readonly path: RegExp;
  /** How the text of a single file of it looks. */
  readonly text?: RegExp;
}

const laterFormats: readonly LaterFormat[] = [
  {
    format: 'task-master',
    title: 'Task Master',
    markers: ['.taskmaster'],
    path: /(?:^|\/)\.taskmaster(?:\/|$)/,
  },
  {
    format: 'spec-kit',
    title: 'Spec Kit',
    markers: ['.specify'],
    path: /(?:^|\/)\.specify(?:\/|$)/,
    text: /^[-*] \[[ xX]\] \**T\d{3}\b/m,
  },
  {
    format: 'backlog-md',
    title: 'Backlog.md',
    markers: ['backlog/config.yml', 'backlog/tasks'],
    path: /(?:^|\/)backlog$/,
  },
  { format: 'beads', title: 'Beads', markers: ['.beads'], path: /(?:^|\/)\.beads(?:\/|$)/ },
  { format: 'task-n', title: '"Task N" plans', markers: [], path: /^$/, text: /^#{2,4} Task \d+\b/m },
  { format: 'github', title: 'GitHub issues', markers: [], path: /^github:/ },
  { format: 'mcp', title: 'task boards', markers: [], path: /^mcp:/ },
];

/** The format of a later version that `source` has, as a problem that says so; undefined when none is recognised. */
export function recogniseLater(source: string): Problem | undefined {
  const slashed = source.split(path.sep).join('/').replace(/\/$/, '');
  const named = laterFormats.find((format) => format.path.test(slashed));
  if (named !== undefined) return notYet(named, source);
  if (isFile(source)) {
    const text = /\.(?:md|markdown)$/i.test(source) ? (readSource(source).text ?? '') : '';
    const written = laterFormats.find((format) => format.text?.test(text));
    return written === undefined ? undefined : notYet(written, source);
  }
  for (const format of laterFormats) {
    const marker = format.markers.find((name) => existsSync(path.join(source, name)));
    if (marker !== undefined) return notYet(format, path.join(source, marker));
  }
  return undefined;
}

/** The answer to `--format beads`. */
export function laterFormat(name: string, source: string): Problem | undefined {
  const found = laterFormats.find(({ format }) => format === name);
  return found === undefined ? undefined : notYet(found, source);
}

const notYet = ({ title }: LaterFormat, source: string): Problem =>
  problem(
    'unsupported',
    `${source}: tutti 0.1 does not read ${title} yet`,
    'Write the tasks as plan.yaml or as task files (T-001.md …); docs/guide shows both.',
    { location: { file: source, line: 1 } },
  );
