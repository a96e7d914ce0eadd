/** A random graph of tasks, and what a test-only writer made of it: where it is, and what a reader has to find there. */
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import fc from 'fast-check';
import type { SeededRandom } from './seeded-random.ts';

/** For each task the positions of those that come first, ascending, all of them below its own: so there is no circle. */
export type Graph = readonly (readonly number[])[];

/** Dependencies by id, in order. */
export type Dependencies = Readonly<Record<string, readonly string[]>>;

export interface WrittenPlan {
  /** What to read. */
  readonly source: string;
  readonly graph: Dependencies;
  /** A format whose order follows from phases leaves out what goes without saying: what comes before each task is compared. */
  readonly isOrder?: boolean;
  /** Tasks whose dependencies nothing states: each of these needs a reason. */
  readonly inferred?: readonly string[];
}

/** Writes `graph` into an empty folder, in one of the ways in which people and tools write the format. */
export type PlanWriter = (folder: string, graph: Graph, random: SeededRandom) => WrittenPlan;

export const graphs: fc.Arbitrary<Graph> = fc
  .array(fc.array(fc.nat(15), { maxLength: 4 }), { minLength: 1, maxLength: 15 })
  .map((rows) =>
    rows.map((row, index) =>
      [...new Set(row)].filter((other) => other < index).sort((first, second) => first - second),
    ),
  );

/** @param idOf the id of the task at a position */
export const dependenciesOf = (graph: Graph, idOf: (position: number) => string): Dependencies =>
  Object.fromEntries(graph.map((row, position) => [idOf(position), row.map(idOf).sort()]));

/** Everything that comes before each task, directly or not. */
export function everythingBefore(graph: Dependencies): Dependencies {
  const known = new Map<string, ReadonlySet<string>>();
  const before = (id: string): ReadonlySet<string> => {
    const found = known.get(id) ?? new Set((graph[id] ?? []).flatMap((other) => [other, ...before(other)]));
    known.set(id, found);
    return found;
  };
  return Object.fromEntries(Object.keys(graph).map((id) => [id, [...before(id)].sort()]));
}

/** Writes a file below `folder`, with the folders it needs; says where it is. */
export function writeBelow(folder: string, name: string, text: string): string {
  const file = path.join(folder, name);
  mkdirSync(path.dirname(file), { recursive: true });
  writeFileSync(file, text);
  return file;
}

export function shuffled<T>(items: readonly T[], random: SeededRandom): T[] {
  const rest = [...items];
  return items.map(() => rest.splice(random.wholeNumber(0, rest.length - 1), 1)[0] as T);
}

export const chance = (random: SeededRandom): boolean => random.wholeNumber(0, 1) === 1;
