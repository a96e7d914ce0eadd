/** Puts together what a GSD roadmap says of each phase: list item, section and progress table are one phase. Makes no tasks. */
import { type Problem, problem } from '../core/problem.ts';
import type { DependsOn } from './depends-on-field.ts';
import { comparePhases, isBacklog } from './gsd-phase-id.ts';
import type { ProgressRow } from './progress-table.ts';
import { type PhaseMention, type PlanItem, readMentions } from './roadmap-mentions.ts';

export interface RoadmapPhase {
  readonly key: string;
  /** Its id as the roadmap writes it, for example `08.1`. */
  readonly written: string;
  readonly title: string;
  readonly body: string;
  readonly line: number;
  readonly isDone: boolean;
  readonly dependsOn: DependsOn | undefined;
  readonly plans: readonly PlanItem[];
}

/** No roadmap has more phases; each may wait for all before it. */
const MAX_PHASES = 1_000;
/** More phases of one number than this are not compared with each other. */
const MAX_COMPARED = 20;

export interface Roadmap {
  readonly file: string;
  readonly problems: readonly Problem[];
  /** In numeric order. Two of one key are two phases that were given one number. */
  readonly phases: readonly RoadmapPhase[];
  /** Parked ideas: no phases yet. */
  readonly backlog: readonly RoadmapPhase[];
  /** It says in sentences of their own which phases wait: what they do not mention waits for nothing. */
  readonly hasSentences: boolean;
  /** Whether a phase that has no place of its own is among those that were shipped before. */
  isShipped(key: string): boolean;
}

/** @param text with `\n` line ends */
export function parseRoadmap(file: string, text: string): Roadmap {
  const { mentions, progress, sentences, shipped } = readMentions(text);
  const rows = Map.groupBy(progress, ({ key }) => key);
  const phases: RoadmapPhase[] = [];
  const backlog: RoadmapPhase[] = [];
  for (const [key, places] of Map.groupBy(mentions, (mention) => mention.key)) {
    for (const group of groupPlaces(places)) {
      const isDone = isDoneIn(group, places, rows.get(key) ?? []);
      const phase = joinPlaces(group, isDone, sentences.get(key));
      const parked = isBacklog(key) || group.some((place) => place.isBacklog);
      (parked ? backlog : phases).push(phase);
    }
  }
  phases.sort((a, b) => comparePhases(a.key, b.key));
  return {
    file,
    problems: phases.length > MAX_PHASES ? [tooMany(file, phases.length)] : [],
    phases: phases.slice(0, MAX_PHASES),
    backlog: backlog.slice(0, MAX_PHASES),
    hasSentences: sentences.size > 0,
    isShipped: (key) =>
      shipped.some(([from, to]) => comparePhases(from, key) <= 0 && comparePhases(key, to) <= 0),
  };
}

const tooMany = (file: string, count: number): Problem =>
  problem(
    'unreadable',
    `${file} has ${count} phases; tutti reads at most ${MAX_PHASES}`,
    'Split the roadmap.',
    { location: { file, line: 1 } },
  );

/** Milestones may count their phases from 1 again: a shipped phase of another name has only its number in common. */
function groupPlaces(places: readonly PhaseMention[]): PhaseMention[][] {
  const live = places.filter(({ isShipped }) => !isShipped);
  const own =
    live.length === 0
      ? places
      : [...live, ...places.filter((place) => place.isShipped && isSameIn(live, place))];
  const groups: PhaseMention[][] = [];
  // Sections first: they have the full title.
  for (const place of own.toSorted((a, b) => Number(a.kind === 'item') - Number(b.kind === 'item'))) {
    const home =
      place.kind === 'item'
        ? groups[0]
        : groups.slice(0, MAX_COMPARED).find((group) => isSameIn(group, place));
    if (home === undefined) groups.push([place]);
    else home.push(place);
  }
  return groups;
}

const isSameIn = (group: readonly PhaseMention[], place: PhaseMention): boolean =>
  group.slice(0, MAX_COMPARED).some(({ title }) => isSameTitle(title, place.title));

/** One title may go on where the other ends. */
function isSameTitle(a: string, b: string): boolean {
  const [first, second] = [a, b].map((title) => title.toLowerCase().replace(/[^\p{L}\p{N}]/gu, '')) as [
    string,
    string,
  ];
  return first.startsWith(second) || second.startsWith(first);
}

/**
 * A box, a heading, a field or a table that says done is enough: people forget to tick, they seldom tick by mistake. Where a
 * phase only stands under a milestone that is done, its row of the table knows better: roadmaps are added to at their end.
 */
function isDoneIn(
  group: readonly PhaseMention[],
  places: readonly PhaseMention[],
  rows: readonly ProgressRow[],
): boolean {
  if (group.some(({ isDone }) => isDone)) return true;
  const isAlone = rows.length === 1 && group.length === places.length;
  const own = rows
    .slice(0, MAX_COMPARED)
    .filter(
      ({ name }) =>
        isAlone ||
        (name !== '' && group.slice(0, MAX_COMPARED).some(({ title }) => isSameTitle(title, name))),
    );
  return own.length > 0 ? own.some(({ isDone }) => isDone) : group.some(({ isShipped }) => isShipped);
}

function joinPlaces(
  group: readonly PhaseMention[],
  isDone: boolean,
  sentence: DependsOn | undefined,
): RoadmapPhase {
  const sections = group.filter(({ kind }) => kind === 'section');
  const main = (sections[0] ?? group[0]) as PhaseMention;
  const dependsOn = [...sections, ...group].find((place) => place.dependsOn !== undefined)?.dependsOn;
  const bodies = (sections.length > 0 ? sections : group)
    .map(({ body }) => body)
    .filter((body) => body !== '');
  return {
    key: main.key,
    written: main.written,
    title: main.title || `Phase ${main.written}`,
    body: bodies.join('\n\n'),
    line: main.line,
    isDone,
    dependsOn: dependsOn ?? sentence,
    plans: group.flatMap(({ plans }) => plans),
  };
}
