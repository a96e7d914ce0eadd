/** How a run ended, in a few lines: what is done, what needs somebody, what to do next. */
import { shortOfBudget } from '../core/announcements.ts';
import { roughDuration } from '../core/duration.ts';
import type { AttemptRecord } from '../core/estimates/attempt-record.ts';
import { calibrationOf } from '../core/estimates/calibration.ts';
import { planned, type RunState } from '../core/run-state.ts';
import { budgetText } from '../view/budget-text.ts';
import { fitted } from '../view/plain-text.ts';
import { type RunView, runView, type TaskView } from '../view/run-view.ts';

/** @param attempts what the run's attempts took, to judge its estimates by */
export function summaryText(state: RunState, now: number, attempts: readonly AttemptRecord[] = []): string[] {
  const view = runView(state, now);
  const { counts } = view;
  // Sessions that were cut off by a pause or a crash are nobody's failure.
  const retried = state.tasks.filter(({ charged }) => charged > 1).length;
  const merged = view.tasks.filter(({ commit, status }) => commit !== null && status === 'done').length;
  const lines = [
    '',
    `${headline(state)} in ${roughDuration(view.elapsedMs)}: ${counts.done} done (${merged} merged), ${counts.skipped} skipped, ${retried} needed more than one session`,
    ...attentionLines(view.tasks),
    ...blockedLine(view.tasks),
    ...unverifiedLine(state, merged),
    ...calibrationLine(attempts),
    ...spentLine(view),
  ];
  return [...lines, ...nextSteps(state, merged)];
}

function headline({ run, record }: RunState): string {
  if (record.phase !== 'ended') return `run ${run} is paused (${record.reason || 'no reason given'})`;
  return record.outcome === 'all-done' ? `run ${run}: all done` : `run ${run} has ended with tasks not done`;
}

function attentionLines(tasks: readonly TaskView[]): string[] {
  const needing = tasks.filter(({ status }) => status === 'needs-attention' || status === 'needs-review');
  return needing.map((task) => {
    const output = task.failure === null ? '' : `\n      what was printed: tutti logs ${task.id}`;
    const where =
      task.workspace === null ? '' : `\n      mend it in ${task.workspace}, then: tutti resolve ${task.id}`;
    return `  ${task.id} ${task.status}: ${fitted(task.failure ?? 'its plan says that a person does it', 120)}${output}${where}`;
  });
}

function blockedLine(tasks: readonly TaskView[]): string[] {
  const blocked = tasks.filter(({ status }) => status === 'blocked');
  if (blocked.length === 0) return [];
  const ids = blocked
    .slice(0, 10)
    .map(({ id }) => id)
    .join(', ');
  return [`  blocked: ${ids}${blocked.length > 10 ? ` and ${blocked.length - 10} more` : ''}`];
}

/** Nobody should take a result for verified by a step that has never passed. */
function unverifiedLine({ record, settings }: RunState, merged: number): string[] {
  if (merged === 0 || settings.gate.length === 0 || record.baselineRed.length === 0) return [];
  const steps = record.baselineRed.map((name) => `"${name}"`).join(', ');
  const all = record.baselineRed.length === settings.gate.length ? ': nothing was verified' : '';
  return [
    `  the gate has never passed ${steps} on the target${all}. Mend it and run it on the result yourself.`,
  ];
}

function spentLine({ budget }: RunView): string[] {
  const text = budgetText(budget);
  return text === '' ? [] : [`  ${text}`];
}

/** Of fewer attempts nothing can be said. */
const LEAST_TO_JUDGE = 5;

/** How well the estimates held: of ten P90s nine should. */
function calibrationLine(records: readonly AttemptRecord[]): string[] {
  const { attempts, held, ratio } = calibrationOf(records);
  if (attempts < LEAST_TO_JUDGE) return [];
  return [
    `  estimates: the P90 held for ${held} of ${attempts} attempts (9 in 10 is right); ${ratioText(ratio)}`,
  ];
}

/** Beyond ten times nobody wants to know how often. */
function ratioText(ratio: number): string {
  if (ratio < 0.1) return 'they were far too high: half of the attempts took less than a tenth';
  if (ratio > 10) return 'they were far too low: half of the attempts took more than ten times as long';
  return `half took more than ${Number(ratio.toPrecision(2))} × their estimate`;
}

/** What an engine has to be told so that it does not pause again at once. */
function resumeWith(state: RunState): string {
  if (shortOfBudget(state) !== undefined) return `${state.run} --budget N`;
  const ready = state.tasks.flatMap(({ status, paused }, position) =>
    status === 'ready' ? [{ paused, position }] : [],
  );
  const [first] = ready;
  return first !== undefined && ready.every(({ paused }) => paused)
    ? planned(state, first.position).id
    : state.run;
}

function nextSteps(state: RunState, merged: number): string[] {
  const { run, record, settings } = state;
  const steps: string[] = [];
  if (record.phase !== 'ended') steps.push(`  go on:  tutti resume ${resumeWith(state)}`);
  if (merged > 0) {
    steps.push(`  look:   git log --graph --oneline ${settings.target}`);
    steps.push(`  take:   tutti land ${run}     (fast-forwards your branch)`);
    if (record.phase === 'ended')
      steps.push('  tidy:   tutti clean    (worktrees and branches whose work has landed)');
  }
  return steps;
}
