/** Everything `analyze` knows about a plan, as the document of SPEC §12. Linear, except what looks at pairs of tasks. */
import { buildGraph, degree, type Graph, waves as wavesOf } from '../graph.ts';
import type { Plan, Task, TaskId } from '../plan.ts';
import { type Problem, type ProblemDocument, problemDocument } from '../problem.ts';
import { diagnoseGraph, overlapProblems, redundancyProblems } from './diagnose.ts';
import { findOverlaps } from './overlaps.ts';
import { onlyBlock, PAIRWISE_LIMIT, reachBlocks } from './reachability.ts';
import { findRedundant, type Layered } from './redundant.ts';
import { type Timing, timePlan } from './timing.ts';

/** Slots of a run when nobody says otherwise (SPEC §4). */
const DEFAULT_SLOTS = 7;

export interface AnalysedTask {
  readonly id: TaskId;
  readonly title: string;
  /** Null when the plan has a cycle; so are `slack` and `downstream`. */
  readonly wave: number | null;
  readonly dependsOn: readonly TaskId[];
  /** Why each inferred dependency is there, by its id; absent when the source states all of them. */
  readonly dependencyReasons?: Readonly<Record<string, string>>;
  /** Number of direct dependents. */
  readonly unlocks: number;
  /** Number of all dependents; null above 5,000 tasks unless in full. */
  readonly downstream: number | null;
  /** How much later it may end without making the plan longer, in `criticalPath.unit`; null when it is done. */
  readonly slack: number | null;
  readonly status: Task['status'];
  readonly file: string;
  readonly line: number;
}

export type Diagnostic = ProblemDocument;

/** A plan that was recognised, not read. */
export interface FoundPlan {
  readonly format: string;
  readonly path: string;
  readonly found: string;
}

export interface Analysis {
  readonly schemaVersion: 1;
  readonly kind: 'analysis';
  readonly plan: {
    readonly source: string;
    readonly format: string;
    readonly name: string;
    readonly tasks: number;
    readonly dependencies: number;
    /** What made a reader of this format the one to read it, for example `14 plan files`; absent for a plan made otherwise. */
    readonly found?: string;
    /** Other plans beside it, which were not read. */
    readonly alsoFound?: readonly FoundPlan[];
  };
  readonly tasks: readonly AnalysedTask[];
  /** Null when the plan has a cycle; so are `maxParallelism`, `criticalPath` and `bounds`. */
  readonly waves: readonly (readonly TaskId[])[] | null;
  /** Most tasks under way at one moment when each starts as early as it can. Here and below only what is not done. */
  readonly maxParallelism: number | null;
  /** Tasks to do whose dependencies are all done. */
  readonly ready: readonly TaskId[];
  readonly criticalPath: Timing['criticalPath'] | null;
  readonly bounds: Timing['bounds'] | null;
  readonly speedup: Timing['speedup'];
  readonly overlaps: readonly {
    readonly tasks: readonly [TaskId, TaskId];
    readonly files: readonly string[];
  }[];
  readonly redundant: readonly { readonly task: TaskId; readonly dependency: TaskId; readonly via: TaskId }[];
  readonly diagnostics: readonly Diagnostic[];
  /** Present when pairs were not, or not all, looked at. */
  readonly truncated?: true;
}

export interface AnalyseOptions {
  /** What the reader told; comes before what the graph tells. */
  readonly problems?: readonly Problem[];
  readonly slots?: number;
  /** Look at pairs of tasks whatever the plan's size. */
  readonly full?: boolean;
  /** How the plan was found, and what else was. */
  readonly found?: string;
  readonly alsoFound?: readonly FoundPlan[];
}

