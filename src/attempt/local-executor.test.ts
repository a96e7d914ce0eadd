import { describe, expect, it } from 'vitest';
import {
  FakeGate,
  FakeHistory,
  FakeTarget,
  FakeWorkspaces,
  type StepAnswer,
} from '../../test/fakes/git-world.ts';
import { createdEvent } from '../../test/rig/story.ts';
import { attemptId, commit, makeTask, runId, type Task, taskId } from '../core/plan.ts';
import type { AgentDriver, AgentEvent, Refusal, SessionEnd, SessionRequest } from '../ports/agent.ts';
import type { AttemptReport, AttemptRequest } from '../ports/executor.ts';
import { createVerifier } from '../verification/verifier.ts';
import { createLocalExecutor } from './local-executor.ts';

const ok: SessionEnd = { reason: 'exited', exitCode: 0, signal: null, tail: '' };
const launched: AgentEvent = {
  type: 'launched',
  process: { pid: 7, startTime: '1', bootId: 'b', mark: 'r1/T-1.1' },
};

interface Scene {
  readonly task?: Partial<Task>;
  readonly end?: SessionEnd;
  readonly events?: readonly AgentEvent[];
  readonly steps?: Record<string, StepAnswer>;
  readonly request?: Partial<AttemptRequest>;
  /** Aborts when this report has been seen. */
  readonly abortAfter?: AttemptReport['type'];
}

function setUp(scene: Scene) {
  const sessions: SessionRequest[] = [];
  const driver: AgentDriver = {
    name: 'fake',
    async *start(request) {
      sessions.push(request);
      yield launched;
      yield* scene.events ?? [];
      yield { type: 'ended', end: scene.end ?? ok };
    },
  };
  const workspaces = new FakeWorkspaces();
  const history = new FakeHistory();
  const gate = new FakeGate(scene.steps);
  const ended: string[] = [];
  const end = (mark: string): Promise<'ended'> => {
    ended.push(mark);
    return Promise.resolve('ended');
  };
  let clock = 0;
  const executor = createLocalExecutor({
    agents: (name) => (name === 'fake' ? driver : undefined),
    clock: { monotonicMs: () => clock++, now: () => 0 },
    files: {
      log: (attempt) => `/log/${attempt}`,
      writePrompt: (attempt) => `/prompt/${attempt}`,
      ownFolder: (slot) => `/own/${slot}`,
    },
    history,
    env: { HOME: '/home' },
    slotVariables: (slot) => ({ TUTTI_SLOT: String(slot), TUTTI_PORT: '10280' }),
    workspaces,
    verifier: createVerifier({ gate, workspaces, target: new FakeTarget(commit('base')), env: {} }),
    processes: { end: ({ mark }) => end(mark), endMarked: end },
  });
  const task = makeTask({ id: taskId('T-1'), title: 'Add things', body: 'Do it.', ...scene.task });
  const { settings } = createdEvent({ name: 'Shop', source: '', format: '', tasks: [task], pools: {} });
  const request: AttemptRequest = {
    run: runId('r1'),
    planName: 'Shop',
    settings,
    task,
    attempt: attemptId(task.id, 1),
    ordinal: 1,
    kind: 'work',
    slot: 2,
    agent: 'fake',
    base: commit('base'),
    branch: 'feat/T-1',
    restart: false,
    baselineRed: [],
    dependencies: [],
    furtherDependencies: [],
    ...scene.request,
  };
  return { executor, request, workspaces, history, gate, sessions, ended };
}

async function attempt(scene: Scene, change: (set: ReturnType<typeof setUp>) => void = () => {}) {
  const set = setUp(scene);
  change(set);
  const controller = new AbortController();
  const reports: AttemptReport[] = [];
  for await (const report of set.executor.start(set.request, controller.signal)) {
    reports.push(report);
    if (report.type === scene.abortAfter) controller.abort('cancelled by request');
  }
  return { ...set, reports, types: reports.map(({ type }) => type), last: reports.at(-1) };
}

const reasonOf = (report: AttemptReport | undefined): string | undefined =>
  report?.type === 'attempt-failed' ? report.failure.reason : report?.type;

