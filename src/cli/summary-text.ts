/** How a run ended, in a few lines: what is done, what needs somebody, what to do next. */
import { roughDuration } from '../core/duration.ts';
import type { AttemptRecord } from '../core/estimates/attempt-record.ts';
import { calibrationOf } from '../core/estimates/calibration.ts';
import type { RunState } from '../core/run-state.ts';
import { budgetText } from '../view/budget-text.ts';
import { calibrationText } from '../view/calibration-text.ts';
import { gateView, unverifiedText } from '../view/gate-text.ts';
import { nextSteps, tasksInNeed } from '../view/next-steps.ts';
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
  return [...lines, ...stepLines(state, merged)];
}

function headline({ run, record }: RunState): string {
  if (record.phase !== 'ended') return `run ${run} is paused (${record.reason || 'no reason given'})`;
  return record.outcome === 'all-done' ? `run ${run}: all done` : `run ${run} has ended with tasks not done`;
}

function attentionLines(tasks: readonly TaskView[]): string[] {
  return tasksInNeed(tasks, null).flatMap(({ task, status, why, steps }) => [
    `  ${task} ${status}: ${fitted(why, 120)}`,
    ...steps.map(({ purpose, command }) => `      ${purpose}: ${command}`),
  ]);
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

function unverifiedLine(state: RunState, merged: number): string[] {
  const text = unverifiedText(gateView(state), merged);
  return text === '' ? [] : [`  ${text}`];
}

function spentLine({ budget }: RunView): string[] {
  const text = budgetText(budget);
  return text === '' ? [] : [`  ${text}`];
}

function calibrationLine(records: readonly AttemptRecord[]): string[] {
  const text = calibrationText(calibrationOf(records));
  return text === '' ? [] : [`  estimates: ${text}`];
}

function stepLines(state: RunState, merged: number): string[] {
  const report = {
    purpose: 'tell',
    command: `tutti report ${state.run}`,
    about: '--format markdown or html for others',
  };
  return [...nextSteps(state, merged, false), report].map(({ purpose, command, about }) => {
    const remark = about === '' ? '' : `     (${about})`;
    return `  ${`${purpose}:`.padEnd(8)}${command}${remark}`;
  });
}
