/** Another terminal watches a run that lives: `status --follow` and `logs -f`. */
import { describe, expect } from 'vitest';
import { type Cli, describeResult } from '../rig/cli-process.ts';
import { it } from '../rig/e2e-test.ts';
import { type Project, steered } from '../rig/project.ts';

const tasks = [{ id: 'A' }, { id: 'B', dependsOn: ['A'] }];

async function startRun(project: Project, agent: string, ...more: readonly string[]): Promise<Cli> {
  await project.commit({ 'README.md': 'A project.\n' });
  const args = ['--command', agent, '--gate', 'true', '--yes', '--json', ...more];
  const run = project.start(['run', await project.plan(tasks), ...args]);
  await run.eventOf('agent-launched', 'A');
  return run;
}

describe('status --follow', () => {
  it('shows how the run stands, a line for each event, and the summary; it ends with the code of the run', async ({
    project,
  }) => {
    const run = await startRun(project, steered);
    const watching = [project.start(['status', '--follow']), project.start(['status', '--follow', '--json'])];
    const [text, json] = watching as [Cli, Cli];
    await text.line('engine alive');
    await json.line('"kind":"status"');
    await project.letGo('A', 'B');
    const [told, lines, ran] = await Promise.all([text.ended, json.ended, run.ended]);
    expect([told.code, lines.code, ran.code], describeResult(told)).toEqual([0, 0, 0]);
    expect(told.stdout).toMatch(
      /^\d\d:\d\d:\d\d A done: merged as [\s\S]*B started: [\s\S]*ended: all done$/m,
    );
    expect(told.stdout).toMatch(/all done in .*: 2 done \(2 merged\)/);
    const [first = '{}', ...events] = lines.stdout.trimEnd().split('\n');
    expect(JSON.parse(first)).toMatchObject({
      kind: 'status',
      counts: { done: 0 },
      engine: { pid: run.pid },
    });
    // The same as the run itself prints, from the first that came after that.
    expect(events).toEqual(ran.stdout.trimEnd().split('\n').slice(-events.length));
    expect(lines.events.at(-1)).toMatchObject({ type: 'run-ended', outcome: 'all-done' });
  });

  it('ends with 4 when the run is paused, and then at once', async ({ project }) => {
    const run = await startRun(project, steered);
    const watching = project.start(['status', '--follow', '--json']);
    await watching.line('"kind":"status"');
    run.signal('SIGINT');
    await watching.eventOf('pause-requested');
    await project.letGo('A');
    expect((await watching.ended).code).toBe(4);
    await run.ended;
    const again = await project.run(['status', '--follow']);
    expect([again.code, again.stdout], describeResult(again)).toEqual([
      4,
      expect.stringContaining('is paused'),
    ]);
  });

  it('says so when the engine is killed', async ({ project }) => {
    const run = await startRun(project, steered);
    const watching = project.start(['status', '--follow']);
    await watching.line('engine alive');
    run.signal('SIGKILL');
    const { code, stdout } = await watching.ended;
    expect([code, stdout]).toEqual([
      4,
      expect.stringMatching(/its engine is gone, .*`tutti resume` goes on\n$/),
    ]);
    await project.letGo('A', 'B');
    expect((await project.run(['resume'])).code).toBe(0);
  });
});

