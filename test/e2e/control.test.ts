/** A run that lives is asked, steered and stopped: by other commands, and by signals. */
import { connect } from 'node:net';
import { join } from 'node:path';
import { describe, expect } from 'vitest';
import { connectControl } from '../../src/control/client.ts';
import { runId } from '../../src/core/plan.ts';
import { type Cli, describeResult } from '../rig/cli-process.ts';
import { it } from '../rig/e2e-test.ts';
import { proveTarget } from '../rig/git-proof.ts';
import { type Project, steered } from '../rig/project.ts';

const tasks = [{ id: 'A' }, { id: 'B' }, { id: 'C', dependsOn: ['A'] }, { id: 'D' }];

/** A run with two slots whose agents for A and B work and wait. */
async function startRun(project: Project, ...more: readonly string[]): Promise<Cli> {
  await project.commit({ 'README.md': 'A project.\n' });
  const plan = await project.plan(tasks);
  const run = project.start([
    ...[
      'run',
      plan,
      '--command',
      steered,
      '--gate',
      'true',
      '--slots',
      '2',
      '--order',
      'plan',
      '--yes',
      '--json',
    ],
    ...more,
  ]);
  await run.eventOf('agent-launched', 'A');
  await run.eventOf('agent-launched', 'B');
  return run;
}

const everything = tasks.map(({ id }) => id);

async function finish(project: Project, run: Cli): Promise<void> {
  await project.letGo(...everything);
  const result = await run.ended;
  expect(result.code, describeResult(result)).toBe(0);
}

