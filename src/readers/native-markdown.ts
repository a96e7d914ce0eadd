/** Splits a native plan that is one Markdown file: the plan in its front matter, the tasks' texts in its sections. Checks no plan. */
import { taskId } from '../core/plan.ts';
import { type Problem, problem } from '../core/problem.ts';
import { splitFrontMatter } from './front-matter.ts';
import { idFamily } from './id-family.ts';
import { plainText } from './markdown-lines.ts';
import { markdownParts } from './markdown-parts.ts';
import type { YamlSource } from './yaml-source.ts';
import { isPlainMap } from './yaml-value.ts';

/** What stands below `## T-001: Cart model`. */
export interface BodySection {
  /** Empty when the heading is the id alone. */
  readonly title: string;
  readonly text: string;
  readonly line: number;
}

export interface NativeMarkdown {
  /** Undefined without front matter that could be told from the text. */
  readonly source: YamlSource | undefined;
  /** By the task's id. */
  readonly sections: ReadonlyMap<string, BodySection>;
  readonly problems: readonly Problem[];
}

/** Whether the front matter has tasks: that of a task file, or of a document, has none. */
export const isNativeMarkdown = (text: string): boolean =>
  text.trimStart().startsWith('---') &&
  /^(?:tasks|"tasks"|'tasks')\s*:/m.test(text.split(/^---[ \t]*$/m, 2)[1] ?? '');

/** @param text with `\n` line ends */
export async function splitNativeMarkdown(text: string, file: string): Promise<NativeMarkdown> {
  const { source, body, bodyLine, problems: frontProblems } = await splitFrontMatter(text, file);
  const problems = source === undefined ? [...frontProblems] : [];
  if (source === undefined && problems.length === 0) problems.push(noFrontMatter(file));
  const ids = new Set(source === undefined ? [] : idsOf(source));
  const family = idFamily(ids);
  const sections = new Map<string, BodySection>();
  for (const { heading, text: below, line } of markdownParts(body, bodyLine, ({ level }) => level === 2)) {
    const location = { file, line };
    const { id, title } = idOfHeading(plainText(heading), ids);
    const [like] = id === undefined ? family.idsIn(heading.split(/\s/, 1)[0] ?? '') : [];
    if (id !== undefined && sections.has(id)) problems.push(twice(id, location));
    else if (id !== undefined) sections.set(id, { title, text: below, line });
    else if (like !== undefined) problems.push(unlisted(like, location));
  }
  return { source, sections, problems };
}

function idsOf({ value }: YamlSource): string[] {
  const tasks = isPlainMap(value) && Array.isArray(value.tasks) ? value.tasks : [];
  return tasks.flatMap((task) => (isPlainMap(task) && typeof task.id === 'string' ? [task.id] : []));
}

/** `T-001: Cart model`, `T-001 - Cart model`, `T-001 Cart model`, `T-001`. */
function idOfHeading(heading: string, ids: ReadonlySet<string>) {
  for (const separator of [/$/, /\s*:\s|:$/, /\s+[-–—]+\s/, /\s/]) {
    const end = heading.search(separator);
    const id = end === -1 ? undefined : heading.slice(0, end);
    if (id !== undefined && ids.has(id)) return { id, title: heading.slice(end).replace(/^[\s:–—-]+/, '') };
  }
  return { id: undefined, title: '' };
}

interface Place {
  readonly file: string;
  readonly line: number;
}

const twice = (id: string, location: Place): Problem =>
  problem('invalid-value', `${id}: it has two sections`, 'Join them, or rename one.', {
    location,
    tasks: [taskId(id)],
  });

const unlisted = (id: string, location: Place): Problem =>
  problem(
    'invalid-value',
    `${id} has a section, but no entry in the front matter`,
    `Add \`- id: ${id}\` to tasks, or rename the section.`,
    { location },
  );

const noFrontMatter = (file: string): Problem =>
  problem(
    'no-tasks',
    `${file} has no front matter with tasks`,
    'Begin the file with ---, `tasks:` and ---, or name another format with --format.',
    { location: { file, line: 1 } },
  );
