/**
 * Infers which tasks of a "Task N" plan wait for which: who produces comes before who consumes, and tasks that touch the
 * same file, or produce the same thing, come one after the other in plan order.
 */
import type { TaskId } from '../core/plan.ts';
import { type Problem, problem } from '../core/problem.ts';
import { type DependencyList, dependencyList, type StatedBudget, statedBudget } from './dependency-list.ts';
import { consumedNames, producedNames, saysNothing } from './interface-names.ts';
import { orderByDependencies } from './plan-order.ts';
import type { Statement, TaskSection } from './task-n-section.ts';
import { saysAllPrevious, statedNumbers, taskNumbers } from './task-references.ts';

/** Searches for a circle that a producer further down would close; more are not made. */
const MAX_SEARCHES = 100;

export interface TaskNOrder {
  /** One list per section. */
  readonly lists: readonly DependencyList[];
  readonly problems: readonly Problem[];
}

interface Ordering {
  readonly sections: readonly TaskSection[];
  readonly ids: readonly TaskId[];
  readonly file: string;
  readonly lists: readonly DependencyList[];
  /** Positions that come before each, as far as names and statements tell. */
  readonly before: readonly Set<number>[];
  readonly problems: Problem[];
}

/** @param idOf the id of the task with a number, whether or not there is one */
export function connectTaskN(
  sections: readonly TaskSection[],
  idOf: (number: string) => TaskId,
  file: string,
): TaskNOrder {
  const ordering: Ordering = {
    sections,
    ids: sections.map(({ number }) => idOf(number)),
    file,
    lists: sections.map(() => dependencyList()),
    before: sections.map(() => new Set()),
    problems: [],
  };
  const named = readStatements(ordering, idOf);
  const later = connectProducers(ordering);
  for (const edge of later.slice(0, MAX_SEARCHES)) connectLaterProducer(ordering, edge);
  if (later[MAX_SEARCHES] !== undefined) ordering.problems.push(tooManyLater(later, file));
  for (const { position, id, line } of named) {
    // The name that is consumed says more.
    if (!ordering.lists[position]?.has(id))
      ordering.lists[position]?.infer(id, { file, line }, `its Consumes names ${id}`);
  }
  const order = orderByDependencies(sections.length, (position) => ordering.before[position] as Set<number>);
  chainSharedFiles(ordering, order);
  chainProducers(ordering, order);
  return ordering;
}

interface Mention {
  readonly position: number;
  readonly id: TaskId;
  readonly line: number;
}

/** `Depends on: Task 1` states; the tasks that `Consumes: x (from Task 1)` names are returned. */
function readStatements(ordering: Ordering, idOf: (number: string) => TaskId): readonly Mention[] {
  const named: Mention[] = [];
  const budget = statedBudget();
  const { sections, ids, file, lists, before } = ordering;
  const positions = new Map(ids.map((id, position) => [id, position]));
  const add = (position: number, number: string): TaskId => {
    const id = idOf(number);
    const other = positions.get(id);
    if (other !== undefined && other !== position) before[position]?.add(other);
    return id;
  };
  for (const [position, section] of sections.entries()) {
    for (const statement of section.dependencies) {
      const { numbers, problems } = readDependencies(ordering, position, statement, idOf, budget);
      for (const number of numbers)
        lists[position]?.state(add(position, number), { file, line: statement.line });
      ordering.problems.push(...problems);
    }
    for (const { text, line } of section.consumes.filter((statement) => !saysNothing(statement.text))) {
      for (const number of budget.take(() => taskNumbers(text))) {
        const id = add(position, number);
        // `Task 2` in the Consumes of Task 2 tells about itself.
        if (id !== ids[position]) named.push({ position, id, line });
      }
    }
  }
  ordering.problems.push(...budget.problems(file));
  return named;
}

