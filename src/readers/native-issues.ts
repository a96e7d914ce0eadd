/** Tells what is wrong with a native plan in words, each with its line. What is wrong is decided by `native-schema`. */
import type * as z from 'zod';
import { didYouMean } from '../core/nearest.ts';
import { type Location, taskId } from '../core/plan.ts';
import { type Problem, problem } from '../core/problem.ts';
import type { BodySection } from './native-markdown.ts';
import { knownKeys } from './native-schema.ts';
import type { ValuePath, YamlSource } from './yaml-source.ts';
import { isPlainMap } from './yaml-value.ts';

/** A map with more unknown keys than this is something else altogether. */
const MAX_KEYS_TOLD = 20;

/** What the parts of one reading share. */
export interface Reading {
  readonly file: string;
  readonly source: YamlSource;
  /** Bodies that stand in a Markdown file's sections, by id. */
  readonly sections: ReadonlyMap<string, BodySection>;
  readonly problems: Problem[];
}

/** Turns zod's issues into problems with the line of each; `inTask` also for defaults, whose keys are a task's. */
export function tellIssues(
  reading: Reading,
  issues: readonly z.core.$ZodIssue[],
  where: ValuePath,
  inTask: boolean,
): void {
  const subject = subjectOf(reading, where);
  const tell = (message: string, fix: string, location: Location): void => {
    const tasks = subject.id === undefined ? [] : [taskId(subject.id)];
    reading.problems.push(problem('invalid-value', subject.prefix + message, fix, { location, tasks }));
  };
  for (const issue of issues.flatMap(innermost)) {
    if (issue.code === 'unrecognized_keys') {
      const known = knownKeys(issue.path, inTask);
      for (const key of issue.keys.slice(0, MAX_KEYS_TOLD)) {
        const location = {
          file: reading.file,
          line: reading.source.keyLineOf([...where, ...issue.path], key),
        };
        const fix = didYouMean(key, known) ?? 'Remove it.';
        tell(
          `unknown key ${JSON.stringify(key)}`,
          known.length === 0 ? fix : `${fix} Known: ${known.join(', ')}.`,
          location,
        );
      }
    } else {
      const name = issue.path.map(String).join('.');
      const missing = inTask && name === 'id' && subject.id === undefined;
      const message = missing ? 'a task needs an id' : `${name === '' ? '' : `${name}: `}${issue.message}`;
      const { location } = at(reading, [...where, ...issue.path]);
      tell(message, missing ? 'Add `id:`.' : `Correct ${name === '' ? 'this' : name}.`, location);
    }
  }
}

function subjectOf(
  { source }: Reading,
  [part, index]: ValuePath,
): { readonly id?: string; readonly prefix: string } {
  if (part === undefined) return { prefix: '' };
  if (part === 'defaults') return { prefix: 'defaults: ' };
  const item =
    isPlainMap(source.value) && Array.isArray(source.value.tasks)
      ? source.value.tasks[Number(index)]
      : undefined;
  const id = isPlainMap(item) && typeof item.id === 'string' && item.id.trim() !== '' ? item.id : undefined;
  return id === undefined ? { prefix: `task ${Number(index) + 1}: ` } : { id, prefix: `${id}: ` };
}

/** Of a value that fits no shape: what is wrong inside the shape it was meant for, when that can be told. */
function innermost(issue: z.core.$ZodIssue): readonly z.core.$ZodIssue[] {
  if (issue.code !== 'invalid_union') return [issue];
  const meant = issue.errors.find((errors) =>
    errors.some(({ path: inside, code }) => inside.length > 0 || code === 'unrecognized_keys'),
  );
  return meant?.map((inside) => ({ ...inside, path: [...issue.path, ...inside.path] })) ?? [issue];
}

export const at = ({ file, source }: Reading, where: ValuePath): { readonly location: Location } => ({
  location: { file, line: source.lineOf(where) },
});
