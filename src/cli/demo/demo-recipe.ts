/** How the demo's scripted agents behave: durations that vary, tokens, one failure and one conflict. Knows nothing of files on disk. */
import { type DemoTask, demoTasks, folderOf } from './demo-plan.ts';

/** The gate refuses its first result. */
export const FAILING = {
  id: 'T-036',
  file: 'check.txt',
  finding: 'a name such as ../x leaves the upload folder',
} as const;

/**
 * They write at the same place of the same file. As they are the first two that start, whatever the number of slots,
 * both start from a target without the other's line: two slots are enough for the conflict.
 */
export const CONFLICTING = { first: 'T-002', second: 'T-003', file: 'FEATURES.md' } as const;

// With 7 slots the artificial durations fill about 16 s; git, the agents' start and the gate take the rest of 25 s on two cores.
const MS_PER_HOUR = 150;
const TOKENS_PER_HOUR = 2_500;
/** What tasks take in proportion to their estimates: about log-normal, so that some surprise. */
const SURPRISE = [0.6, 1.25, 0.85, 1.6, 1, 0.7, 1.1];

/** One entry of the scripted agent's recipe. */
export interface SessionRecipe {
  readonly durationMs: number;
  readonly tokens: number;
  readonly fail?: { readonly attempts: readonly number[]; readonly file: string; readonly text: string };
  readonly conflict?: { readonly file: string; readonly with: string };
}

/** The recipe by task. @param speed durations are divided by it */
export function demoRecipe(speed: number): Readonly<Record<string, SessionRecipe>> {
  return Object.fromEntries(demoTasks.map((task, index) => [task.id, sessionRecipe(task, index, speed)]));
}

function sessionRecipe(task: DemoTask, index: number, speed: number): SessionRecipe {
  const { id, hours } = task;
  const surprise = SURPRISE[(index * 3) % SURPRISE.length] ?? 1;
  return {
    durationMs: Math.round((hours * MS_PER_HOUR * surprise) / speed),
    tokens: hours * TOKENS_PER_HOUR,
    ...(id === FAILING.id
      ? { fail: { attempts: [1], file: `${folderOf(task)}/${FAILING.file}`, text: FAILING.finding } }
      : {}),
    ...(id === CONFLICTING.first ? { conflict: { file: CONFLICTING.file, with: CONFLICTING.second } } : {}),
  };
}
