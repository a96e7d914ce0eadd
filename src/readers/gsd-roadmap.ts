/** Reads a GSD roadmap into a plan with one task per phase. With plan files beside it, `gsd-plans` is the reader. */
import path from 'node:path';
import { type Location, makeTask, type Task, taskId } from '../core/plan.ts';
import { type Problem, problem } from '../core/problem.ts';
import { phaseTaskId } from './gsd-phase-id.ts';
import { planningFolder, planPlaces, roadmapFile } from './gsd-places.ts';
import { parseRoadmap, type Roadmap, type RoadmapPhase } from './gsd-roadmap-file.ts';
import type { Edge } from './phase-connections.ts';
import { phaseDependencies } from './phase-dependencies.ts';
import {
  boundTasks,
  type Evidence,
  isFile,
  isFolder,
  nameFromPath,
  type Reader,
  type ReadOptions,
  type ReadResult,
} from './reader.ts';
import { readSource } from './source-file.ts';

export const gsdRoadmapReader: Reader = {
  format: 'gsd-roadmap',
  matches: async (at) => findRoadmap(at),
  read: async (at, options) => readRoadmap(at, options),
};

/** A file called a roadmap that has phases, or the ROADMAP.md of a `.planning` without plan files. */
function findRoadmap(at: string): readonly Evidence[] {
  const file = isFolder(at) ? roadmapOfFolder(at) : at;
  if (file === undefined || !isFile(file) || !/roadmap[^/\\]*\.(?:md|markdown)$/i.test(file)) return [];
  const { phases, backlog } = parseRoadmap(file, readSource(file).text ?? '');
  // An empty ROADMAP.md where GSD keeps it is a plan that is wrong, not none.
  if (
    phases.length + backlog.length === 0 &&
    file === at &&
    path.basename(path.dirname(path.resolve(at))) !== '.planning'
  )
    return [];
  const count = phases.length === 1 ? '1 phase' : `${phases.length} phases`;
  return [{ format: gsdRoadmapReader.format, path: file, found: `GSD roadmap, ${count}` }];
}

function roadmapOfFolder(at: string): string | undefined {
  const planning = planningFolder(at);
  if (planning === undefined || planPlaces(planning).places.some(({ kind }) => kind === 'PLAN'))
    return undefined;
  return roadmapFile(planning);
}

function readRoadmap(at: string, options: ReadOptions = {}): ReadResult {
  const file = isFolder(at) ? (roadmapFile(planningFolder(at) ?? at) ?? at) : at;
  const { text, problems: sourceProblems } = readSource(file);
  const roadmap = parseRoadmap(file, text ?? '');
  const { byPhase, problems } = phaseDependencies(roadmap, [
    ...new Set(roadmap.phases.map(({ key }) => key)),
  ]);
  const ids = new Map(roadmap.phases.map(({ key, written }) => [key, phaseTaskId(written)]));
  const tasks = roadmap.phases.map((phase) => {
    const { keys = [], unknown = [], location } = byPhase.get(phase) ?? {};
    const dependencies = [...keys.map((key) => ids.get(key) ?? key), ...unknown.map(phaseTaskId)];
    return phaseTask(
      file,
      phase,
      dependencies.map((dependency) => ({ dependency, location: location ?? { file, line: phase.line } })),
    );
  });
  const bounded = boundTasks(tasks, file);
  return {
    plan: {
      name: nameFromPath(file, options.root),
      source: file,
      format: gsdRoadmapReader.format,
      tasks: bounded.tasks,
      pools: {},
    },
    problems: [
      ...sourceProblems,
      ...(text !== undefined && tasks.length === 0 ? [noPhases(file)] : []),
      ...problems,
      ...backlogProblems(roadmap),
      ...bounded.problems,
    ],
    ignored: [],
  };
}

/** A phase as one task. */
export const phaseTask = (file: string, phase: RoadmapPhase, edges: readonly Edge[]): Task =>
  makeTask({
    ...edgeFields(edges),
    id: taskId(phaseTaskId(phase.written)),
    title: phase.title,
    body: phase.body,
    status: phase.isDone ? 'done' : 'todo',
    location: { file, line: phase.line },
  });

/** A task's dependencies, each once, with the first place that says so. */
export function edgeFields(edges: readonly Edge[]): Pick<Task, 'dependsOn' | 'dependencyLocations'> {
  const locations = new Map<string, Location>();
  for (const { dependency, location } of edges)
    if (!locations.has(dependency)) locations.set(dependency, location);
  return { dependsOn: [...locations.keys()].map(taskId), dependencyLocations: Object.fromEntries(locations) };
}

/** What is parked is told, so that nobody misses it. */
export function backlogProblems({ file, backlog }: Roadmap): Problem[] {
  return backlog.map(({ written, title, line }) =>
    problem(
      'ignored-phase',
      `Phase ${written} (${title}) is in the backlog and is no task`,
      'Give it the number of a phase when it is to be done.',
      { location: { file, line }, severity: 'info' },
    ),
  );
}

const noPhases = (file: string): Problem =>
  problem('no-tasks', `${file} has no phases`, 'Write headings such as `### Phase 1: Foundation`.', {
    location: { file, line: 1 },
  });
