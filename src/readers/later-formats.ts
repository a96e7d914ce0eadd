/** Recognises by name the plan sources of later versions, so that the answer is honest. Reads none of them. */
import { type Problem, problem } from '../core/problem.ts';

interface LaterFormat {
  /** What `--format` will call it. */
  readonly format: string;
  readonly title: string;
  /** How a source of it begins. */
  readonly prefix: string;
}

const laterFormats: readonly LaterFormat[] = [
  { format: 'github', title: 'GitHub issues', prefix: 'github:' },
  { format: 'mcp', title: 'task boards', prefix: 'mcp:' },
];

/** The format of a later version that `source` has, as a problem that says so; undefined when none is recognised. */
export function recogniseLater(source: string): Problem | undefined {
  const named = laterFormats.find(({ prefix }) => source.startsWith(prefix));
  return named === undefined ? undefined : notYet(named, source);
}

/** The answer to `--format github`. */
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