/** What a `Depends on` says, and what of it is unclear. */
function readDependencies(
  { sections, ids, file }: Ordering,
  position: number,
  { text, line }: Statement,
  idOf: (number: string) => TaskId,
  budget: StatedBudget,
): { readonly numbers: readonly string[]; readonly problems: readonly Problem[] } {
  if (saysAllPrevious(text)) {
    const earlier = sections.slice(0, position).map(({ number }) => number);
    return { numbers: budget.take(() => earlier), problems: [] };
  }
  let stated: ReturnType<typeof statedNumbers> | undefined;
  const numbers = budget.take(() => {
    stated = statedNumbers(text);
    return stated.numbers;
  });
  const [id] = ids.slice(position, position + 1) as [TaskId];
  const others = stated?.remarked.map(idOf).filter((other) => other !== id) ?? [];
  const unclear = (message: string, severity: 'info' | 'warning'): Problem =>
    problem(
      'unclear-dependency',
      `${id}: ${message}; no dependency is read from it`,
      'Write for example `Task 1, Tasks 3-5`, or `None`.',
      { location: { file, line }, tasks: [id], severity },
    );
  const quoted = `"${text.slice(0, 80)}"`;
  if (others.length > 0)
    return {
      numbers,
      problems: [unclear(`${quoted} only mentions ${others.slice(0, 5).join(', ')}`, 'info')],
    };
  if (stated?.numbers.length === 0 && stated.remarked.length === 0 && !saysNothing(text))
    return { numbers, problems: [unclear(`nothing in ${quoted} is the number of a task`, 'warning')] };
  return { numbers, problems: [] };
}

/** Who produces each name, in plan order; what a task creates it produces. */
function producersOf(sections: readonly TaskSection[]): ReadonlyMap<string, readonly number[]> {
  const producers = new Map<string, number[]>();
  for (const [position, { produces, created }] of sections.entries()) {
    const names = produces
      .filter(({ text }) => !saysNothing(text))
      .flatMap(({ text }) => producedNames(text));
    for (const name of new Set([...names, ...created])) {
      const list = producers.get(name);
      if (list === undefined) producers.set(name, [position]);
      else list.push(position);
    }
  }
  return producers;
}

interface NameEdge {
  readonly consumer: number;
  readonly producer: number;
  readonly name: string;
  readonly line: number;
}

/** Connects with the last producer before the consumer; returns those that stand behind it. */
function connectProducers({ sections, ids, file, lists, before }: Ordering): readonly NameEdge[] {
  const producers = producersOf(sections);
  const later: NameEdge[] = [];
  for (const [consumer, { consumes }] of sections.entries()) {
    for (const { name, line } of consumes.flatMap(namesOf)) {
      const all = producers.get(name) ?? [];
      const producer = lastBelow(all, consumer);
      if (producer !== undefined) {
        before[consumer]?.add(producer);
        lists[consumer]?.infer(ids[producer] as TaskId, { file, line }, producedBy(name, ids[producer]));
      } else if (all[0] !== undefined && all[0] !== consumer)
        later.push({ consumer, producer: all[0], name, line });
    }
  }
  return later;
}

const producedBy = (name: string, id: TaskId | undefined): string => `consumes ${name}, which ${id} produces`;

const namesOf = ({ text, line }: Statement) =>
  saysNothing(text) ? [] : consumedNames(text).map((name) => ({ name, line }));

/** The largest of ascending positions that is below `limit`. */
function lastBelow(positions: readonly number[], limit: number): number | undefined {
  let [low, high] = [0, positions.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((positions[middle] as number) < limit) low = middle + 1;
    else high = middle;
  }
  return low === 0 ? undefined : positions[low - 1];
}

