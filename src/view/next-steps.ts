/** What people can do next, as commands to copy: about tasks that need somebody, and about the run. The same on every screen. */
import { shortOfBudget } from '../core/announcements.ts';
import type { TaskId } from '../core/plan.ts';
import { planned, type RunState } from '../core/run-state.ts';
import { plainText } from './plain-text.ts';
import type { TaskView } from './run-view.ts';
import { shellWord } from './shell-word.ts';

export interface NextStep {
  readonly purpose: string;
  readonly command: string;
  /** What the command does, where its name does not say it; else empty. */
  readonly about: string;
}

const step = (purpose: string, command: string, about = ''): NextStep => ({ purpose, command, about });

/** A task that needs a person. */
export interface TaskInNeed {
  readonly task: TaskId;
  readonly title: string;
  readonly status: 'needs-attention' | 'needs-review';
  readonly why: string;
  readonly branch: string | null;
  /** Where it can be mended. */
  readonly workspace: string | null;
  readonly steps: readonly NextStep[];
}

/** @param run named in the commands; null where they mean this run without that */
export function tasksInNeed(tasks: readonly TaskView[], run: string | null): TaskInNeed[] {
  return tasks.flatMap((task) => {
    const { id, title, status, failure, branch, workspace } = task;
    if (status !== 'needs-attention' && status !== 'needs-review') return [];
    const why = failure ?? 'its plan says that a person does it';
    return [{ task: id, title, status, why, branch, workspace, steps: stepsFor(task, run) }];
  });
}

function stepsFor({ id, failure, workspace }: TaskView, run: string | null): NextStep[] {
  const of = `${shellWord(plainText(id))}${run === null ? '' : ` --run ${run}`}`;
  return [
    ...(failure === null ? [] : [step('what was printed', `tutti logs ${of}`)]),
    ...(workspace === null ? [] : [step(`mend it in ${workspace}, then`, `tutti resolve ${of}`)]),
    ...(failure === null ? [] : [step('or let an agent try again', `tutti retry ${of}`)]),
  ];
}

/**
 * What can be done with a run as a whole.
 * @param merged tasks whose work is in the target
 * @param isLive an engine is at work on it
 */
export function nextSteps(state: RunState, merged: number, isLive: boolean): NextStep[] {
  const { run, record, settings } = state;
  const isOver = record.phase === 'ended';
  const target = shellWord(plainText(settings.target));
  return [
    ...(isLive ? [step('watch', `tutti status ${run}`)] : []),
    ...(isLive || isOver ? [] : [step('go on', `tutti resume ${resumeWith(state)}`)]),
    ...(merged === 0 ? [] : [step('look', `git log --graph --oneline ${target}`)]),
    ...(merged === 0 || isLive ? [] : [step('take', `tutti land ${run}`, 'fast-forwards your branch')]),
    ...(merged > 0 && isOver
      ? [step('tidy', 'tutti clean', 'worktrees and branches whose work has landed')]
      : []),
  ];
}

/** What an engine has to be told so that it does not pause again at once. */
function resumeWith(state: RunState): string {
  if (shortOfBudget(state) !== undefined) return `${state.run} --budget N`;
  const ready = state.tasks.flatMap(({ status, paused }, position) =>
    status === 'ready' ? [{ paused, position }] : [],
  );
  const [first] = ready;
  return first !== undefined && ready.every(({ paused }) => paused)
    ? shellWord(plainText(planned(state, first.position).id))
    : state.run;
}
