/** Judges a plan's graph: one problem per defect, each with its place and its fix. Reads nothing; readers tell what they met. */
import { shortestCycles } from '../cycles.ts';
import { buildGraph, degree, type Graph, waves } from '../graph.ts';
import { didYouMean } from '../nearest.ts';
import type { Location, Plan, Task, TaskId } from '../plan.ts';
import { type Problem, problem } from '../problem.ts';
import { findOverlaps, type Overlap } from './overlaps.ts';
import { PAIRWISE_LIMIT } from './reachability.ts';
import { findRedundant, type RedundantEdge } from './redundant.ts';

/** Suggestions compare a name with every id: only for so many of them, and so many comparisons. */
const MAX_SUGGESTIONS = 100;
const MAX_COMPARED = 2_000_000;
/** Groups of tasks that wait for each other; tasks of one cycle that its message names. */
const MAX_CYCLES_TOLD = 20;
const MAX_CYCLE_SHOWN = 20;
/** Overlaps beyond these are told by their number only. */
const MAX_OVERLAPS_TOLD = 200;

/** Everything wrong or doubtful about `plan`; pairs of tasks are compared up to 5,000 tasks unless `full`. */
export function diagnose(plan: Plan, options: { readonly full?: boolean } = {}): Problem[] {
  const graph = buildGraph(plan);
  const problems = diagnoseGraph(plan, graph);
  const wave = waves(graph);
  const full = options.full === true;
  if (wave === null || (plan.tasks.length > PAIRWISE_LIMIT && !full)) return problems;
  return [
    ...problems,
    ...overlapProblems(plan, findOverlaps(plan.tasks, graph, full).overlaps),
    ...redundancyProblems(plan, findRedundant({ graph, wave }, full).redundant),
  ];
}

/** The part of `diagnose` that takes linear time (but for a cycle's search). */
export function diagnoseGraph(plan: Plan, graph: Graph): Problem[] {
  return [
    ...duplicateProblems(plan, graph),
    ...dependencyProblems(plan, graph),
    ...cycleProblems(plan, graph),
    ...waveProblems(plan, graph),
    ...bodyProblems(plan),
  ];
}

/** `via` says which field names the id, when it is not the task's own list of dependencies. */
export function unknownDependency(
  task: TaskId,
  unknown: TaskId,
  known: Iterable<string>,
  location: Location,
  via: 'depends on' | 'says it blocks' = 'depends on',
): Problem {
  const suggestion = didYouMean(
    unknown,
    [...known].filter((id) => id !== task),
  );
  const other = 'add a task with this id or remove the dependency';
  return problem(
    'unknown-dependency',
    `${task} ${via} ${unknown}, which is not in the plan`,
    suggestion === undefined ? `${capitalised(other)}.` : `${suggestion} Else ${other}.`,
    { location, tasks: [task] },
  );
}

function duplicateProblems(plan: Plan, graph: Graph): Problem[] {
  const problems: Problem[] = [];
  if (graph.positions.size === graph.size) return [];
  for (const [position, task] of plan.tasks.entries()) {
    const first = plan.tasks[graph.positions.get(task.id) ?? position];
    if (first === undefined || first === task) continue;
    problems.push(
      problem(
        'duplicate-id',
        `${task.id} is the id of two tasks: ${place(first.location)} and ${place(task.location)}`,
        'Give one of them another id.',
        { location: task.location, tasks: [task.id] },
      ),
    );
  }
  return problems;
}

function dependencyProblems(plan: Plan, graph: Graph): Problem[] {
  const problems: Problem[] = [];
  let suggestions = Math.min(MAX_SUGGESTIONS, Math.ceil(MAX_COMPARED / Math.max(1, graph.size)));
  for (let position = 0; position < plan.tasks.length; position++) {
    const task = plan.tasks[position] as Task;
    // The graph has all of them as edges: nothing is wrong with any, unless an id stands for several tasks.
    const areEdges = degree(graph.dependencies, position) === task.dependsOn.length;
    if (areEdges && !task.dependsOn.includes(task.id)) continue;
    for (const dependency of new Set(task.dependsOn)) {
      const location = dependencyLocation(task, dependency);
      if (dependency === task.id) {
        problems.push(
          problem('self-dependency', `${task.id} depends on itself`, 'Remove this dependency.', {
            location,
            tasks: [task.id],
          }),
        );
      } else if (!graph.positions.has(dependency)) {
        const known = suggestions-- > 0 ? graph.ids : [];
        problems.push(unknownDependency(task.id, dependency, known, location));
      }
    }
  }
  return problems;
}

/** One problem per group of tasks that wait for each other; the shortest cycle of all comes first. */
function cycleProblems(plan: Plan, graph: Graph): Problem[] {
  return shortestCycles(graph)
    .slice(0, MAX_CYCLES_TOLD)
    .map((cycle) => cycleProblem(cycle.map((position) => plan.tasks[position] as Task)));
}

function cycleProblem(cycle: readonly Task[]): Problem {
  const first = cycle[0] as Task;
  const steps = cycle.map((task, index) => ({ task, next: cycle[index + 1] ?? first }));
  const path = shortened([...cycle, first].map(({ id }) => id)).join(' -> ');
  const places = steps.map(({ task, next }) => {
    const reason = dependencyReason(task, next.id);
    const why = reason === undefined ? '' : `, inferred: ${reason}`;
    return `${task.id} on ${next.id} (${place(dependencyLocation(task, next.id))}${why})`;
  });
  return problem(
    'cycle',
    `These tasks wait for each other: ${path}`,
    `Remove one dependency: ${shortened(places).join(', ')}.`,
    {
      location: dependencyLocation(first, (steps[0]?.next ?? first).id),
      tasks: cycle.map(({ id }) => id),
    },
  );
}

