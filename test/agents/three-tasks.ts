/** What every real agent has to get through: three tasks with a conflict and a failing gate. The model is ours and knows the answers. */
import { expect } from 'vitest';
import { type CliResult, describeResult } from '../rig/cli-process.ts';
import { proveTarget } from '../rig/git-proof.ts';
import type { Answer, Question } from '../rig/model-server.ts';
import type { Project, StartOptions } from '../rig/project.ts';

export const threeTasksGate = ['! grep -s BROKEN C.txt'];

/** A and B write one file differently, C breaks the gate; told so, it mends both. */
export function threeTasksModel({ prompt, ran }: Question): Answer {
  if (ran > 0) return { say: 'Done.' };
  const task = /^# (\S+):/m.exec(prompt)?.[1];
  if (prompt.includes('Resolve a merge conflict')) return { run: "printf 'A\\nB\\n' > shared.txt" };
  if (prompt.includes('What went wrong last time')) return { run: 'echo right > C.txt' };
  return {
    run: task === 'C' ? 'echo BROKEN > C.txt' : `echo ${task} > shared.txt; echo ${task} > ${task}.txt`,
  };
}

/** Runs the plan and looks at all that has to come of it. */
export async function runThreeTasks(project: Project, options: StartOptions): Promise<CliResult> {
  const base = await project.git('rev-parse', 'HEAD');
  const tasks = [{ id: 'A' }, { id: 'B' }, { id: 'C', dependsOn: ['A', 'B'] }];
  const ended = await project.run(['run', await project.plan(tasks), '--yes', '--json'], options);
  expect(ended.code, describeResult(ended)).toBe(0);
  const target = `tutti/${ended.events[0]?.run}`;
  expect(await project.git('show', `${target}:shared.txt`)).toBe('A\nB');
  expect(await project.git('show', `${target}:C.txt`)).toBe('right');
  const reasons = ended.events.flatMap(({ failure }) => (failure === undefined ? [] : [failure.reason]));
  expect(reasons.sort()).toEqual(['gate-failed', 'merge-conflict']);
  await proveTarget(project, target, { planName: 'Test', tasks, base });
  return ended;
}