describe('logs --follow', () => {
  const half = 'until [ -e "$HOME/../steer/half" ]; do sleep 0.02; done';
  const agent = `echo "attempt $TUTTI_ATTEMPT of $TUTTI_TASK"; ${half}; printf 'then \\033[31mred\\n'; ${steered}`;

  it('prints what there is and what comes, of later attempts and of the merge, too', async ({ project }) => {
    // Passes on the base, and not the first time after that.
    const gate = 'echo once >> "$STEER/gated"; echo gating; [ "$(wc -l < "$STEER/gated")" -ne 2 ]';
    const run = await startRun(project, agent, '--gate', gate);
    const [text, json] = [['-f'], ['--follow', '--json']].map((args) =>
      project.start(['logs', 'A', ...args]),
    ) as [Cli, Cli];
    await text.line('attempt 1 of A');
    await json.line('attempt 1 of A');
    expect(text.soFar().stdout).toMatch(/^== A\.1 \(\/.*\/A\.1\.log\)\nattempt 1 of A\n$/);
    await project.letGo('half', 'A', 'B');
    const [told, lines] = await Promise.all([text.ended, json.ended]);
    expect([told.code, lines.code]).toEqual([0, 0]);
    const shown = told.stdout.replaceAll(/ \(.*\)$/gm, '');
    expect(shown).toMatch(
      /^== A\.1\nattempt 1 of A\nthen red\n[\s\S]*gating\n[\s\S]*== A\.2\nattempt 2 of A\nthen red\n/,
    );
    const documents = lines.stdout
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(documents[0]).toEqual({
      ...{ schemaVersion: 1, kind: 'log-line', run: run.soFar().events[0]?.run },
      ...{ task: 'A', attempt: 'A.1', text: 'attempt 1 of A' },
    });
    expect(documents.find(({ attempt }) => attempt === 'A.2')).toMatchObject({ text: 'attempt 2 of A' });
    await run.ended;
  });

  it('waits for a task that has not started, and ends when the run rests', async ({ project }) => {
    const run = await startRun(project, agent);
    const waiting = project.start(['logs', 'B', '-f']);
    await waiting.remark('B has printed nothing yet.');
    run.signal('SIGINT');
    await run.eventOf('pause-requested');
    await project.letGo('half', 'A');
    expect(await waiting.ended).toMatchObject({ code: 0, stdout: '' });
    await run.ended;
    expect(await project.run(['logs', 'A', '-f'])).toMatchObject({
      ...{ code: 0, stdout: expect.stringContaining('then red') },
    });
  });

  it('shows a line of a megabyte, and goes on', async ({ project }) => {
    const long = `head -c 1000000 /dev/zero | tr '\\0' x; echo; ${half}; echo after`;
    const run = await startRun(project, `${long}; ${steered}`);
    const reading = project.start(['logs', 'A', '-f', '--raw']);
    await reading.line('xxx');
    await project.letGo('half', 'A', 'B');
    const { stdout } = await reading.ended;
    expect(
      stdout
        .split('\n')
        .slice(1, 3)
        .map((line) => [line.length, line.slice(-1)]),
    ).toEqual([
      [1_000_000, 'x'],
      [5, 'r'],
    ]);
    await run.ended;
  });
});

it('ends with the pipe that it prints into, while the run goes on', async ({ project }) => {
  const ticks =
    'until [ -e "$HOME/../steer/$TUTTI_TASK" ]; do echo tick; sleep 0.05; done; echo work > "$TUTTI_TASK.txt"';
  const run = await startRun(project, ticks);
  const first = await project.runLimited('"$0" "$@" | head -n 2', ['logs', 'A', '-f']);
  expect(first.stdout).toMatch(/^== A\.1 .*\ntick\n$/);
  expect(run.isRunning()).toBe(true);
  const ended = project.runLimited('"$0" "$@" | head -n 1', ['status', '--follow', '--json']);
  let isOver = false;
  void ended.then(() => {
    isOver = true;
  });
  const full = project.runLimited('"$0" "$@" > /dev/full', ['logs', 'A', '-f']);
  expect((await full).stderr).toContain('standard output cannot be written: ENOSPC');
  const none = project.runLimited('"$0" "$@" > /dev/full', ['status', '--follow']);
  expect((await none).stderr).toContain('standard output cannot be written: ENOSPC');
  // It notices when it prints: something has to happen.
  for (let count = 0; !isOver; count++) await project.run(['slots', String(2 + (count % 5))]);
  expect((await ended).stdout).toContain('"kind":"status"');
  expect(run.isRunning()).toBe(true);
  await project.letGo('A', 'B');
  await run.ended;
});
