/** What the demo says before and after its run. Prints nothing. */
import { accessSync, constants, realpathSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import type { Event, RunOutcome } from '../../core/event.ts';
import { reportWidth, shellWord, wrapWords } from '../wrapped-text.ts';
import { demoTasks } from './demo-plan.ts';
import { CONFLICTING, FAILING } from './demo-recipe.ts';
import type { DemoRepository } from './demo-repository.ts';

/** What one is about to see. @param columns width of the terminal @param slots as the user chose them */
export function introText(columns: number, slots: number | undefined): string[] {
  const time = slots === undefined ? ' in about 25 seconds' : '';
  // With one slot no two are at work together: nothing can conflict.
  const conflict = slots === 1 ? '' : ` ${CONFLICTING.first} and ${CONFLICTING.second} conflict,`;
  const text = [
    `${demoTasks.length} tasks${time}. Only the agents are scripted (no model, no network); the rest is real:`,
    'each task gets a git worktree, a gate checks what its agent made, a merge queue brings it into one branch.',
    'The plan speaks of hours, which pass in fractions of a second: its forecasts do not.',
    `Not all goes well:${conflict} the gate refuses ${FAILING.id}. Watch their agents mend that.`,
  ];
  return [wrapWords(text.join(' '), reportWidth(columns)), ''];
}

/** What became of the demo's run. */
export interface DemoEnd {
  readonly repository: Pick<DemoRepository, 'path' | 'folder' | 'stateDir'>;
  /** The state folder of the repository when that is not inside `repository.folder`. */
  readonly stateElsewhere: string | undefined;
  readonly target: string;
  /** Undefined: it is paused. */
  readonly outcome: RunOutcome | undefined;
  readonly events: Iterable<Event>;
  readonly env: Readonly<Record<string, string | undefined>>;
}

/** Where to look and what to try next; each command works as it is when copied into a shell. */
export function closingText(end: DemoEnd, tutti: TuttiCommand): string[] {
  const { repository, outcome } = end;
  const inside = `cd ${shellWord(repository.path)} && ${stateVariable(end)}tutti`;
  const steps = outcome === 'all-done' ? lookAround(end, inside) : goOn(outcome, inside);
  const doomed = [repository.folder, ...(end.stateElsewhere === undefined ? [] : [end.stateElsewhere])];
  return [
    '',
    ...(tutti.alias === undefined
      ? []
      : [...entry('`tutti` is not on your PATH; for this shell, first:', tutti.alias)]),
    ...steps,
    ...(outcome === 'all-done'
      ? entry('Next, in a repository of yours:', 'tutti init', 'tutti run PLAN')
      : []),
    ...entry('The demo’s folder stays until you delete it:', `rm -rf ${doomed.map(shellWord).join(' ')}`),
  ];
}

const entry = (why: string, ...commands: readonly string[]): string[] => [
  why,
  ...commands.map((command) => `  ${command}`),
];

/** The demo's configuration names its state folder; only this variable goes before that. */
const stateVariable = ({ repository: { stateDir }, env }: DemoEnd): string =>
  stateDir !== undefined && env.TUTTI_STATE_DIR ? `TUTTI_STATE_DIR=${shellWord(stateDir)} ` : '';

function goOn(outcome: RunOutcome | undefined, inside: string): string[] {
  if (outcome === undefined) return entry('Nothing is lost; it goes on with:', `${inside} resume`);
  return entry('What is not done, and why:', `${inside} status`);
}

function lookAround({ repository, target, events }: DemoEnd, inside: string): string[] {
  const mishaps = findMishaps(events);
  return [
    ...entry(
      'What came of it, as git has it:',
      `git -C ${shellWord(repository.path)} log --graph --oneline ${target}`,
    ),
    ...mishaps.flatMap(({ task, what }) => entry(`${what}:`, `${inside} why ${task}`)),
  ];
}

/** The first result that a gate refused and the first merge that conflicted, as they really were in this run. */
function findMishaps(events: Iterable<Event>): { readonly task: string; readonly what: string }[] {
  const found = new Map<string, { readonly task: string; readonly what: string }>();
  for (const event of events) {
    if (event.type !== 'attempt-failed' && event.type !== 'integration-failed') continue;
    const { reason } = event.failure;
    const what = mishapWords[reason];
    if (what !== undefined && !found.has(reason))
      found.set(reason, { task: event.task, what: what(event.task) });
  }
  return [...found.values()];
}

const mishapWords: Readonly<Record<string, (task: string) => string>> = {
  'gate-failed': (task) => `How the gate refused ${task} and its next session mended it`,
  'merge-conflict': (task) => `How ${task} conflicted and was merged after all`,
};

export interface TuttiCommand {
  /** Makes `tutti` this very program in a shell that does not find it. */
  readonly alias: string | undefined;
}

/** Whether the user's shell finds this program under its name. @param script the file that was started */
export function findTutti(script: string, env: Readonly<Record<string, string | undefined>>): TuttiCommand {
  const own = realPath(script);
  // What npm adds to the PATH of its scripts is not in the user's shell.
  const folders = (env.PATH ?? '').split(delimiter).filter((folder) => !folder.includes('node_modules'));
  const first = folders.map((folder) => join(folder, 'tutti')).find(isExecutable);
  if (first !== undefined && realPath(first) === own) return { alias: undefined };
  const words = [process.execPath, own].map(shellWord).join(' ');
  return { alias: `alias tutti=${shellWord(words)}` };
}

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

function realPath(file: string): string {
  try {
    return realpathSync(file);
  } catch {
    return file;
  }
}
