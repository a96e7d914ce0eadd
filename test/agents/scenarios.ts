/** What every real agent has to get through. The model is ours and knows the answers. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'vitest';
import { type CliResult, describeResult, type SeenEvent } from '../rig/cli-process.ts';
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

/** A model that begins and does not come to an end, until `goOn`: then it takes what is there for all. */
export function interruptedModel() {
  let answer: Answer = { run: 'echo half > A.txt; sleep 600' };
  return {
    answer: () => answer,
    goOn: () => {
      answer = { say: 'It is done.' };
    },
  };
}

/** Cancels a session in the middle of its command; what it had done is what `resume` goes on with. */
export async function interruptAndResume(
  project: Project,
  options: StartOptions,
  { goOn }: Pick<ReturnType<typeof interruptedModel>, 'goOn'>,
): Promise<void> {
  const cli = project.start(['run', await project.plan([{ id: 'A' }]), '--yes', '--json'], options);
  const { path = '' } = await cli.eventOf('workspace-prepared');
  await expect.poll(() => existsSync(join(path, 'A.txt')), { timeout: 120_000 }).toBe(true);
  cli.signal('SIGINT');
  await cli.eventOf('pause-requested');
  cli.signal('SIGINT');
  const paused = await cli.ended;
  expect(paused.code, describeResult(paused)).toBe(4);
  goOn();
  const resumed = await project.run(['resume', '--json'], options);
  expect(resumed.code, describeResult(resumed)).toBe(0);
  expect(await project.git('show', `tutti/${paused.events[0]?.run}:A.txt`)).toBe('half');
}

/** A model that begins each of three tasks and comes to no end, until `goOn`; then it says so, and what it remembers. */
export function killedModel() {
  const remembered = new Set<string>();
  /** Tasks that were told anew, with what is on their branch. */
  const told = new Set<string>();
  let isOver = false;
  return {
    remembered,
    told,
    goOn: () => {
      isOver = true;
    },
    answer: ({ prompt, earlier }: Question): Answer => {
      const task = /# ([ABC]):/.exec(prompt)?.[1];
      if (!isOver) return { run: `echo half > ${task}.txt; sleep 600` };
      if (task !== undefined && earlier.includes(`# ${task}:`)) remembered.add(task);
      else if (task !== undefined && prompt.includes('Your earlier work')) told.add(task);
      return { say: 'It is done.' };
    },
  };
}

/** Kills the engine while three sessions are at work; `resume` ends them, and goes on with what they had done. */
export async function killAndResume(
  project: Project,
  options: StartOptions,
  { goOn, remembered, told }: Pick<ReturnType<typeof killedModel>, 'goOn' | 'remembered' | 'told'>,
): Promise<void> {
  const tasks = [{ id: 'A' }, { id: 'B' }, { id: 'C' }];
  const cli = project.start(['run', await project.plan(tasks), '--yes', '--json'], options);
  const prepared = () => cli.soFar().events.filter(({ type }) => type === 'workspace-prepared');
  const hasBegun = ({ path = '', task }: SeenEvent): boolean => existsSync(join(path, `${task}.txt`));
  await expect.poll(() => prepared().filter(hasBegun).length, { timeout: 150_000, interval: 200 }).toBe(3);
  cli.signal('SIGKILL');
  const killed = await cli.ended;
  goOn();
  const resumed = await project.run(['resume', '--json'], options);
  expect(resumed.code, describeResult(resumed)).toBe(0);
  const target = `tutti/${killed.events[0]?.run}`;
  for (const { id } of tasks) expect(await project.git('show', `${target}:${id}.txt`)).toBe('half');
  expect([...remembered, ...told].sort()).toEqual(['A', 'B', 'C']);
}

/** Runs a plan whose quota is used up: it waits, has started nothing more, and can be stopped meanwhile. */
export async function waitForQuota(project: Project, options: StartOptions): Promise<SeenEvent> {
  const cli = project.start(['run', await project.plan([{ id: 'A' }]), '--yes', '--json'], options);
  const limited = await cli.eventOf('agent-limited');
  cli.signal('SIGINT');
  const paused = await cli.ended;
  expect(paused.code, describeResult(paused)).toBe(4);
  expect(paused.events.filter(({ type }) => type === 'attempt-started')).toHaveLength(1);
  const { failure } = paused.events.find(({ type }) => type === 'attempt-failed') ?? {};
  expect([failure?.reason, limited.because]).toEqual(['quota-exhausted', 'quota']);
  expect(Number(limited.until)).toBeGreaterThan(Number(limited.at));
  return limited;
}

/** Runs a plan whose service refuses: the run pauses before it has started one session after the other for nothing. */
export async function stopAtRefusal(project: Project, options: StartOptions): Promise<SeenEvent | undefined> {
  const plan = await project.plan([{ id: 'A' }, { id: 'B' }, { id: 'C' }]);
  const paused = await project.run(['run', plan, '--yes', '--json'], options);
  expect(paused.code, describeResult(paused)).toBe(4);
  expect(paused.events.filter(({ type }) => type === 'attempt-started').length).toBeLessThanOrEqual(2);
  const fault = paused.events.find(({ type }) => type === 'fault-raised');
  expect(fault).toMatchObject({ code: 'agent-refused' });
  return fault;
}

/** A service that is overloaded when it is first asked, twice, and then works. */
export function overloadedModel(refusal: Extract<Answer, { status: number }>) {
  let refused = 0;
  return ({ ran }: Question): Answer => {
    if (refused++ < 2) return refusal;
    return ran === 0 ? { run: 'echo A > A.txt' } : { say: 'Done.' };
  };
}

/** Runs a task with such a service and without any retry: what is overloaded is not charged. */
export async function outlastOverload(project: Project, options: StartOptions): Promise<void> {
  const ended = await project.run(['run', await project.plan([{ id: 'A' }]), '--yes', '--json'], options);
  expect(ended.code, describeResult(ended)).toBe(0);
  const failures = ended.events.flatMap(({ failure }) => (failure === undefined ? [] : [failure.reason]));
  expect(failures).toEqual(['rate-limited', 'rate-limited']);
}
