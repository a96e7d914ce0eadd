/** Reads one task file of Backlog.md, and knows when two ways to write an id mean the same task. */
import path from 'node:path';
import { canonicalName } from '../core/nearest.ts';
import type { Location } from '../core/plan.ts';
import { type Problem, problem } from '../core/problem.ts';
import { parsePriority, parseStatus } from './amounts.ts';
import { splitFrontMatter } from './front-matter.ts';
import { presentOnly } from './present-only.ts';
import { splitOutsideNotes } from './task-file.ts';
import type { Standing, TrackedItem } from './tracked-items.ts';
import type { PlainValue } from './yaml-value.ts';

export interface BacklogTask {
  readonly id: string;
  readonly place: 'board' | 'completed' | 'archive';
  readonly item: Omit<TrackedItem, 'waitsFor' | 'partOf'>;
  /** As written. */
  readonly dependencies: readonly { readonly text: string; readonly location: Location }[];
  readonly parent: string | undefined;
  /** Infinite without one. */
  readonly ordinal: number;
  readonly problems: readonly Problem[];
}

/** @param finished the status of finished work. Undefined for a file that is no task */
export async function readBacklogTask(
  file: string,
  text: string,
  place: BacklogTask['place'],
  finished: string,
): Promise<BacklogTask | undefined> {
  const { values, source, body, problems } = await splitFrontMatter(withoutHandles(text), file);
  const named = /^([A-Za-z]+-\d[\w.]*) - (.*)\.[a-z]+$/i.exec(path.basename(file));
  const stated = textOf(values?.id);
  const id = stated ?? named?.[1];
  if (id === undefined) return undefined;
  const keyLine = (key: string): number => source?.keyLineOf([], key) ?? 1;
  const status = textOf(values?.status) ?? '';
  const ordinal = Number(textOf(values?.ordinal) ?? Number.NaN);
  const dependencies = dependenciesOf(values?.dependencies).map((written, index) => ({
    text: written,
    location: { file, line: source?.lineOf(['dependencies', index]) ?? 1 },
  }));
  const type = textOf(values?.type);
  return {
    id,
    place,
    item: {
      id,
      location: { file, line: stated === undefined ? 1 : keyLine('id') },
      standing: standingOf(place, status, finished),
      status: place === 'board' ? status : place,
      task: {
        title: textOf(values?.title) ?? named?.[2]?.replaceAll('-', ' ') ?? id,
        body: body.trim(),
        labels: [...valuesOf(values?.labels), ...(type === undefined ? [] : [type])],
        ...presentOnly({
          priority: parsePriority(textOf(values?.priority) ?? ''),
          module: textOf(values?.milestone),
        }),
      },
    },
    dependencies,
    parent: textOf(values?.parent_task_id),
    ordinal: Number.isFinite(ordinal) ? ordinal : Infinity,
    problems: [
      ...problems,
      ...oddDependencies(values?.dependencies, id, { file, line: keyLine('dependencies') }),
    ],
  };
}

/** `assignee: @ada` is no YAML, but Backlog.md reads it; nobody needs it here. */
function withoutHandles(text: string): string {
  const end = text.indexOf('\n---', 3);
  if (end === -1) return text;
  return text.slice(0, end).replace(/^(assignee|reporter):[ \t]*\[?[ \t]*@.*$/gm, '$1:') + text.slice(end);
}

function textOf(value: PlainValue): string | undefined {
  const text = typeof value === 'string' ? value.trim() : '';
  return text === '' ? undefined : text;
}

/** The items of a list; one value is a list of one. */
const valuesOf = (value: PlainValue): string[] =>
  (Array.isArray(value) ? value : [value]).flatMap((item) => textOf(item) ?? []);

/** `task-3, task-9` as one value are two, as in task files. */
const dependenciesOf = (value: PlainValue): string[] =>
  typeof value === 'string' ? splitOutsideNotes(value) : valuesOf(value);

function oddDependencies(value: PlainValue, id: string, location: Location): Problem[] {
  const items = Array.isArray(value) ? value : [value];
  if (items.every((item) => item === undefined || typeof item === 'string')) return [];
  const message = `${id}: dependencies: expected a list of ids`;
  return [problem('invalid-value', message, 'Write ids in brackets: [task-1, task-2].', { location })];
}

const cancelledStatus = /^(?:won['’]?t (?:do|fix)|cancell?ed|abandoned|rejected|duplicate|obsolete)$/i;
const heldStatus = /^(?:on hold|deferred|paused|postponed|(?:in )?review)$/i;

function standingOf(place: BacklogTask['place'], status: string, finished: string): Standing {
  if (place !== 'board') return place === 'completed' ? 'done' : 'cancelled';
  if (status.toLowerCase() === finished.trim().toLowerCase() || parseStatus(status) === 'done') return 'done';
  if (cancelledStatus.test(status)) return 'cancelled';
  return heldStatus.test(status) ? 'held' : 'open';
}

export interface BacklogIds {
  has(written: string): boolean;
  /** The id that is meant by what is written; what is written when there is none. */
  idOf(written: string): string;
}

/** `BACK-7`, `back-07` and, since prefixes can be changed later, `task-7` and `7` mean the same task. */
export function backlogIds(tasks: readonly BacklogTask[]): BacklogIds {
  const byName = new Map<string, string>();
  const byNumber = new Map<string, string>();
  for (const { id } of tasks) {
    const name = canonicalName(id);
    if (!byName.has(name)) byName.set(name, id);
    const number = numberOf(name);
    if (!byNumber.has(number)) byNumber.set(number, id);
  }
  const find = (written: string): string | undefined => {
    // `task-7 - Some words` is how the file is called.
    const name = canonicalName(written.split(' - ', 1)[0]?.trim() ?? '');
    return byName.get(name) ?? (/^(?:task-)?\d[\d.]*$/.test(name) ? byNumber.get(numberOf(name)) : undefined);
  };
  return { has: (written) => find(written) !== undefined, idOf: (written) => find(written) ?? written };
}

const numberOf = (name: string): string => name.replace(/^[a-z]+-/, '');
