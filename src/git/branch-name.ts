/** Names the branches of a plan's tasks from a template; ids and titles are hostile text. Creates no branch. */
import { createHash } from 'node:crypto';
import type { Task, TaskId } from '../core/plan.ts';

const MAX_NAME = 100;
const MAX_ID = 40;
const MAX_SLUG = 48;

/**
 * The branch of every task, all different even where case does not count, each valid for git, at most 100
 * characters. `{id}` and `{slug}` of the template are replaced. A task's name depends on other tasks only when
 * theirs would be the same.
 */
export function nameBranches(
  template: string,
  tasks: readonly Pick<Task, 'id' | 'title'>[],
): ReadonlyMap<TaskId, string> {
  const plain = tasks.map((task) => nameOf(template, task));
  const uses = new Map<string, number>();
  for (const name of plain) uses.set(fold(name), (uses.get(fold(name)) ?? 0) + 1);
  const taken = new Set<string>();
  const names = new Map<TaskId, string>();
  for (const [index, task] of tasks.entries()) {
    const name = plain[index] ?? '';
    const unsure = wasAltered(task.id) || (uses.get(fold(name)) ?? 0) > 1 || name.length > MAX_NAME;
    names.set(task.id, distinct(name, unsure || name === 'HEAD', task.id, taken));
  }
  return names;
}

/** A title as lower-case ASCII words joined by `-`; empty when nothing of it is left. */
export function slugOf(title: string, max = MAX_SLUG): string {
  const words = ascii(title.slice(0, 1000))
    .toLowerCase()
    .split(/[^a-z0-9]+/)
    .filter(Boolean);
  let slug = '';
  for (const word of words) {
    const longer = slug ? `${slug}-${word}` : word;
    if (longer.length > max) return slug || word.slice(0, max);
    slug = longer;
  }
  return slug;
}

// Case-insensitive file systems keep loose refs as files: `feat/A` and `feat/a` would be one branch.
const fold = (name: string): string => name.toLowerCase();

const ascii = (text: string): string => text.normalize('NFKD').replace(/\p{M}/gu, '');

function nameOf(template: string, task: Pick<Task, 'id' | 'title'>): string {
  const id = clean(ascii(task.id.slice(0, 1000))).slice(0, MAX_ID);
  const slug = slugOf(task.title);
  return template
    .split('/')
    .filter((part) => part !== '')
    .map((part) => component(part, id, slug))
    .join('/');
}

/** One path component; never empty, so that no task's branch becomes the folder of another's. */
function component(part: string, id: string, slug: string): string {
  // Braces are no part of what `clean` keeps, so an id such as `{slug}` cannot be replaced a second time.
  const filled = part.replace(/\{(id|slug)\}/g, (_, name: string) => (name === 'id' ? id : slug));
  return clean(filled).slice(0, MAX_NAME) || 'task';
}

/** Letters, digits, `_`, `-` and single dots inside; what git refuses in refs is not among them. */
function clean(text: string): string {
  return trim(
    trim(text.replace(/[^A-Za-z0-9._-]+/g, '-').replace(/\.{2,}/g, '.')).replace(/\.(?=lock\b)/gi, '-'),
  );
}

const trim = (text: string): string => text.replace(/^[-.]+/, '').replace(/[-.]+$/, '');

const wasAltered = (id: string): boolean => clean(id) !== id || id.length > MAX_ID;

function distinct(name: string, unsure: boolean, id: string, taken: Set<string>): string {
  const short = trim(name.slice(0, MAX_NAME - 9)).replace(/\/$/, '');
  for (let round = 0; ; round++) {
    const candidate = unsure || round > 0 ? `${short}-${hashOf(`${round || ''}${id}`)}` : name;
    if (taken.has(fold(candidate))) continue;
    taken.add(fold(candidate));
    return candidate;
  }
}

const hashOf = (text: string): string => createHash('sha256').update(text).digest('hex').slice(0, 8);