/** Both ends of a long list: a cycle may have a million tasks, and a message is one line. */
function shortened(items: readonly string[]): readonly string[] {
  if (items.length <= MAX_CYCLE_SHOWN) return items;
  const end = MAX_CYCLE_SHOWN / 2;
  const left = items.length - 2 * end;
  return [...items.slice(0, end), `(${left} more)`, ...items.slice(-end)];
}

interface Scope {
  lowestDeclared: number;
  lowestComputed: number;
}

/**
 * Plans count their waves from 0 or 1, or anew in each part of the plan, or declare only some: so both scales start
 * at their own lowest within a scope.
 */
function waveProblems(plan: Plan, graph: Graph): Problem[] {
  const computed = waves(graph);
  if (computed === null || plan.tasks.every(({ declaredWave }) => declaredWave === undefined)) return [];
  const scopes = new Map<string, Scope>();
  const declaring: { task: Task; declared: number; wave: number; scope: Scope }[] = [];
  for (const [position, task] of plan.tasks.entries()) {
    if (task.declaredWave === undefined) continue;
    const wave = computed[position] as number;
    const name = task.waveScope ?? '';
    const scope = scopes.get(name) ?? { lowestDeclared: Infinity, lowestComputed: Infinity };
    scope.lowestDeclared = Math.min(scope.lowestDeclared, task.declaredWave);
    scope.lowestComputed = Math.min(scope.lowestComputed, wave);
    scopes.set(name, scope);
    declaring.push({ task, declared: task.declaredWave, wave, scope });
  }
  return declaring.flatMap(({ task, declared, wave, scope }) => {
    const right = wave - scope.lowestComputed + scope.lowestDeclared;
    return declared === right ? [] : [waveProblem(task, declared, right)];
  });
}

function waveProblem({ id, location }: Task, declared: number, right: number): Problem {
  return problem(
    'wave-mismatch',
    `${id} is declared in wave ${declared}, but its dependencies put it in wave ${right}`,
    `Write wave ${right}, or add the dependency that is missing. The dependencies are what counts.`,
    { location, tasks: [id], severity: 'warning' },
  );
}

function bodyProblems(plan: Plan): Problem[] {
  return plan.tasks
    .filter(({ status, command, body }) => status === 'todo' && command === undefined && saysNothing(body))
    .map(({ id, location }) =>
      problem(
        'empty-body',
        `${id} has no text: its agent is told only its title`,
        'Say what is to be done.',
        {
          location,
          tasks: [id],
          severity: 'warning',
        },
      ),
    );
}

/** Nothing, or headings without anything under them. */
const saysNothing = (body: string): boolean => !/^[ \t]*[^\s#]/m.test(body);

/** A warning per pair; they run one after the other unless the configuration says otherwise. */
export function overlapProblems(plan: Plan, overlaps: readonly Overlap[]): Problem[] {
  const told = overlaps.slice(0, MAX_OVERLAPS_TOLD).map(({ tasks, files }) => {
    const [first, second] = tasks.map((position) => plan.tasks[position] as Task) as [Task, Task];
    return problem(
      'file-overlap',
      `${first.id} and ${second.id} touch the same files, and neither depends on the other: ${files.join(', ')}`,
      'Narrow their files, or let one depend on the other. Unless `conflicts` allows more, they run one after the other.',
      { location: second.location, tasks: [first.id, second.id], severity: 'warning' },
    );
  });
  const rest = overlaps.length - told.length;
  if (rest <= 0) return told;
  const more = problem(
    'file-overlap',
    `${rest} more pairs touch the same files`,
    'See `overlaps` of `analyze --json`.',
    {
      severity: 'warning',
    },
  );
  return [...told, more];
}

/** A remark per dependency that another one implies; nobody wrote an inferred one, so nobody can remove it. */
export function redundancyProblems(plan: Plan, redundant: readonly RedundantEdge[]): Problem[] {
  return redundant.flatMap((edge) => {
    const task = plan.tasks[edge.task] as Task;
    const [dependency, via] = [plan.tasks[edge.dependency] as Task, plan.tasks[edge.via] as Task];
    if (dependencyReason(task, dependency.id) !== undefined) return [];
    return problem(
      'redundant-dependency',
      `${task.id} need not name ${dependency.id}: it depends on ${via.id}, which comes after it anyway`,
      `Remove ${dependency.id} from the dependencies of ${task.id}, if you like.`,
      {
        location: dependencyLocation(task, dependency.id),
        tasks: [task.id, dependency.id],
        severity: 'info',
      },
    );
  });
}

const dependencyLocation = (task: Task, dependency: TaskId): Location =>
  (Object.hasOwn(task.dependencyLocations, dependency) ? task.dependencyLocations[dependency] : undefined) ??
  task.location;

/** Why a dependency was inferred; undefined for one that the source states. */
const dependencyReason = ({ dependencyReasons = {} }: Task, dependency: TaskId): string | undefined =>
  Object.hasOwn(dependencyReasons, dependency) ? dependencyReasons[dependency] : undefined;

const place = ({ file, line }: Location): string => `${file}:${line}`;

const capitalised = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);
