/** One measurement of claim (g), as a process of its own: takes a random plan through a whole run in memory, prints what that took as JSON. */
import { performance } from 'node:perf_hooks';
import { plannedEstimate } from '../src/core/estimate.ts';
import type { Event, EventBody } from '../src/core/event.ts';
import {
  type AttemptId,
  commit,
  makeTask,
  type Plan,
  runId,
  type TaskId,
  taskId,
  trailerValue,
} from '../src/core/plan.ts';
import { createRun, reduce } from '../src/core/reduce.ts';
import { schedule } from '../src/core/schedule.ts';
import { defaultScheduling } from '../src/core/settings.ts';
import { intentOf } from '../src/engine/intent.ts';

const SLOTS = 20;
const [, , countText, workspace] = process.argv;
const count = Number(countText);
/** Tasks that do nothing leave no branch to merge; the others go through the merge queue. */
const isMerged = workspace === 'worktree';

/** Park and Miller's: a plan is the same at each measurement. */
let seed = 7;
function random(below: number): number {
  seed = (seed * 48_271) % 2_147_483_647;
  return seed % below;
}

/** A tenth needs a pool, a fifth shares folders with others, all say which files they touch. */
function randomPlan(): Plan {
  const folders = Math.ceil(count / 50);
  const tasks = Array.from({ length: count }, (_, position) =>
    makeTask({
      id: taskId(`T-${position}`),
      dependsOn:
        position < 2
          ? []
          : [...new Set([random(position), random(position)])].map((other) => taskId(`T-${other}`)),
      estimate: { durationMs: 60_000 * (1 + random(60)), tokens: 1 + random(1000) },
      workspace: isMerged ? 'worktree' : 'none',
      files: [random(5) === 0 ? `src/shared-${random(folders)}/**` : `src/part-${position}/**`],
      pools: random(10) === 0 ? { database: 1 + random(2) } : {},
    }),
  );
  return { name: 'Bench', source: 'plan.yaml', format: 'native', tasks, pools: { database: 3 } };
}

/** As a run's journal gives it: no string that was put together a moment ago. */
const plan = JSON.parse(JSON.stringify(randomPlan())) as Plan;
const settings = {
  ...defaultScheduling,
  target: 'tutti/bench',
  base: commit('base'),
  slots: SLOTS,
  pools: plan.pools,
  budget: { ...defaultScheduling.budget, tokens: count * 2000 },
  retries: 3,
  gate: [],
  agent: 'command',
  branchTemplate: '{id}',
  timeoutMs: 1,
  stallMs: 1,
  cwd: '/',
  land: false,
};
const branches = plan.tasks.map(({ id }) => `feat/${id}`);
const estimates = plan.tasks.map(plannedEstimate);

const start = performance.now();
const created = { type: 'run-created', run: runId('bench'), plan, settings, branches, estimates } as const;
const state = createRun({ ...created, seq: 1, at: 0 });
/** What runs, the oldest first. */
const running: { readonly task: TaskId; readonly attempt: AttemptId }[] = [];
/** In place: a journal would give a whole event, and what copying takes is not the engine's. */
const apply = (body: EventBody): void => {
  const event = body as { -readonly [Key in keyof Event]: Event[Key] };
  event.seq = state.record.seq + 1;
  event.at = state.record.at + 1;
  reduce(state, event as Event);
};
while (state.record.phase === 'running') {
  for (const command of schedule(state, state.record.at)) {
    apply(intentOf(command));
    if (command.type === 'start-attempt') running.push({ task: command.task, attempt: command.attempt });
    if (command.type === 'integrate')
      apply({ type: 'task-integrated', task: command.task, commit: commit(trailerValue('b', command.task)) });
  }
  const next = running.shift();
  if (next === undefined) continue;
  const { task, attempt } = next;
  apply({
    type: 'usage-reported',
    task,
    attempt,
    usage: { inputTokens: 10, outputTokens: 1, cacheReadTokens: 0 },
  });
  apply({
    type: 'attempt-succeeded',
    task,
    attempt,
    commit: isMerged ? commit('work') : null,
    commits: isMerged ? 1 : 0,
  });
}
const elapsedMs = performance.now() - start;
if (state.index.counts.done !== count) throw new Error(`${state.index.counts.done} of ${count} are done`);
console.log(JSON.stringify({ elapsedMs, events: state.record.seq }));