/** Analyses a plan, one with errors too. */
export function analyse(plan: Plan, options: AnalyseOptions = {}): Analysis {
  const graph = buildGraph(plan);
  const wave = wavesOf(graph);
  const pairwise = wave !== null && (graph.size <= PAIRWISE_LIMIT || options.full === true);
  const timing = wave === null ? null : timePlan(plan, graph, options.slots ?? DEFAULT_SLOTS, pairwise);
  const pairs = pairwise ? lookAtPairs(plan, { graph, wave }, options.full === true) : null;
  const truncated = wave !== null && (pairs === null || pairs.truncated);
  return {
    schemaVersion: 1,
    kind: 'analysis',
    plan: {
      source: plan.source,
      format: plan.format,
      name: plan.name,
      tasks: plan.tasks.length,
      dependencies: graph.dependencies.items.length,
      ...(options.found === undefined ? {} : { found: options.found }),
      ...(options.alsoFound === undefined ? {} : { alsoFound: options.alsoFound }),
    },
    tasks: plan.tasks.map((task, position) => {
      const { dependencyReasons } = task;
      const analysed: AnalysedTask = {
        id: task.id,
        title: task.title,
        wave: wave?.[position] ?? null,
        dependsOn: task.dependsOn,
        unlocks: degree(graph.dependents, position),
        downstream: pairs?.downstream[position] ?? null,
        slack: timing?.slack[position] ?? null,
        status: task.status,
        file: task.location.file,
        line: task.location.line,
      };
      return dependencyReasons === undefined ? analysed : { ...analysed, dependencyReasons };
    }),
    waves: wave === null ? null : groupByWave(plan, wave),
    maxParallelism: timing?.maxParallelism ?? null,
    ready: readyTasks(plan, graph),
    criticalPath: timing?.criticalPath ?? null,
    bounds: timing?.bounds ?? null,
    speedup: timing?.speedup ?? [],
    overlaps: pairs?.overlaps ?? [],
    redundant: pairs?.redundant ?? [],
    diagnostics: [...(options.problems ?? []), ...diagnoseGraph(plan, graph), ...(pairs?.problems ?? [])]
      .toSorted((a, b) => severityRank[a.severity] - severityRank[b.severity])
      .map(problemDocument),
    ...(truncated ? { truncated } : {}),
  };
}

const severityRank = { error: 0, warning: 1, info: 2 } as const;

function groupByWave(plan: Plan, wave: Int32Array): TaskId[][] {
  const groups: TaskId[][] = [];
  plan.tasks.forEach(({ id }, position) => {
    const group = wave[position] as number;
    while (groups.length <= group) groups.push([]);
    groups[group]?.push(id);
  });
  return groups;
}

function readyTasks(plan: Plan, graph: Graph): TaskId[] {
  const isDone = new Uint8Array(graph.size);
  plan.tasks.forEach(({ status }, position) => {
    isDone[position] = status === 'done' ? 1 : 0;
  });
  const { starts, items } = graph.dependencies;
  const ready: TaskId[] = [];
  plan.tasks.forEach(({ id, status, dependsOn }, position) => {
    let edge = starts[position] as number;
    const end = starts[position + 1] as number;
    while (edge < end && isDone[items[edge] as number] === 1) edge++;
    if (status !== 'todo' || edge < end) return;
    // One that is not in the plan is never done.
    if (dependsOn.every((other) => graph.positions.has(other) && other !== id)) ready.push(id);
  });
  return ready;
}

function lookAtPairs(plan: Plan, layered: Layered, full: boolean) {
  const { graph } = layered;
  const id = (position: number): TaskId => graph.ids[position] as TaskId;
  const overlapping = findOverlaps(plan.tasks, graph, full);
  const whole = onlyBlock(graph);
  const redundancy = findRedundant(layered, full, whole);
  const downstream = new Int32Array(graph.size);
  for (const block of whole === undefined ? reachBlocks(graph) : [whole]) {
    for (let position = 0; position < graph.size; position++)
      downstream[position] = (downstream[position] as number) + block.count(position);
  }
  return {
    downstream,
    overlaps: overlapping.overlaps.map(({ tasks: [a, b], files }) => ({
      tasks: [id(a), id(b)] as const,
      files,
    })),
    redundant: redundancy.redundant.map(({ task, dependency, via }) => ({
      task: id(task),
      dependency: id(dependency),
      via: id(via),
    })),
    problems: [
      ...overlapProblems(plan, overlapping.overlaps),
      ...redundancyProblems(plan, redundancy.redundant),
    ],
    truncated: overlapping.truncated || redundancy.truncated,
  };
}