/** The plan's order is wrong, or the name is only mentioned: it counts unless it contradicts what is certain. */
function connectLaterProducer(ordering: Ordering, edge: NameEdge): void {
  const { ids, file, lists, before, problems } = ordering;
  const { consumer, producer, name, line } = edge;
  const [needing, making] = [ids[consumer] as TaskId, ids[producer] as TaskId];
  if (before[consumer]?.has(producer)) return;
  if (!comesBefore(consumer, producer, before)) {
    before[consumer]?.add(producer);
    lists[consumer]?.infer(making, { file, line }, producedBy(name, making));
    return;
  }
  problems.push(
    problem(
      'unclear-dependency',
      `${needing} consumes ${name}, which ${making} produces, but ${making} comes after ${needing}`,
      `Let an earlier task produce it, or remove it from Consumes; until then ${needing} does not wait for ${making}.`,
      { location: { file, line }, tasks: [needing, making], severity: 'warning' },
    ),
  );
}

const tooManyLater = (later: readonly NameEdge[], file: string): Problem =>
  problem(
    'unclear-dependency',
    `${later.length} names are consumed above the task that produces them; only the first ${MAX_SEARCHES} are read as dependencies`,
    'Put the tasks in the order in which they can be done.',
    { location: { file, line: later[MAX_SEARCHES]?.line ?? 1 }, severity: 'warning' },
  );

/** Whether `first` is among all that comes before `second`. */
function comesBefore(first: number, second: number, before: readonly ReadonlySet<number>[]): boolean {
  const seen = new Set([second]);
  const stack = [second];
  for (let position = stack.pop(); position !== undefined; position = stack.pop()) {
    if (position === first) return true;
    for (const next of before[position] ?? []) {
      if (!seen.has(next)) stack.push(next);
      seen.add(next);
    }
  }
  return false;
}

function chainSharedFiles({ sections, ids, file, lists }: Ordering, order: readonly number[]): void {
  const last = new Map<string, number>();
  for (const position of order) {
    const { files, line } = sections[position] as TaskSection;
    const shared = new Map<number, string[]>();
    for (const name of files) {
      const earlier = last.get(name);
      last.set(name, position);
      if (earlier === undefined) continue;
      const names = shared.get(earlier) ?? [];
      names.push(name);
      shared.set(earlier, names);
    }
    for (const [earlier, names] of shared) {
      const shown =
        names.length > 3 ? `${names.slice(0, 3).join(', ')} and ${names.length - 3} more` : names.join(', ');
      lists[position]?.infer(ids[earlier] as TaskId, { file, line }, `both touch ${shown}`);
    }
  }
}

/** Nobody knows which of two producers a consumer means: so they do not run at once, and the plan's author is told. */
function chainProducers({ sections, ids, file, lists, problems }: Ordering, order: readonly number[]): void {
  const isChained = fileSharing(sections);
  const ranks = new Map(order.map((position, rank) => [position, rank]));
  for (const [name, unordered] of producersOf(sections)) {
    const positions = unordered.toSorted((a, b) => (ranks.get(a) ?? 0) - (ranks.get(b) ?? 0));
    for (const [index, position] of positions.entries()) {
      const earlier = positions[index - 1];
      const section = sections[position] as TaskSection;
      if (earlier === undefined) continue;
      const [id, other] = [ids[position] as TaskId, ids[earlier] as TaskId];
      // Who consumes what it produces extends it.
      if (isChained(earlier, position) || lists[position]?.has(other)) continue;
      lists[position]?.infer(other, { file, line: section.line }, `both produce ${name}`);
      problems.push(
        problem(
          'unclear-dependency',
          `${other} and ${id} both produce ${name}; ${id} waits for ${other}`,
          'Name differently what they produce, or let one consume what the other produces.',
          { location: { file, line: section.line }, tasks: [other, id], severity: 'warning' },
        ),
      );
    }
  }
}

/** Whether two tasks touch a same file, so that their order is settled; each pair is looked at once. */
function fileSharing(sections: readonly TaskSection[]): (first: number, second: number) => boolean {
  const known = new Map<string, boolean>();
  return (first, second) => {
    const key = `${first} ${second}`;
    const before = known.get(key);
    if (before !== undefined) return before;
    const files = new Set(sections[first]?.files);
    const sharing = sections[second]?.files.some((name) => files.has(name)) === true;
    known.set(key, sharing);
    return sharing;
  };
}
