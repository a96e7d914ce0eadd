import { dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { fakeTerminal } from '../../../test/rig/fake-terminal.ts';
import { makeScratch, type Scratch } from '../../../test/rig/scratch-repository.ts';
import { type Home, lockRun, openHome } from '../../compose.ts';
import { plannedEstimate } from '../../core/estimate.ts';
import type { Event, EventBody } from '../../core/event.ts';
import { type Commit, makeTask, type Plan, runId, taskId } from '../../core/plan.ts';
import { ProblemError } from '../../core/problem.ts';
import { defaultScheduling } from '../../core/settings.ts';
import { type CleanOptions, command } from './clean.ts';

let scratch: Scratch;
let env: Record<string, string | undefined>;
let base: Commit;
let home: Home;
beforeEach(async () => {
  scratch = await makeScratch();
  const folder = dirname(scratch.path);
  env = { PATH: process.env.PATH, HOME: folder, TUTTI_STATE_DIR: join(folder, 'state') };
  base = await scratch.commit({ 'a.txt': 'one\n' });
  home = await openHome({ cwd: scratch.path, env, flags: {} });
});
afterEach(async () => {
  home.close();
  await scratch.remove();
});

async function clean(options: CleanOptions = {}, id?: string, answer?: boolean) {
  const terminal = fakeTerminal({ cwd: scratch.path, env, ...(answer === undefined ? {} : { answer }) });
  const code = await command(terminal, id === undefined ? [] : [id], options);
  return { code, text: terminal.printed() };
}

const branches = async (): Promise<readonly string[]> =>
  (await scratch.git('for-each-ref', '--format=%(refname:short)', 'refs/heads')).split('\n');

/** A run whose tasks had one attempt each, but for the last, which never started. */
function record(id: string, names: readonly string[], target: string, ended: boolean): void {
  const tasks = names.map((name) => makeTask({ id: taskId(name) }));
  const plan: Plan = { name: 'P', source: 'plan.yaml', format: 'native', tasks, pools: {} };
  const settings = {
    target,
    base,
    ...defaultScheduling,
    slots: 7,
    retries: 0,
    gate: [],
    agent: 'command',
    branchTemplate: '{id}',
    timeoutMs: 1,
    stallMs: 1,
    cwd: scratch.path,
    land: false,
  } as const;
  const counts = {} as Extract<EventBody, { type: 'run-ended' }>['counts'];
  const started = tasks.slice(0, -1).map(
    (task, slot): EventBody => ({
      type: 'attempt-started',
      task: task.id,
      attempt: `${task.id}.1` as never,
      kind: 'work',
      slot,
      agent: 'command',
      base,
      branch: task.id,
      restart: false,
    }),
  );
  const bodies: EventBody[] = [
    {
      type: 'run-created',
      run: runId(id),
      plan,
      settings,
      branches: names,
      estimates: plan.tasks.map(plannedEstimate),
    },
    ...started,
    ...(ended ? [{ type: 'run-ended', outcome: 'incomplete', counts } as const] : []),
  ];
  home
    .journal(runId(id))
    .append(bodies.map((body, index) => ({ ...body, seq: index + 1, at: index + 1 }) as Event));
}

/** A branch with a commit of its own. */
async function branch(name: string, from: string): Promise<void> {
  await scratch.git('switch', '-qc', name, from);
  await scratch.commit({ [`${name.replace('/', '-')}.txt`]: name });
  await scratch.git('switch', '-q', 'main');
}

it('shows first, deletes what is proven when told to, and can be repeated', async () => {
  await branch('feat/a', 'main');
  await branch('feat/b', 'main');
  await branch('feat/never-started', 'main');
  await branch('mine', 'main');
  await scratch.git('branch', 'tutti/r1', 'feat/a');
  record('r1', ['feat/a', 'feat/b', 'feat/never-started'], 'tutti/r1', true);
  const before = await branches();

  const shown = await clean();
  expect({ code: shown.code, branches: await branches() }).toEqual({ code: 0, branches: before });
  expect(shown.text.replaceAll(dirname(scratch.path), 'HOME').replace(/[0-9a-f]{16}/, 'ID')).toBe(`Can go
  branch: its work is in tutti/r1
    feat/a
Stays
  branch: its work is neither in HEAD nor in tutti/r1
    feat/b
  branch: HEAD does not contain it; \`tutti land\` takes it
    tutti/r1

Nothing was deleted. tutti clean --yes deletes what can go.
Journal and logs stay: HOME/state/ID
`);
  expect((await clean({}, undefined, false)).text).toContain('Nothing was deleted.');
  expect((await clean({}, undefined, true)).text).toContain('Deleted 1 branch and 0 worktrees.');
  await scratch.git('merge', '-q', '--ff-only', 'tutti/r1');
  const document = JSON.parse((await clean({ yes: true, json: true })).text);
  expect(document.deleted).toEqual([{ type: 'branch', name: 'tutti/r1' }]);
  expect(await branches()).toEqual(['feat/b', 'feat/never-started', 'main', 'mine']);
  expect(JSON.parse((await clean({ yes: true, json: true })).text).deleted).toEqual([]);
});

it('never takes two targets that contain each other for proven, nor a target the user named', async () => {
  await branch('tutti/r1', 'main');
  await scratch.git('branch', 'tutti/r2', 'tutti/r1');
  await scratch.git('branch', 'release');
  record('r1', ['feat/x'], 'tutti/r1', true);
  record('r2', ['feat/x'], 'tutti/r2', true);
  record('r3', ['feat/x'], 'release', true);
  await clean({ yes: true });
  expect(await branches()).toEqual(['main', 'release', 'tutti/r1', 'tutti/r2']);
});

it('leaves the branches of a run that may go on alone, unless it is named', async () => {
  await scratch.git('branch', 'feat/a');
  record('r1', ['feat/a', 'feat/b'], 'tutti/r1', false);
  expect((await clean({ yes: true })).text).toContain('Run r1 has not ended');
  expect(await branches()).toEqual(['feat/a', 'main']);
  await clean({ yes: true }, 'r1');
  expect(await branches()).toEqual(['main']);
});

it('refuses while somebody works here, and an unknown run', async () => {
  const codesOf = async (attempt: Promise<unknown>): Promise<unknown> => {
    const error = await attempt.catch((caught: unknown) => caught);
    return error instanceof ProblemError ? error.problems.map(({ code }) => code) : error;
  };
  expect(await codesOf(clean({ yes: true }, 'nope'))).toEqual(['no-run']);
  const lock = await lockRun(home, runId('r1'));
  try {
    expect(await codesOf(clean({ yes: true }))).toEqual(['locked']);
  } finally {
    lock.release();
  }
});
