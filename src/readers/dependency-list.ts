/** Gathers a task's dependencies while a reader finds them: each once, with its place and, when it was inferred, why. */
import { type Location, type Task, taskId } from '../core/plan.ts';

/** More reasons for one dependency tell nobody anything. */
const MAX_REASONS = 3;

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
