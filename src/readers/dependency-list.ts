/** Gathers a task's dependencies while a reader finds them: each once, with its place and, when it was inferred, why. */
import { type Location, type Task, taskId } from '../core/plan.ts';
import { type Problem, problem } from '../core/problem.ts';

/** More reasons for one dependency tell nobody anything. */
const MAX_REASONS = 3;

/** A plan states no more than this: ranges make a lot of few words. */
const MAX_STATED = 500_000;

type DependencyFields = Pick<Task, 'dependsOn' | 'dependencyLocations' | 'dependencyReasons'>;

export interface DependencyList {
  /** The source says so: no reason is needed, and none given before is kept. */
  state(id: string, location: Location): void;
  /** Follows from the source; several reasons for one dependency are all told. */
  infer(id: string, location: Location, reason: string): void;
  has(id: string): boolean;
  readonly fields: () => DependencyFields;
}

export function dependencyList(): DependencyList {
  const found = new Map<string, { location: Location; reasons: string[] | undefined }>();
  return {
    state(id, location) {
      const earlier = found.get(id);
      // Of two statements the first is where people look; a statement's place beats that of an inference.
      if (earlier === undefined || earlier.reasons !== undefined)
        found.set(id, { location, reasons: undefined });
    },
    infer(id, location, reason) {
      const earlier = found.get(id);
      if (earlier === undefined) found.set(id, { location, reasons: [reason] });
      else if (earlier.reasons !== undefined && earlier.reasons.length < MAX_REASONS)
        earlier.reasons.push(reason);
    },
    has: (id) => found.has(id),
    fields() {
      const all = [...found];
      const reasons = all.flatMap(([id, entry]) =>
        entry.reasons === undefined ? [] : [[id, [...new Set(entry.reasons)].join('; ')] as const],
      );
      return {
        dependsOn: all.map(([id]) => taskId(id)),
        dependencyLocations: Object.fromEntries(all.map(([id, { location }]) => [id, location])),
        ...(reasons.length === 0 ? {} : { dependencyReasons: Object.fromEntries(reasons) }),
      };
    },
  };
}

/** Counts what a whole plan states, so that reading stays bounded. */
export interface StatedBudget {
  /** As many of what `find` finds as still fit; it is not asked any more when nothing does. */
  take<Id>(find: () => readonly Id[]): readonly Id[];
  /** One problem when something did not fit. */
  problems(file: string): readonly Problem[];
}

export function statedBudget(): StatedBudget {
  let left = MAX_STATED;
  let isShort = false;
  return {
    take(find) {
      if (isShort) return [];
      const ids = find();
      isShort ||= ids.length > left;
      const taken = ids.length > left ? ids.slice(0, left) : ids;
      left -= taken.length;
      return taken;
    },
    problems(file) {
      if (!isShort) return [];
      const message = `${file} states more than ${MAX_STATED} dependencies; the rest is not read`;
      return [problem('unreadable', message, 'Split the plan.', { location: { file, line: 1 } })];
    },
  };
}
