/** Reads `.planning` of GSD into a plan: a task per plan file, and one per phase that has none. The order between phases is the roadmap's. */
import path from 'node:path';
import { canonicalName } from '../core/nearest.ts';
import { makeTask, type Task, taskId } from '../core/plan.ts';
import { type Problem, problem } from '../core/problem.ts';
import { comparePhases } from './gsd-phase-id.ts';
import { type PlanPlace, planningFolder, planPlaces, roadmapFile } from './gsd-places.ts';
import { parsePlanFile } from './gsd-plan-file.ts';
import { backlogProblems, edgeFields, phaseTask } from './gsd-roadmap.ts';
import { parseRoadmap, type Roadmap, type RoadmapPhase } from './gsd-roadmap-file.ts';
import { type ConnectedPhase, connectPhases, type Edge, type ReadPlan } from './phase-connections.ts';
import { phaseDependencies } from './phase-dependencies.ts';
import { planResolver } from './plan-references.ts';
import {
  boundTasks,
  type Evidence,
  MAX_TASKS,
  nameFromPath,
  type Reader,
  type ReadOptions,
  type ReadResult,
} from './reader.ts';
import { readSource } from './source-file.ts';

export const gsdPlansReader: Reader = {
  format: 'gsd-plans',
  matches: async (at) => findPlans(at),
  read: (at, options) => readPlans(at, options),
};

function findPlans(at: string): readonly Evidence[] {
  const planning = planningFolder(at);
  if (planning === undefined) return [];
  const count = planPlaces(planning).places.filter(({ kind }) => kind === 'PLAN').length;
  const found = count === 1 ? '1 GSD plan' : `${count} GSD plans`;
  return count === 0 ? [] : [{ format: gsdPlansReader.format, path: planning, found }];
}

async function readPlans(at: string, options: ReadOptions = {}): Promise<ReadResult> {
  const planning = planningFolder(at) ?? at;
  const { places, problems } = planPlaces(planning);
  const read: Problem[] = [...problems];
  const plans = await readFiles(places, read);
  const roadmap = readRoadmap(planning, read);
  const bounded = boundTasks(joinTasks(plans, roadmap, read), planning);
  return {
    plan: {
      name: nameFromPath(planning, options.root),
      source: planning,
      format: gsdPlansReader.format,
      tasks: bounded.tasks,
      pools: {},
    },
    problems: [...read, ...bounded.problems],
    ignored: [],
  };
}

/** A plan is done when its summary exists. One whose summary is all that is left is done as well. */
async function readFiles(places: readonly PlanPlace[], problems: Problem[]): Promise<ReadPlan[]> {
  const nameOf = ({ file, phase, plan }: PlanPlace): string =>
    JSON.stringify([path.dirname(file), canonicalName(`${phase ?? ''}-${plan ?? ''}`)]);
  const summaries = new Set(places.filter(({ kind }) => kind === 'SUMMARY').map(nameOf));
  const planned = new Set(places.filter(({ kind }) => kind === 'PLAN').map(nameOf));
  const counting = places.filter((place) => place.kind === 'PLAN' || !planned.has(nameOf(place)));
  const plans: ReadPlan[] = [];
  for (const place of counting.slice(0, 2 * MAX_TASKS)) {
    const { text = '', problems: sourceProblems } = readSource(place.file);
    const plan = await parsePlanFile(place, text);
    problems.push(...sourceProblems, ...plan.problems);
    plans.push({ ...plan, isDone: summaries.has(nameOf(place)) });
  }
  return plans;
}

function readRoadmap(planning: string, problems: Problem[]): Roadmap {
  const file = roadmapFile(planning);
  if (file === undefined) {
    const message = `${planning} has no ROADMAP.md: nothing orders its phases among each other`;
    const fix = 'Write ROADMAP.md, or name other phases in depends_on.';
    const location = { file: planning, line: 1 };
    problems.push(problem('unclear-dependency', message, fix, { location, severity: 'warning' }));
    return parseRoadmap(path.join(planning, 'ROADMAP.md'), '');
  }
  const { text = '', problems: sourceProblems } = readSource(file);
  problems.push(...sourceProblems);
  const roadmap = parseRoadmap(file, text);
  problems.push(...backlogProblems(roadmap));
  return roadmap;
}