describe('another command', () => {
  it('sees how the run stands and why a task waits', async ({ project }) => {
    const run = await startRun(project);
    const status = await project.json('status');
    expect(status).toMatchObject({
      state: 'running',
      engine: { pid: run.pid },
      slots: { used: 2, limit: 2 },
      counts: { running: 2, waiting: 1, ready: 1, done: 0 },
    });
    const text = await project.run(['status', '--all']);
    expect(text.stdout).toContain(`engine alive (process ${run.pid})`);
    expect((await project.run(['why', 'C'])).stdout).toMatch(/C is waiting\.\n.*A/);
    expect((await project.run(['why', 'D'])).stdout).toMatch(/D is ready\.\n.*slot/i);
    expect((await project.json<{ reasons: unknown[] }>('why', 'C')).reasons).toHaveLength(1);
    await finish(project, run);
  });

  it('that would start a second engine is refused and told who has the repository', async ({ project }) => {
    const run = await startRun(project);
    const plan = await project.plan(tasks);
    for (const args of [['run', plan, '--command', 'true', '--no-gate', '--yes'], ['resume'], ['land']]) {
      const { code, stderr } = await project.run(args);
      expect({ args, code, stderr }).toEqual({
        ...{ args, code: 2, stderr: expect.stringMatching(new RegExp(`\\[locked\\].*process ${run.pid}`)) },
      });
    }
    await finish(project, run);
  });

  it('pauses the run: what runs finishes, nothing new starts; resume goes on', async ({ project }) => {
    const run = await startRun(project);
    expect((await project.run(['pause'])).code).toBe(0);
    await run.eventOf('pause-requested');
    await project.letGo('A', 'B');
    const paused = await run.ended;
    expect(paused.code, describeResult(paused)).toBe(4);
    expect(paused.events.filter(({ type }) => type === 'attempt-started').map(({ task }) => task)).toEqual([
      'A',
      'B',
    ]);
    expect(paused.events.at(-1)).toMatchObject({ type: 'run-paused' });
    expect(await project.json('status')).toMatchObject({
      state: 'paused',
      engine: null,
      counts: { running: 0 },
    });
    await project.letGo(...everything);
    const resumed = await project.run(['resume', '--json']);
    expect(resumed.code, describeResult(resumed)).toBe(0);
    expect(resumed.events.at(-1)).toMatchObject({ counts: { done: 4 } });
  });

  it('takes a pause back while the run is draining', async ({ project }) => {
    const run = await startRun(project);
    await project.run(['pause']);
    await run.eventOf('pause-requested');
    expect((await project.run(['resume'])).code).toBe(0);
    await run.eventOf('resume-requested');
    await finish(project, run);
  });

  it('stops the run at once by `pause --now`; the work so far is on its branch', async ({ project }) => {
    await project.commit({ 'README.md': 'A project.\n' });
    const agent = `echo begun > "$TUTTI_TASK.begun"; ${steered}`;
    const args = ['--command', agent, '--gate', 'true', '--yes', '--json'];
    const run = project.start(['run', await project.plan([{ id: 'A' }]), ...args]);
    const { path } = await run.eventOf('workspace-prepared', 'A');
    await run.eventOf('agent-launched', 'A');
    // The agent says nothing that could be waited for: ask until its file is there.
    while (!(await project.gitIn(String(path), 'status', '--porcelain')).includes('A.begun'));
    expect((await project.run(['pause', '--now'])).code).toBe(0);
    const stopped = await run.ended;
    expect(stopped.code, describeResult(stopped)).toBe(4);
    expect(await project.git('show', 'feat/A-task-a:A.begun')).toBe('begun');
    await project.letGo('A');
    const resumed = await project.run(['resume', '--json']);
    expect(resumed.code, describeResult(resumed)).toBe(0);
    expect(await project.git('show', `tutti/${run.soFar().events[0]?.run}:A.begun`)).toBe('begun');
  });

  it('pauses one task: its slot goes to another, and it goes on when it is resumed', async ({ project }) => {
    const run = await startRun(project);
    expect((await project.run(['pause', 'A'])).code).toBe(0);
    await run.eventOf('agent-launched', 'D');
    expect((await project.run(['why', 'A'])).stdout).toContain('`tutti resume A`');
    await project.letGo('B', 'D');
    const paused = await run.ended;
    expect(paused.code, describeResult(paused)).toBe(4);
    expect(paused.events.at(-1)).toMatchObject({
      type: 'run-paused',
      reason: 'only paused tasks are left: A. `tutti resume A` takes it up again.',
    });
    await project.letGo(...everything);
    const resumed = await project.run(['resume', 'A', '--json']);
    expect(resumed.code, describeResult(resumed)).toBe(0);
    expect(resumed.events.at(-1)).toMatchObject({ counts: { done: 4 } });
  });

  it('changes the number of slots', async ({ project }) => {
    const run = await startRun(project);
    expect((await project.run(['slots', '3'])).code).toBe(0);
    await run.eventOf('agent-launched', 'D');
    expect((await project.json('status')).slots).toEqual({ used: 3, limit: 3 });
    expect((await project.run(['slots', '1'])).code).toBe(0);
    await run.event(({ type, slots }) => type === 'slots-requested' && slots === 1);
    expect((await project.json('status')).slots).toEqual({ used: 3, limit: 1 });
    for (const wrong of ['11', '0', 'many', '1.5'])
      expect((await project.run(['slots', wrong])).code).toBe(2);
    await finish(project, run);
  });

  it('cancels one task: its agent is ended, its dependents are blocked, the others go on', async ({
    project,
  }) => {
    const run = await startRun(project);
    expect((await project.run(['cancel', 'A'])).code).toBe(0);
    await run.eventOf('attempt-cancelling', 'A');
    await project.letGo('B', 'D');
    const result = await run.ended;
    expect(result.code, describeResult(result)).toBe(1);
    expect(result.events.at(-1)).toMatchObject({ counts: { cancelled: 1, blocked: 1, done: 2 } });
  });

  it('cancels the whole run', async ({ project }) => {
    const run = await startRun(project);
    expect((await project.run(['cancel'])).code).toBe(2);
    expect((await project.run(['cancel', '--yes'])).code).toBe(0);
    const result = await run.ended;
    expect(result.code, describeResult(result)).toBe(1);
    expect(result.events.at(-1)).toMatchObject({ type: 'run-ended', counts: { cancelled: 4 } });
  });

  it('that talks nonsense to the socket disturbs nobody', async ({ project }) => {
    const run = await startRun(project);
    const socket = connect(join((await project.stateFolder()) ?? '', 'engine.sock'));
    await new Promise((resolve) => {
      socket.on('close', resolve).on('error', resolve);
      socket.end('{"type":"submit","id":1,"request":{"type":"slots-requested","slots":-5}}\nnonsense\n\0\n');
      socket.resume();
    });
    expect((await project.json('status')).slots.limit).toBe(2);
    await finish(project, run);
  });
});

