/** The dependencies of plans and phases: what each plan states, and what the order of the phases adds. Makes no tasks. */
import { type Location, taskId } from '../core/plan.ts';
import { type Problem, problem } from '../core/problem.ts';
import { phaseTaskId } from './gsd-phase-id.ts';
import type { PlanFile, PlanReference } from './gsd-plan-file.ts';
import type { RoadmapPhase } from './gsd-roadmap-file.ts';
import type { PhaseDependencies } from './phase-dependencies.ts';
import { firstPlans, lastPlans, type PhasePlan, withoutImplied } from './phase-order.ts';
import type { PlanResolver, Referent } from './plan-references.ts';

/** Phases of hundreds of plans that all begin and end them give more dependencies than anybody can mean. */
const MAX_ORDER_EDGES = 200_000;

export interface Edge {
  readonly dependency: string;
  readonly location: Location;
}

export interface ReadPlan extends PlanFile {
  readonly isDone: boolean;
}

export interface ConnectedPhase {
  readonly key: string;
  /** Where the roadmap speaks of it; empty for a folder that it does not know. */
  readonly places: readonly RoadmapPhase[];
  /** Empty: the phase itself is the task. */
  readonly plans: readonly ReadPlan[];
}

/** Keyed by what becomes a task: plans, and the places of phases without plans. */
export interface Connections {
  readonly edges: ReadonlyMap<ReadPlan | RoadmapPhase, readonly Edge[]>;
  readonly problems: readonly Problem[];
}

interface Stated {
  readonly reference: PlanReference;
  readonly referents: readonly Referent[];
}

export function connectPhases(
  phases: readonly ConnectedPhase[],
  byPlace: ReadonlyMap<RoadmapPhase, PhaseDependencies>,
  resolve: PlanResolver,
): Connections {
  const stated = new Map<ReadPlan, Stated[]>();
  for (const plan of phases.flatMap(({ plans }) => plans))
    stated.set(
      plan,
      plan.dependsOn.map((reference) => ({ reference, referents: resolve(reference.text, plan) })),
    );
  const chains = new Map(
    phases.map(({ key, plans }) => [key, plans.map((plan) => chainOf(plan, stated.get(plan) ?? []))]),
  );
  const ends = new Map(phases.map((phase) => [phase.key, endsOf(phase, chains.get(phase.key) ?? [])]));
  const edges = new Map<ReadPlan | RoadmapPhase, Edge[]>();
  const problems: Problem[] = [];
  for (const [plan, statements] of stated) {
    edges.set(
      plan,
      statements.flatMap((statement) => statedEdges(plan, statement, ends)),
    );
    problems.push(...statements.flatMap((statement) => unclear(plan, statement)));
  }
  const waits = withoutImplied(waitsOf(phases, byPlace), begun(phases));
  let count = 0;
  for (const phase of phases) {
    const first = new Set(firstPlans(chains.get(phase.key) ?? []));
    for (const place of phase.places) {
      const order = orderEdges(byPlace.get(place), waits.get(phase.key) ?? [], ends);
      const waiting = phase.plans.length === 0 ? [place] : phase.plans.filter(({ id }) => first.has(id));
      count += order.length * waiting.length;
      if (count > MAX_ORDER_EDGES) return { edges, problems: [...problems, tooMany(byPlace.get(place))] };
      for (const item of waiting) edges.set(item, [...(edges.get(item) ?? []), ...order]);
    }
  }
  return { edges, problems };
}

const chainOf = (plan: ReadPlan, statements: readonly Stated[]): PhasePlan => ({
  id: plan.id,
  isDone: plan.isDone,
  dependsOn: statements.flatMap(({ referents }) =>
    referents.flatMap((referent) => (referent.kind === 'plan' ? [referent.id] : [])),
  ),
});

const endsOf = ({ key, places, plans }: ConnectedPhase, chain: readonly PhasePlan[]): readonly string[] =>
  plans.length === 0 ? [phaseTaskId(places[0]?.written ?? key)] : lastPlans(chain);

function statedEdges(
  plan: ReadPlan,
  { reference, referents }: Stated,
  ends: ReadonlyMap<string, readonly string[]>,
): Edge[] {
  const location = { file: plan.file, line: reference.line };
  return referents.flatMap((referent) => {
    if (referent.kind === 'met' || referent.kind === 'unclear') return [];
    const ids = referent.kind === 'phase' ? (ends.get(referent.key) ?? []) : [referent.id];
    return ids.map((dependency) => ({ dependency, location }));
  });
}

function unclear(plan: ReadPlan, { reference, referents }: Stated): Problem[] {
  if (!referents.some(({ kind }) => kind === 'unclear')) return [];
  const message = `${plan.id}: "${reference.text.slice(0, 80)}" is no other plan or phase; no dependency is read from it`;
  const fix = 'Write the number of a plan, for example "01-02", or of a phase.';
  const location = { file: plan.file, line: reference.line };
  return [
    problem('unclear-dependency', message, fix, { location, tasks: [taskId(plan.id)], severity: 'warning' }),
  ];
}

/** A phase of which something is done does not hold back what waits for it: it does not stand for those before it. */
const begun = (phases: readonly ConnectedPhase[]): ReadonlySet<string> =>
  new Set(
    phases
      .filter(({ places, plans }) => (plans.length > 0 ? plans : places).some(({ isDone }) => isDone))
      .map(({ key }) => key),
  );

const waitsOf = (
  phases: readonly ConnectedPhase[],
  byPlace: ReadonlyMap<RoadmapPhase, PhaseDependencies>,
): ReadonlyMap<string, readonly string[]> =>
  new Map(
    phases.map(({ key, places }) => [
      key,
      [...new Set(places.flatMap((place) => byPlace.get(place)?.keys ?? []))],
    ]),
  );

/** What the roadmap says of one place of a phase, as tasks: the ends of the phases before it. */
function orderEdges(
  dependencies: PhaseDependencies | undefined,
  waits: readonly string[],
  ends: ReadonlyMap<string, readonly string[]>,
): Edge[] {
  if (dependencies === undefined) return [];
  const { location } = dependencies;
  const before = dependencies.keys.filter((key) => waits.includes(key)).flatMap((key) => ends.get(key) ?? []);
  return [...before, ...dependencies.unknown.map(phaseTaskId)].map((dependency) => ({
    dependency,
    location,
  }));
}

function tooMany(dependencies: PhaseDependencies | undefined): Problem {
  const message = `the order of the phases needs more than ${MAX_ORDER_EDGES} dependencies between plans`;
  const fix = 'Let the plans of each phase depend on each other, so that fewer of them begin and end it.';
  return problem(
    'unreadable',
    message,
    fix,
    dependencies === undefined ? {} : { location: dependencies.location },
  );
}