describe('an attempt in a worktree', () => {
  it('is cancelled when the preparation of its workspace is broken off', async () => {
    const { executor, request, workspaces } = setUp({});
    const controller = new AbortController();
    workspaces.acquire = ({ signal }) => {
      controller.abort('stopped');
      return Promise.reject(signal?.reason);
    };
    const reports: AttemptReport[] = [];
    for await (const report of executor.start(request, controller.signal)) reports.push(report);
    expect(reports.map(reasonOf)).toEqual(['cancelled']);
    expect(workspaces.calls).toEqual([]);
  });

  it('goes from its workspace to a verified commit, and gives the worktree back', async () => {
    const { reports, workspaces, gate } = await attempt({});
    expect(reports).toEqual([
      { type: 'workspace-prepared', task: 'T-1', attempt: 'T-1.1', path: '/w/feat/T-1', head: 'base' },
      { type: 'agent-launched', task: 'T-1', attempt: 'T-1.1', process: launched.process },
      { type: 'verification-started', task: 'T-1', attempt: 'T-1.1', commit: 'w1', commits: 1 },
      { type: 'attempt-succeeded', task: 'T-1', attempt: 'T-1.1', commit: 'w1', commits: 1 },
    ]);
    expect(workspaces.calls).toEqual([
      'acquire feat/T-1 continue',
      'conclude base: T-1: Add things',
      'audit',
      'unkeep feat/T-1',
      'release /w/feat/T-1',
    ]);
    expect(gate.ran).toEqual(['test@/w/feat/T-1']);
  });

  it('tells the agent what dependencies brought and what is on its branch', async () => {
    const dependency = {
      task: taskId('T-0'),
      title: 'Prices',
      outcome: 'done',
      commit: commit('m0'),
    } as const;
    const { sessions } = await attempt(
      { request: { ordinal: 2, dependencies: [dependency] } },
      ({ history }) => {
        history.works.set('m0', { subjects: ['feat: add prices'], files: [] });
        history.works.set('feat/T-1', { subjects: ['feat: half of it'], files: [] });
      },
    );
    expect(sessions[0]?.prompt).toContain('### T-0: Prices\n\n- feat: add prices\n');
    expect(sessions[0]?.prompt).toContain('## Your earlier work is on this branch\n\n- feat: half of it\n');
  });

  it('keeps the last words of the agent, on one line and bounded', async () => {
    const message = (text: string): AgentEvent => ({ type: 'message', text });
    const long = `All\tis \u001b[31mdone: ${'x'.repeat(700)}`;
    const { last } = await attempt({ events: [message('Looking.'), message(long)] });
    expect(last).toMatchObject({ summary: `All is done: ${'x'.repeat(586)}…` });
    expect((await attempt({ events: [message('\u0007')] })).last).not.toHaveProperty('summary');
  });

  it('tells the agent who it is, and marks its processes', async () => {
    const { sessions } = await attempt({ task: { title: 'A \0 title' } });
    expect(sessions[0]).toMatchObject({
      cwd: '/w/feat/T-1',
      mark: 'r1/T-1.1',
      promptFile: '/prompt/T-1.1',
      ownFolder: '/own/2',
      env: {
        HOME: '/home',
        TUTTI_RUN: 'r1',
        TUTTI_TASK: 'T-1',
        TUTTI_TITLE: 'A  title',
        TUTTI_ATTEMPT: '1',
        TUTTI_SLOT: '2',
        TUTTI_PORT: '10280',
        TUTTI_PROMPT_FILE: '/prompt/T-1.1',
      },
    });
  });

  it('tells the gate its slot and its ports, and nothing of the task', async () => {
    const seen: Readonly<Record<string, string>>[] = [];
    const look: StepAnswer = ({ env }) => {
      seen.push(env);
      return {};
    };
    await attempt({ steps: { test: look } });
    expect(seen).toEqual([{ TUTTI_SLOT: '2', TUTTI_PORT: '10280' }]);
  });

  it.each<[string, SessionEnd, string]>([
    ['a crash', { ...ok, reason: 'crashed', signal: 'SIGKILL', exitCode: null }, 'agent-crashed'],
    ['a time-out', { ...ok, reason: 'timed-out' }, 'timed-out'],
    ['a stall', { ...ok, reason: 'stalled' }, 'stalled'],
    ['a cancellation', { ...ok, reason: 'cancelled' }, 'cancelled'],
  ])('keeps the work of %s without judging it', async (_name, end, reason) => {
    const { last, gate, workspaces } = await attempt({ end });
    expect(reasonOf(last)).toBe(reason);
    expect(last).toMatchObject({ commit: 'w1' });
    expect(gate.ran).toEqual([]);
    expect(workspaces.calls).toContain('conclude base: T-1: Add things');
  });

  it('judges the result, not the exit code', async () => {
    expect(reasonOf((await attempt({ end: { ...ok, exitCode: 1 } })).last)).toBe('attempt-succeeded');
  });

  it.each<[string, object, Scene, string]>([
    ['an empty result', { changed: false, commits: 0 }, {}, 'empty-result'],
    ['an agent that failed', { changed: false, commits: 0 }, { end: { ...ok, exitCode: 2 } }, 'agent-failed'],
    ['conflict markers', { conflictMarkers: ['a.ts:3'] }, {}, 'conflict-markers'],
    ['a conflict without markers', { unresolved: { files: ['a.bin'], kept: 'k1' } }, {}, 'merge-conflict'],
    ['work done elsewhere', { changed: false, commits: 0, strayed: 'branch x' }, {}, 'left-workspace'],
    ['a gate that fails', {}, { steps: { test: () => ({ verdict: 'failed', exitCode: 1 }) } }, 'gate-failed'],
  ])('refuses %s', async (_name, work, scene, reason) => {
    const { last } = await attempt(scene, ({ workspaces }) => {
      workspaces.work = { ...workspaces.work, ...work };
    });
    expect(reasonOf(last)).toBe(reason);
  });

  it.each([126, 127])(
    'takes a shell that ends with %i and no change for a missing agent',
    async (exitCode) => {
      const set = setUp({ end: { ...ok, exitCode, tail: 'sh: ag: not found\n' } });
      set.workspaces.work = { ...set.workspaces.work, changed: false, commits: 0 };
      const consume = async (): Promise<void> => {
        for await (const _ of set.executor.start(set.request, new AbortController().signal));
      };
      await expect(consume()).rejects.toMatchObject({
        code: 'agent-missing',
        message: `The agent fake cannot be run (code ${exitCode}: sh: ag: not found).`,
      });
    },
  );

  it.each([
    [
      { reason: 'authentication', message: 'Please run /login' },
      'The agent fake is not logged in. It says: "Please run /login".',
      'Log in, then `tutti resume`.',
    ],
  ] as const)(
    'stops the run, its work committed, when the service says %j',
    async (refusal, message, fix) => {
      const set = setUp({ end: { ...ok, refusal } });
      const consume = async (): Promise<void> => {
        for await (const _ of set.executor.start(set.request, new AbortController().signal));
      };
      await expect(consume()).rejects.toMatchObject({ code: 'agent-refused', message, fix });
      expect(set.workspaces.calls.some((call) => call.startsWith('conclude'))).toBe(true);
    },
  );

  it.each<[Refusal, object]>([
    [{ reason: 'overloaded', message: '529' }, { reason: 'rate-limited' }],
    [
      { reason: 'overloaded', message: '429, retry after 20s' },
      { reason: 'rate-limited', until: 20_000 },
    ],
    [
      { reason: 'quota', message: 'used up', until: 5_000 },
      { reason: 'quota-exhausted', until: 5_000 },
    ],
    [
      { reason: 'quota', message: 'try again in 3 hours' },
      { reason: 'quota-exhausted', until: 3 * 3_600_000 },
    ],
    // In ten years: that was misread.
    [{ reason: 'quota', message: 'used up', until: 315_360_000_000 }, { reason: 'quota-exhausted' }],
    [{ reason: 'context', message: 'too long' }, { reason: 'context-exhausted' }],
    [{ reason: 'declined', message: 'no' }, { reason: 'declined' }],
  ])('keeps the work of a session that ended for %j', async (refusal, failure) => {
    const { last, gate } = await attempt({ end: { ...ok, refusal } });
    expect(last).toMatchObject({ type: 'attempt-failed', failure, commit: 'w1' });
    expect(last?.type === 'attempt-failed' && 'until' in last.failure).toBe('until' in failure);
    expect(gate.ran).toEqual([]);
  });

  it.each([
    ['/w/feat/T-1', { session: 's-1' }],
    ['/w/other', undefined],
  ])('goes on in an earlier session only in the worktree that it knows: %s', async (workspace, resume) => {
    const used = { inputTokens: 1, outputTokens: 1, cacheReadTokens: 1 };
    const { sessions } = await attempt({
      events: [{ type: 'session', session: 's-2' }],
      request: { resume: { session: 's-1', workspace, used, wasThrough: true }, feedback: 'It was red.' },
    });
    if (resume === undefined) expect(sessions[0]).not.toHaveProperty('resume');
    else expect(sessions[0]?.resume).toMatchObject(resume);
    if (resume) expect(sessions[0]?.resume?.prompt).toMatch(/not through with T-1.*It was red\./s);
    // Should the agent not have it any more, it is told everything.
    expect(sessions[0]?.prompt).toContain('# T-1: Add things');
  });

  it('tells everything again to one that was interrupted: it may not have written it down', async () => {
    const used = { inputTokens: 1, outputTokens: 1, cacheReadTokens: 1 };
    const resume = { session: 's-1', workspace: '/w/feat/T-1', used, wasThrough: false };
    const { sessions } = await attempt({ request: { resume } });
    expect(sessions[0]?.resume?.prompt).toMatch(
      /^You were interrupted\. Go on with T-1 .*# T-1: Add things/s,
    );
  });

  it('tells what the agent calls its session', async () => {
    const { reports } = await attempt({ events: [{ type: 'session', session: 's-2' }] });
    expect(reports).toContainEqual({
      type: 'session-opened',
      task: 'T-1',
      attempt: 'T-1.1',
      session: 's-2',
    });
  });

  it('takes no change for an answer where that is allowed', async () => {
    const { last } = await attempt({ task: { allowEmpty: true } }, ({ workspaces }) => {
      workspaces.work = { ...workspaces.work, changed: false, commits: 0 };
    });
    expect(last).toMatchObject({ type: 'attempt-succeeded', commit: null });
  });

  it('reports what the audit found', async () => {
    const { types } = await attempt({}, ({ workspaces }) => {
      workspaces.findings = [{ type: 'foreign', what: 'branch x appeared' }];
    });
    expect(types).toContain('foreign-change-seen');
  });

  it('is cancelled in the middle of its gate with its work on its branch', async () => {
    const { last, workspaces } = await attempt({ abortAfter: 'verification-started' });
    expect(last).toMatchObject({ type: 'attempt-failed', failure: { reason: 'cancelled' }, commit: 'w1' });
    expect(workspaces.calls.at(-1)).toBe('release /w/feat/T-1');
  });

  it.each(['resolve', 'verify'] as const)('starts no agent to %s', async (kind) => {
    const { sessions, last } = await attempt({ request: { kind } });
    expect(sessions).toEqual([]);
    expect(last?.type).toBe('attempt-succeeded');
  });

  it('gives the worktree back when the agent cannot be started', async () => {
    const set = setUp({ request: { agent: 'nobody' } });
    const consume = async (): Promise<void> => {
      for await (const _ of set.executor.start(set.request, new AbortController().signal));
    };
    await expect(consume()).rejects.toMatchObject({ code: 'agent-missing' });
    expect(set.workspaces.calls.at(-1)).toBe('release /w/feat/T-1');
  });

  it('journals usage at most once a second, and never loses the last figure', async () => {
    const usage = (outputTokens: number): AgentEvent => ({
      type: 'usage',
      usage: { inputTokens: 0, outputTokens, cacheReadTokens: 0 },
    });
    const { reports } = await attempt({ events: [usage(1), usage(2), usage(3)] });
    const told = reports.flatMap((one) => (one.type === 'usage-reported' ? [one.usage.outputTokens] : []));
    expect(told).toEqual([1, 3]);
  });
});

