/** Agents that do not stay at home: what they move is put back or reported, what they start is ended, nothing is lost. */
import { describe, expect } from 'vitest';
import { type CliResult, describeResult, type SeenEvent } from '../rig/cli-process.ts';
import { it } from '../rig/e2e-test.ts';
import { proveTarget } from '../rig/git-proof.ts';
import { type Project, works } from '../rig/project.ts';

const tasks = [{ id: 'A' }, { id: 'B' }, { id: 'C', dependsOn: ['A', 'B'] }];

interface Ran {
  readonly result: CliResult;
  readonly target: string;
  readonly base: string;
}

/** Lets the scripted agent of A disobey; the others behave. */
async function runDisobeying(project: Project, disobey: string): Promise<Ran> {
  await project.configure({
    agent: 'scripted',
    gate: ['true'],
    retries: 1,
    agents: { scripted: { driver: 'scripted', recipe: { tasks: { A: { disobey } } } } },
  });
  const base = await project.git('rev-parse', 'HEAD');
  const result = await project.run(['run', await project.plan(tasks), '--yes', '--json']);
  return { result, target: `tutti/${result.events[0]?.run}`, base };
}

const eventsOf = ({ events }: CliResult, type: string) => events.filter((event) => event.type === type);

describe('an agent that', () => {
  it('commits on another branch: the work counts, the branch is reported and left alone', async ({
    project,
  }) => {
    const { result, target, base } = await runDisobeying(project, 'other-branch');
    expect(result.code, describeResult(result)).toBe(0);
    await proveTarget(project, target, { planName: 'Test', tasks, base });
    const strayed = await project.git('for-each-ref', '--format=%(refname:short)', 'refs/heads/strayed');
    expect(strayed).toMatch(/^strayed\/\d+$/);
    // An audit after another task may see it while it still grows.
    const [first, ...more] = eventsOf(result, 'foreign-change-seen').map(({ what }) => String(what));
    expect(first).toContain(`branch ${strayed} appeared`);
    for (const what of more) expect(what).toContain(`branch ${strayed} went from`);
  });

  it('moves the target: it is put back, what it pointed to is kept', async ({ project }) => {
    const { result, target, base } = await runDisobeying(project, 'move-target');
    expect(result.code, describeResult(result)).toBe(0);
    await proveTarget(project, target, { planName: 'Test', tasks, base });
    const restored = eventsOf(result, 'ref-restored');
    expect(restored).toMatchObject([{ ref: `refs/heads/${target}` }]);
    const { quarantine, from } = restored[0] as SeenEvent;
    expect(quarantine).toMatch(/^refs\/tutti\/quarantine\//);
    expect(await project.git('rev-parse', String(quarantine))).toBe(from);
  });

  it("writes into the user's checkout: what is there may be the user's and stays, and it gets nowhere else", async ({
    project,
  }) => {
    const { result, target, base } = await runDisobeying(project, 'main-checkout');
    expect(result.code, describeResult(result)).toBe(0);
    await proveTarget(project, target, { planName: 'Test', tasks, base });
    expect(await project.git('status', '--porcelain')).toBe('?? STRAYED.txt');
    expect(await project.git('ls-tree', '-r', '--name-only', target)).not.toContain('STRAYED');
  });

  it('deletes its worktree: what it had committed counts', async ({ project }) => {
    const { result, target, base } = await runDisobeying(project, 'delete-worktree');
    expect(result.code, describeResult(result)).toBe(0);
    await proveTarget(project, target, { planName: 'Test', tasks, base });
  });

  it('leaves a daemon in a session of its own: it is ended', async ({ project }) => {
    const { result, target, base } = await runDisobeying(project, 'daemon');
    expect(result.code, describeResult(result)).toBe(0);
    await proveTarget(project, target, { planName: 'Test', tasks, base });
    // That the daemon is gone is what the rig looks for after every test.
  });

  it('claims another task by a forged trailer: nobody believes it', async ({ project }) => {
    const base = await project.commit({ 'README.md': 'A project.\n' });
    const agent = `${works}; if [ "$TUTTI_TASK" = A ]; then git add -A; git commit -qm "Fake" -m "Tutti-Task: Test/B"; fi`;
    const plan = await project.plan([{ id: 'A' }, { id: 'B', dependsOn: ['A'] }]);
    const result = await project.run(['run', plan, '--command', agent, '--no-gate', '--yes', '--json']);
    expect(result.code, describeResult(result)).toBe(0);
    const target = `tutti/${result.events[0]?.run}`;
    const line = await project.git(
      'log',
      '--first-parent',
      '--format=%(trailers:key=Tutti-Task,valueonly)',
      `${base}..${target}`,
    );
    expect(line.split('\n').filter(Boolean)).toEqual(['Test/B', 'Test/A']);
  });

  it('leaves conflict markers: its result is refused with their place', async ({ project }) => {
    await project.commit({ 'README.md': 'A project.\n' });
    const agent =
      'if [ "$TUTTI_ATTEMPT" = 1 ]; then printf "<<<<<<< ours\\na\\n=======\\nb\\n>>>>>>> theirs\\n" > a.txt; else echo ab > a.txt; fi';
    const plan = await project.plan([{ id: 'A' }]);
    const result = await project.run(['run', plan, '--command', agent, '--no-gate', '--yes', '--json']);
    expect(result.code, describeResult(result)).toBe(0);
    expect(eventsOf(result, 'attempt-failed').map(({ failure }) => failure)).toMatchObject([
      { reason: 'conflict-markers', message: expect.stringContaining('a.txt:1') },
    ]);
  });

  it('does nothing: empty-result, then a person; with `allowEmpty` it is done', async ({ project }) => {
    await project.commit({ 'README.md': 'A project.\n' });
    const plan = await project.plan([{ id: 'A' }, { id: 'B', allowEmpty: true }]);
    const args = ['--command', 'true', '--no-gate', '--retries', '1', '--yes', '--json'];
    const result = await project.run(['run', plan, ...args]);
    expect(result.code, describeResult(result)).toBe(1);
    expect(eventsOf(result, 'attempt-failed').map(({ task, failure }) => [task, failure?.reason])).toEqual([
      ['A', 'empty-result'],
      ['A', 'empty-result'],
    ]);
    expect(result.events.at(-1)).toMatchObject({ counts: { done: 1, needsAttention: 1 } });
  });

  it('falls silent is ended and asked again', async ({ project }) => {
    await project.configure({ stall: '400ms', gate: ['true'] });
    const agent = `if [ "$TUTTI_ATTEMPT" = 1 ]; then sleep 600; fi; ${works}`;
    const plan = await project.plan([{ id: 'A' }]);
    const result = await project.run(['run', plan, '--command', agent, '--yes', '--json']);
    expect(result.code, describeResult(result)).toBe(0);
    expect(eventsOf(result, 'attempt-failed').map(({ failure }) => failure?.reason)).toEqual(['stalled']);
  });
});
