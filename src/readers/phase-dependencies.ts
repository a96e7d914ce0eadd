/** Settles which phases of a roadmap wait for which, and what its words leave unclear. Makes no tasks. */
import { type Location, taskId } from '../core/plan.ts';
import { type Problem, problem } from '../core/problem.ts';
import { readDependencyPhrase } from './dependency-phrase.ts';
import { comparePhases, phaseKey, phaseTaskId } from './gsd-phase-id.ts';
import type { Roadmap, RoadmapPhase } from './gsd-roadmap-file.ts';
import { phaseNames, type ResolvedPhrase, resolvePhrase } from './phase-references.ts';
import { phasesSpokenOf } from './phrase-leftovers.ts';

export interface PhaseDependencies {
  /** Keys of the phases that come first; those of phases that do not exist are in `unknown`. */
  readonly keys: readonly string[];
  readonly unknown: readonly string[];
  readonly location: Location;
}

/** @param keys those of all phases, also of phases that have a folder but no place in the roadmap */
export function phaseDependencies(
  roadmap: Roadmap,
  keys: readonly string[],
): { readonly byPhase: ReadonlyMap<RoadmapPhase, PhaseDependencies>; readonly problems: readonly Problem[] } {
  const byPhase = new Map<RoadmapPhase, PhaseDependencies>();
  const problems: Problem[] = [...roadmap.problems];
  const known = phaseNames(keys);
  const isBefore = beforeThis(roadmap, keys);
  for (const phase of roadmap.phases) {
    if (phase.dependsOn === undefined) continue;
    const location = { file: roadmap.file, line: phase.dependsOn.line };
    const phrase = readDependencyPhrase(phase.dependsOn.text);
    if (phrase.meaning === 'unclear') problems.push(unclear(phase, phase.dependsOn.text, location));
    const resolved = resolvePhrase(phrase, phase.key, known);
    if (phrase.meaning !== 'unclear')
      problems.push(...passedOver(phase, phase.dependsOn.text, resolved, isBefore, location));
    const unknown = resolved.unknown.filter((id) => !isBefore(phaseKey(id)));
    byPhase.set(phase, { keys: resolved.keys, unknown, location });
  }
  problems.push(...silentPhases(roadmap));
  return { byPhase, problems };
}

/** A roadmap goes on where an earlier milestone ended: what is said to be shipped, or has a lower number, is met. */
function beforeThis(roadmap: Roadmap, keys: readonly string[]): (key: string) => boolean {
  const lowest = keys.find((key) => /^\d/.test(key));
  return (key) =>
    roadmap.isShipped(key) || (lowest !== undefined && /^[1-9]/.test(key) && comparePhases(key, lowest) < 0);
}

function unclear(phase: RoadmapPhase, text: string, location: Location): Problem {
  const id = taskId(phaseTaskId(phase.written));
  const message = `Phase ${id}: "${text.slice(0, 80)}" names no phase, nor nothing; no dependency is read from it`;
  const fix = 'Write for example `Phase 2, Phases 4-6`, or `Nothing`; see docs/dependency-phrases.md.';
  return problem('unclear-dependency', message, fix, { location, tasks: [id], severity: 'warning' });
}

/** Phases that the phrase names behind the point where its reading ends. */
function passedOver(
  { written, key }: RoadmapPhase,
  text: string,
  { keys, unknown, excepted }: ResolvedPhrase,
  isBefore: (key: string) => boolean,
  location: Location,
): Problem[] {
  const settled = new Set([key, ...keys, ...excepted, ...unknown.map(phaseKey)]);
  const left = phasesSpokenOf(text).filter((other) => !settled.has(other) && !isBefore(other));
  if (left.length === 0) return [];
  const id = taskId(phaseTaskId(written));
  const [subject, verb] = left.length === 1 ? ['Phase', 'is'] : ['Phases', 'are'];
  const message = `Phase ${id}: ${subject} ${left.slice(0, 5).join(', ')} ${verb} named but not read as a dependency`;
  const fix = 'If it comes first, write for example `Phase 2, Phase 6` before any remark.';
  return [problem('unclear-dependency', message, fix, { location, tasks: [id], severity: 'info' })];
}

/** Phases that say nothing at all would all start at once: told together, because whole roadmaps are silent. */
function silentPhases({ file, phases, hasSentences }: Roadmap): Problem[] {
  const silent = phases.filter(
    ({ dependsOn, isDone }, index) => index > 0 && !isDone && dependsOn === undefined,
  );
  const [first] = silent;
  if (first === undefined || hasSentences) return [];
  const ids = silent.map(({ written }) => taskId(phaseTaskId(written)));
  const names = `${ids.slice(0, 5).join(', ')}${ids.length > 5 ? ` and ${ids.length - 5} more` : ''}`;
  const [subject, verb] = ids.length === 1 ? ['Phase', 'does'] : ['Phases', 'do'];
  const message = `${subject} ${names} ${verb} not say what comes first, and may start at once`;
  const location = { file, line: first.line };
  const fix = 'Write **Depends on**: with the phases that come first, or Nothing.';
  return [problem('unclear-dependency', message, fix, { location, tasks: ids, severity: 'warning' })];
}
