/** What a drawing shows of an analysis: tasks by number, lines between them, and what is special about each. Has no coordinates. */
import type { Analysis } from '../core/analysis/analyse.ts';

/** What a task's colour says. */
export type Look = 'done' | 'ready' | 'waiting' | 'error';

export interface PictureTask {
  readonly id: string;
  readonly title: string;
  readonly wave: number;
  readonly look: Look;
  readonly critical: boolean;
}

export interface PictureLine {
  /** Number of the task that comes first. */
  readonly from: number;
  readonly to: number;
  /** `back`: the line that closes a cycle; `redundant`: other lines imply it. */
  readonly kind: 'plain' | 'critical' | 'redundant' | 'back';
}

export interface Picture {
  readonly tasks: readonly PictureTask[];
  /** Sorted by their ends. Only a `back` line leads to an earlier wave or to its own. */
  readonly lines: readonly PictureLine[];
  /** Number of tasks in each wave. */
  readonly waves: readonly number[];
}

/** Tasks keep the analysis' order. What is not in the plan has no line: the diagnostics tell of it. */
export function pictureOf(analysis: Analysis): Picture {
  const numbers = new Map<string, number>();
  for (const [number, { id }] of analysis.tasks.entries()) if (!numbers.has(id)) numbers.set(id, number);
  const before = analysis.tasks.map(({ dependsOn }, own) =>
    [...new Set(dependsOn.map((id) => numbers.get(id)))]
      .filter((number): number is number => number !== undefined && number !== own)
      .sort((a, b) => a - b),
  );
  const wave =
    analysis.waves === null ? wavesInSpiteOfCycles(before) : analysis.tasks.map((task) => task.wave ?? 0);
  const waves: number[] = [];
  for (const number of wave) {
    while (waves.length <= number) waves.push(0);
    waves[number] = (waves[number] ?? 0) + 1;
  }
  return {
    tasks: tasksOf(analysis, wave),
    lines: linesOf(analysis, before, wave, numbers),
    waves,
  };
}

function tasksOf(analysis: Analysis, wave: readonly number[]): PictureTask[] {
  const critical = new Set<string>(analysis.criticalPath?.tasks);
  const ready = new Set<string>(analysis.ready);
  const wrong = new Set<string>(
    analysis.diagnostics.flatMap(({ severity, tasks }) => (severity === 'error' ? tasks : [])),
  );
  return analysis.tasks.map(({ id, title, status }, number) => ({
    id,
    title,
    wave: wave[number] ?? 0,
    look: wrong.has(id) ? 'error' : status === 'done' ? 'done' : ready.has(id) ? 'ready' : 'waiting',
    critical: critical.has(id),
  }));
}

function linesOf(
  analysis: Analysis,
  before: readonly (readonly number[])[],
  wave: readonly number[],
  numbers: ReadonlyMap<string, number>,
): PictureLine[] {
  const key = (from: number | undefined, to: number | undefined): string => `${from} ${to}`;
  const path = analysis.criticalPath?.tasks ?? [];
  const critical = new Set(
    path.slice(1).map((id, index) => key(numbers.get(path[index] ?? ''), numbers.get(id))),
  );
  const redundant = new Set(
    analysis.redundant.map(({ task, dependency }) => key(numbers.get(dependency), numbers.get(task))),
  );
  const kindOf = (from: number, to: number): PictureLine['kind'] => {
    if ((wave[from] ?? 0) >= (wave[to] ?? 0)) return 'back';
    if (critical.has(key(from, to))) return 'critical';
    return redundant.has(key(from, to)) ? 'redundant' : 'plain';
  };
  return before.flatMap((list, to) => list.map((from) => ({ from, to, kind: kindOf(from, to) })));
}

/** Waves as if each cycle were cut where it is met first: at its first task in plan order. */
function wavesInSpiteOfCycles(before: readonly (readonly number[])[]): number[] {
  const after: number[][] = before.map(() => []);
  const unmet = before.map((list) => list.length);
  for (const [to, list] of before.entries()) for (const from of list) after[from]?.push(to);
  const wave = before.map(() => -1);
  const free = [...unmet.keys()].filter((number) => unmet[number] === 0);
  let next = 0;
  for (let placed = 0, taken = 0; placed < before.length; placed++) {
    let number = free[taken];
    if (number === undefined) {
      while (wave[next] !== -1) next++;
      number = next;
    } else taken++;
    if (wave[number] !== -1) {
      placed--;
      continue;
    }
    wave[number] = 1 + (before[number] ?? []).reduce((most, from) => Math.max(most, wave[from] ?? -1), -1);
    for (const to of after[number] ?? []) {
      unmet[to] = (unmet[to] ?? 0) - 1;
      if (unmet[to] === 0) free.push(to);
    }
  }
  return wave;
}