describe('a signal', () => {
  it('SIGINT lets what runs finish and pauses', async ({ project }) => {
    const run = await startRun(project);
    run.signal('SIGINT');
    await run.eventOf('pause-requested');
    await project.letGo(...everything);
    const result = await run.ended;
    expect(result.code, describeResult(result)).toBe(4);
    expect((await project.json('status')).counts).toMatchObject({ done: 2, running: 0, ready: 2 });
    expect((await project.run(['resume'])).code).toBe(0);
  });

  it('SIGINT twice cancels what runs', async ({ project }) => {
    const run = await startRun(project);
    run.signal('SIGINT');
    await run.eventOf('pause-requested');
    run.signal('SIGINT');
    const result = await run.ended;
    expect(result.code, describeResult(result)).toBe(4);
    expect(result.events.filter(({ type }) => type === 'attempt-cancelling')).toHaveLength(2);
    expect(await project.json('status')).toMatchObject({ state: 'paused', counts: { done: 0, running: 0 } });
    await project.letGo(...everything);
    expect((await project.run(['resume'])).code).toBe(0);
  });

  it('SIGTERM lets what runs finish; a second one cancels it', async ({ project }) => {
    const run = await startRun(project);
    run.signal('SIGTERM');
    await run.eventOf('pause-requested');
    await project.letGo('A');
    await run.eventOf('task-integrated', 'A');
    run.signal('SIGTERM');
    await run.eventOf('stop-requested');
    const result = await run.ended;
    expect(result.code, describeResult(result)).toBe(4);
    expect(await project.json('status')).toMatchObject({ state: 'paused', counts: { done: 1, running: 0 } });
    await project.letGo(...everything);
    expect((await project.run(['resume'])).code).toBe(0);
  });

  for (const first of ['SIGINT', 'SIGHUP'] as const) {
    it(`SIGTERM after ${first} stops`, async ({ project }) => {
      const run = await startRun(project);
      run.signal(first);
      await run.eventOf('pause-requested');
      run.signal('SIGTERM');
      await run.eventOf('stop-requested');
      const result = await run.ended;
      expect(result.code, describeResult(result)).toBe(4);
    });
  }

  it('SIGHUP drains', async ({ project }) => {
    const run = await startRun(project);
    run.signal('SIGHUP');
    await run.eventOf('pause-requested');
    await project.letGo('A', 'B');
    const result = await run.ended;
    expect(result.code, describeResult(result)).toBe(4);
  });

  it('is answered in words when nobody reads JSON', async ({ project }) => {
    await project.commit({ 'README.md': 'A project.\n' });
    const run = project.start([
      'run',
      await project.plan([{ id: 'A' }]),
      '--command',
      steered,
      '--no-gate',
      '--yes',
    ]);
    await run.remark('Ctrl+C: finish what runs, then pause');
    run.signal('SIGHUP');
    await run.remark('the terminal is gone: nothing new starts, what runs finishes, then the run pauses');
    await run.line('pause requested');
    run.signal('SIGTERM');
    await run.remark('SIGTERM: cancelling what runs (its work is kept), then pausing');
    expect((await run.ended).code).toBe(4);
  });
});

describe('--detach', () => {
  it('runs the engine on its own, deaf to SIGHUP; its events can be followed over the socket', async ({
    project,
  }) => {
    const base = await project.commit({ 'README.md': 'A project.\n' });
    const args = ['--command', steered, '--gate', 'true', '--yes', '--detach'];
    const started = await project.run(['run', await project.plan(tasks), ...args]);
    expect(started.code, describeResult(started)).toBe(0);
    const { engine, run } = await project.json('status');
    expect(started.stdout).toContain(
      `run ${run} goes on without this terminal (process ${engine?.pid}, log `,
    );
    const client = await connectControl(join((await project.stateFolder()) ?? '', 'engine.sock'));
    const ended = (async () => {
      for await (const event of (await client?.follow(runId(run ?? ''), AbortSignal.timeout(20_000))) ?? []) {
        if (event.type === 'run-ended') return event.outcome;
      }
      return 'lost';
    })();
    process.kill(engine?.pid ?? 0, 'SIGHUP');
    await project.letGo(...everything);
    expect(await ended).toBe('all-done');
    client?.close();
    // The last event comes before the end of the process: `resume` waits for nobody, the lock says when it is gone.
    while ((await project.json('status')).engine !== null);
    await proveTarget(project, `tutti/${run}`, { planName: 'Test', tasks, base });
  });

  it('says what is wrong instead of starting', async ({ project }) => {
    await project.commit({ 'README.md': 'A project.\n' });
    const plan = await project.plan([{ id: 'A', dependsOn: ['A'] }]);
    const { code, stderr } = await project.run([
      'run',
      plan,
      '--command',
      'true',
      '--no-gate',
      '--yes',
      '--detach',
    ]);
    expect({ code, stderr }).toEqual({ code: 2, stderr: expect.stringContaining('[self-dependency]') });
  });
});
