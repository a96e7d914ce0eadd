/** The recipe a user writes for a scripted agent, and how the script of one session follows from it. */
import { createHash } from 'node:crypto';
import { type Problem, problem } from '../core/problem.ts';
import type { SessionRequest } from '../ports/agent.ts';
import { type Disobedience, type PlannedFile, type Script, SHARED_LINE } from './scripted-script.ts';

/** In which sessions something happens: all, or those with these ordinals (1 is the first on the task). */
export type Sessions = true | { readonly attempts: readonly number[] };

/** How a session goes. Everything is optional; without anything it makes the planned commits at once. */
export interface TaskRecipe {
  /** Spread evenly over its commits, in milliseconds. */
  readonly durationMs?: number;
  /** Reported evenly over its commits. */
  readonly tokens?: number;
  /** In these sessions a file contains `text` (default BROKEN), which a gate can look for; in all others it does not. */
  readonly fail?: { readonly attempts: readonly number[]; readonly file?: string; readonly text?: string };
  /** Both this task and `with` write a line at the same place of `file`. */
  readonly conflict?: { readonly file: string; readonly with: string };
  /** Kills itself (SIGKILL) after half of its commits. */
  readonly crash?: Sessions;
  /** Falls silent for ever after half of its commits. */
  readonly stall?: Sessions;
  /** Changes nothing. */
  readonly empty?: Sessions;
  /** Its exit code. */
  readonly exit?: number;
  /** Leaves its last planned commit as an uncommitted change. */
  readonly leaveUncommitted?: boolean;
  readonly disobey?: Disobedience;
}

/** How all sessions go, and what is different for single tasks (by id). */
export interface Recipe extends TaskRecipe {
  readonly tasks?: Readonly<Record<string, TaskRecipe>>;
}

/** The script of a session: depends on the recipe, the task and the session's ordinal, on nothing else. */
export function writeScript(
  recipe: Recipe,
  { task, ordinal }: Pick<SessionRequest, 'task' | 'ordinal'>,
): Script {
  const { tasks = {}, ...general } = recipe;
  const own: TaskRecipe = { ...general, ...tasks[task.id] };
  const conflictFile = own.conflict?.file ?? conflictWith(tasks, task.id);
  return {
    task: task.id,
    workspace: task.workspace,
    commits: [...plannedFiles(task), ...checkFile(task, own.fail, ordinal)],
    ...(conflictFile === undefined
      ? {}
      : { sharedLine: { file: conflictFile, line: `${SHARED_LINE}${oneLine(task.id)}` } }),
    durationMs: own.durationMs ?? 0,
    tokens: own.tokens ?? task.estimate.tokens ?? 0,
    crash: happens(own.crash, ordinal),
    stall: happens(own.stall, ordinal),
    empty: happens(own.empty, ordinal),
    exit: own.exit ?? 0,
    leaveUncommitted: own.leaveUncommitted ?? false,
    ...(own.disobey === undefined ? {} : { disobey: own.disobey }),
  };
}

const happens = (when: Sessions | undefined, ordinal: number): boolean =>
  when === true || (when?.attempts.includes(ordinal) ?? false);

const conflictWith = (tasks: Readonly<Record<string, TaskRecipe>>, id: string): string | undefined =>
  Object.values(tasks).find(({ conflict }) => conflict?.with === id)?.conflict?.file;

/** One file a commit: sessions of other tasks never touch it, so that the final tree does not depend on their order. */
function plannedFiles(task: SessionRequest['task']): readonly PlannedFile[] {
  const listed = task.outline.flatMap(({ commits }) => commits);
  const subjects = listed.length > 0 ? listed : [task.title];
  const folder = folderOf(task);
  return subjects.map((text, index) => {
    const number = String(index + 1).padStart(2, '0');
    const subject = oneLine(text) || oneLine(task.id);
    return {
      subject,
      file: `${folder}${number}.txt`,
      content: `${oneLine(task.id)} ${number}\n${subject}\n`,
    };
  });
}

/** Also where the recipe wants no failure in this session the file is written: then all sessions end in the same tree. */
function checkFile(
  task: SessionRequest['task'],
  fail: TaskRecipe['fail'],
  ordinal: number,
): readonly PlannedFile[] {
  if (!fail) return [];
  const broken = fail.attempts.includes(ordinal);
  return [
    {
      subject: broken ? `Check ${oneLine(task.id)}` : `Mend the check of ${oneLine(task.id)}`,
      file: fail.file ?? `tasks/${safeName(task.id)}/check.txt`,
      content: `${broken ? (fail.text ?? 'BROKEN') : 'passes'}\n`,
    },
  ];
}

/** A folder that the task declares as all its own (`src/cart/**`), else one named after it. */
function folderOf({ id, files }: SessionRequest['task']): string {
  const declared = files.find((glob) => /^[\w@-][\w@.-]*(\/[\w@-][\w@.-]*)*\/\*\*(\/\*)?$/.test(glob));
  const name = safeName(id);
  return declared === undefined ? `tasks/${name}/` : `${declared.replace(/\/\*.*$/, '')}/${name}-`;
}

/** An id as part of a file name; ids that are not safe as they are get a hash, so that no two become one. */
export function safeName(id: string): string {
  const safe = id
    .replace(/[^\w.-]/g, '_')
    .replace(/^[.-]+/, '_')
    .slice(0, 60);
  return safe === id ? id : `${safe}-${createHash('sha256').update(id).digest('hex').slice(0, 8)}`;
}

const oneLine = (text: string): string => text.replace(/[\r\n\0]+/g, ' ').trim();

const taskKeys = new Set(
  'durationMs tokens fail conflict crash stall empty exit leaveUncommitted disobey'.split(' '),
);

/** What is wrong with a recipe from a configuration; empty when it can be used. */
export function checkRecipe(agent: string, recipe: unknown): readonly Problem[] {
  const wrong = (message: string): Problem =>
    problem(
      'invalid-config',
      `Agent ${agent}: ${message}`,
      `A recipe knows ${[...taskKeys, 'tasks'].join(', ')}.`,
    );
  const keysOf = (value: unknown, where: string): readonly Problem[] => {
    if (typeof value !== 'object' || value === null) return [wrong(`${where} has to be a map.`)];
    return Object.keys(value)
      .filter((key) => !taskKeys.has(key))
      .map((key) => wrong(`${where} does not know ${key}.`));
  };
  if (typeof recipe !== 'object' || recipe === null) return [wrong('recipe has to be a map.')];
  const { tasks = {}, ...general } = recipe as { readonly tasks?: object };
  return [
    ...keysOf(general, 'recipe'),
    ...Object.entries(tasks).flatMap(([id, value]) => keysOf(value, `recipe.tasks.${id}`)),
  ];
}
