/** Runs that nobody works on: their plans, and what becomes of each attempt. Who tells them, and how fast, is not known here. */
import type { Command } from '../src/core/command.ts';
import { plannedEstimate } from '../src/core/estimate.ts';
import type { Event, EventBody, RunCreated } from '../src/core/event.ts';
import { type Commit, commit, makeTask, type Plan, runId, type Timestamp, taskId } from '../src/core/plan.ts';
import { planned, type RunState } from '../src/core/run-state.ts';
import { defaultScheduling } from '../src/core/settings.ts';

export const RUN = runId('20261121-0900-bench');

export interface Story {
  readonly name: string;
  readonly tasks: number;
  readonly slots: number;
  /** Reports of used tokens per session: an agent that works for a while sends many. */
  readonly usageReports: number;
}

type Start = Extract<Command, { readonly type: 'start-attempt' }>;

/** What becomes of an attempt: every third task fails twice. */
export function outcomeOf(
  state: RunState,
  command: Start,
  { usageReports }: Pick<Story, 'usageReports'>,
): EventBody[] {
  const { task, attempt, slot, branch, base } = command;
  const ids = { task, attempt };
  const ordinal = Number(attempt.slice(attempt.lastIndexOf('.') + 1));
  const process = {
    pid: 10_000 + slot,
    startTime: String(state.record.seq),
    bootId: 'b2f1c7a0',
    mark: `${RUN}/${attempt}`,
  };
  const began: EventBody[] = [
    { ...ids, type: 'workspace-prepared', path: `/state/worktrees/w${slot}/${branch.length}`, head: base },
    { ...ids, type: 'agent-launched', process },
  ];
  for (let report = 1; report <= usageReports; report++) {
    const usage = {
      inputTokens: 2_000 * report,
      outputTokens: 300 * report,
      cacheReadTokens: 9_000 * report,
    };
    began.push({ ...ids, type: 'usage-reported', usage });
  }
  const work = fakeCommit(state.record.seq);
  const position = state.graph.positions.get(task) ?? 0;
  began.push({ ...ids, type: 'verification-started', commit: work, commits: 2 });
  if (position % 3 === 0 && ordinal <= 2) {
    const failure = {
      reason: 'gate-failed',
      message: 'The gate step "npm test" ended with code 1.',
      feedback: `The end of its output:\n\n${planned(state, position).id}: 1 of 120 tests failed`,
    } as const;
    return [...began, { ...ids, type: 'attempt-failed', failure, commit: work }];
  }
  return [...began, { ...ids, type: 'attempt-succeeded', commit: work, commits: 2 }];
}

export const fakeCommit = (seq: number): Commit => commit(seq.toString(16).padStart(40, '0'));

export function createdEvent({ tasks, slots }: Story, at: Timestamp): Event & RunCreated {
  const plan = makePlan(tasks);
  return {
    seq: 1,
    at,
    type: 'run-created',
    run: RUN,
    plan,
    branches: plan.tasks.map(({ id }) => `feat/${id}`),
    estimates: plan.tasks.map(plannedEstimate),
    settings: {
      target: `tutti/${RUN}`,
      base: fakeCommit(0),
      ...defaultScheduling,
      slots,
      retries: 3,
      gate: [],
      agent: 'command',
      command: 'true',
      branchTemplate: 'feat/{id}',
      timeoutMs: 3_600_000,
      stallMs: 600_000,
      cwd: '/repository',
      land: false,
    },
  };
}

function makePlan(count: number): Plan {
  const tasks = Array.from({ length: count }, (_, position) =>
    makeTask({
      id: taskId(`T-${String(position + 1).padStart(6, '0')}`),
      title: `Task number ${position + 1}`,
      body: 'What the agent is told about it.',
      dependsOn: [position - 150, position - 233]
        .filter((dependency) => dependency >= 0)
        .map((dependency) => taskId(`T-${String(dependency + 1).padStart(6, '0')}`)),
    }),
  );
  return { name: 'Bench', source: 'plan.yaml', format: 'native', tasks, pools: {} };
}