describe('a plain command', () => {
  const plain: Scene = { task: { workspace: 'none' } };

  it('runs where the run was started, without any worktree', async () => {
    const { sessions, workspaces, last } = await attempt(plain);
    expect(sessions[0]?.cwd).toBe('/');
    expect(workspaces.calls).toEqual([]);
    expect(last).toMatchObject({ type: 'attempt-succeeded', commit: null });
  });

  it('fails by its exit code', async () => {
    const { last } = await attempt({ ...plain, end: { ...ok, exitCode: 3, tail: 'no rule' } });
    expect(last).toMatchObject({
      failure: { reason: 'command-failed', feedback: expect.stringContaining('no rule') },
    });
  });

  it('is cancelled in the middle of its own gate', async () => {
    const gate = [{ name: 'own', run: 'true' }];
    const controller = new AbortController();
    const set = setUp({ task: { workspace: 'none', gate } });
    const reports: AttemptReport[] = [];
    for await (const report of set.executor.start(set.request, controller.signal)) {
      reports.push(report);
      controller.abort('cancelled by request');
    }
    expect(reasonOf(reports.at(-1))).toBe('cancelled');
  });

  it('is gated by its own gate only', async () => {
    const gate = [{ name: 'own', run: 'true' }];
    expect((await attempt(plain)).gate.ran).toEqual([]);
    expect((await attempt({ task: { workspace: 'none', gate } })).gate.ran).toEqual(['own@/']);
  });
});

describe('recovery', () => {
  it('ends the agent by what the journal knows, or by its mark', async () => {
    const set = setUp({});
    await set.executor.recover({ request: set.request, process: launched.process });
    await set.executor.recover({ request: set.request });
    expect(set.ended).toEqual(['r1/T-1.1', 'r1/T-1.1']);
  });

  it('only verifies again what was finished', async () => {
    const set = setUp({});
    expect(await set.executor.recover({ request: set.request, verifying: commit('w1') })).toMatchObject({
      action: 'continue',
    });
  });

  it('starts again on what half a session left', async () => {
    const set = setUp({});
    expect(await set.executor.recover({ request: set.request })).toMatchObject({
      action: 'start-again',
      commit: 'w1',
    });
    expect(set.workspaces.calls).toEqual(['salvage feat/T-1']);
  });

  it('starts again when there was nothing yet', async () => {
    const set = setUp({});
    set.workspaces.salvaged = null;
    const finding = await set.executor.recover({ request: set.request });
    expect(finding).toEqual({
      action: 'start-again',
      detail: 'its agent was still running and was ended, its branch had not been made yet',
    });
  });
});