function joinTasks(plans: readonly ReadPlan[], roadmap: Roadmap, problems: Problem[]): Task[] {
  const phases = phasesOf(plans, roadmap);
  const { byPhase, problems: unclear } = phaseDependencies(roadmap, [...phases.keys()]);
  problems.push(...unclear, ...tickedProblems(plans, roadmap));
  const resolve = planResolver(plans, {
    keys: new Set(phases.keys()),
    planned: new Set(plans.map(({ phaseKey }) => phaseKey)),
    isShipped: (key) => roadmap.isShipped(key),
  });
  const { edges, problems: unresolved } = connectPhases([...phases.values()], byPhase, resolve);
  problems.push(...unresolved);
  return [...phases.values()].flatMap((phase) =>
    phase.plans.length === 0
      ? phase.places.map((place) => phaseTask(roadmap.file, place, edges.get(place) ?? []))
      : phase.plans.map((plan) => planTask(plan, titleIn(phase.places, plan), edges.get(plan) ?? [])),
  );
}

/** The phases of the roadmap and those of the folders, in numeric order. */
function phasesOf(plans: readonly ReadPlan[], roadmap: Roadmap): ReadonlyMap<string, ConnectedPhase> {
  const places = Map.groupBy(roadmap.phases, ({ key }) => key);
  const folders = Map.groupBy(plans, ({ phaseKey }) => phaseKey);
  const keys = [...new Set([...places.keys(), ...folders.keys()])].sort(comparePhases);
  return new Map(
    keys.map((key) => [key, { key, places: places.get(key) ?? [], plans: folders.get(key) ?? [] }]),
  );
}

function planTask(plan: ReadPlan, title: string | undefined, edges: readonly Edge[]): Task {
  return makeTask({
    ...plan.fields,
    ...edgeFields(edges),
    id: taskId(plan.id),
    title: title ?? plan.title ?? plan.id,
    status: plan.isDone ? 'done' : 'todo',
    waveScope: plan.phase,
    location: { file: plan.file, line: plan.line },
  });
}

const titleIn = (places: readonly RoadmapPhase[], plan: ReadPlan): string | undefined =>
  places
    .flatMap((place) => place.plans)
    .find(({ name, title }) => title !== '' && canonicalName(name) === canonicalName(plan.id))?.title;

/** The roadmap may tick what has no summary. Summaries count; but who forgot them would have everything done again. */
function tickedProblems(plans: readonly ReadPlan[], { file, phases }: Roadmap): Problem[] {
  const doneKeys = new Set(phases.filter(({ isDone }) => isDone).map(({ key }) => key));
  const ticked = new Map(
    phases
      .flatMap((phase) => phase.plans.filter(({ isDone }) => isDone))
      .map((item) => [canonicalName(item.name), item]),
  );
  const doubtful = plans.filter(
    (plan) => !plan.isDone && (doneKeys.has(plan.phaseKey) || ticked.has(canonicalName(plan.id))),
  );
  const [first] = doubtful;
  if (first === undefined) return [];
  const ids = doubtful.map(({ id }) => taskId(id));
  const names = `${ids.slice(0, 8).join(', ')}${ids.length > 8 ? ` and ${ids.length - 8} more` : ''}`;
  const line =
    ticked.get(canonicalName(first.id))?.line ?? phases.find(({ key }) => key === first.phaseKey)?.line ?? 1;
  return [
    problem(
      'missing-summary',
      `${file} says that ${names} ${ids.length === 1 ? 'is' : 'are'} done, but there is no SUMMARY.md: a run does them again`,
      'Add the missing SUMMARY.md files if they are done.',
      { location: { file, line }, tasks: ids, severity: 'warning' },
    ),
  ];
}
