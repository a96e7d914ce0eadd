/** `tutti demo` as a stranger meets it: no identity, a git configuration full of traps, and an impatient Ctrl+C. */
import { execFile } from 'node:child_process';
import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect } from 'vitest';
import { describeResult, type SeenEvent } from '../rig/cli-process.ts';
import { it } from '../rig/e2e-test.ts';
import { proveTarget } from '../rig/git-proof.ts';
import type { Project } from '../rig/project.ts';

const execute = promisify(execFile);
/** A demo whose agents take no time of their own. */
const fast = { TUTTI_DEMO_SPEED: '100000' };

// 45 real sessions, merges and gates: seconds on a quiet machine, and CI is none.
describe('tutti demo', { timeout: 120_000 }, () => {
  it('brings all 45 tasks in, over a refused result and a conflict', async ({ project }) => {
    const folder = join(project.root, 'kept');
    const env = { ...fast, GIT_CONFIG_GLOBAL: await hostileConfiguration(project) };
    const result = await project.run(['demo', '--json', '--keep', folder], { env });

    expect(result.code, describeResult(result)).toBe(0);
    expect(result.events.at(-1)).toMatchObject({ type: 'run-ended', counts: { done: 45, skipped: 0 } });
    const story = result.events.flatMap(mishap);
    expect(story.filter((line) => line.startsWith('T-036'))).toEqual([
      'T-036 work',
      'T-036 gate-failed',
      'T-036 repair',
    ]);
    const conflicts = story.filter((line) => line.endsWith('merge-conflict'));
    expect([conflicts.length, ['T-002', 'T-003']]).toEqual([
      1,
      expect.arrayContaining([conflicts[0]?.slice(0, 5)]),
    ]);
    expect(story.filter((line) => line.endsWith(' conflict')).length).toBe(1);
    expect(story.length).toBe(45 + 4);

    const there: Project = { ...project, path: folder, git: (...args) => project.gitIn(folder, ...args) };
    const planName = 'docs/implementation-plan';
    const { tasks } = await project.json<AnalysisDocument>('analyze', join(folder, planName));
    const base = await there.git('rev-parse', 'main');
    const target = `tutti/${result.events[0]?.run}`;
    await proveTarget(there, target, { planName, tasks, base, gate: 'sh check.sh' });
    expect(await there.git('show', `${target}:FEATURES.md`)).toMatch(/:\nscripted: T-002\nscripted: T-003$/);
    expect(await there.git('status', '--porcelain')).toBe('');
    const again = await project.run(['demo', '--keep', folder], { env });
    expect([again.code, again.stderr]).toEqual([2, expect.stringContaining('is no empty folder')]);
  });

  it('can be interrupted, and everything it tells to type works as it is', async ({ project }) => {
    const demo = project.start(['demo'], { env: fast });
    await expect.poll(() => demo.soFar().stdout, { timeout: 30_000 }).toContain('T-003 started');
    demo.signal('SIGINT');
    const paused = await demo.ended;
    expect(paused.code, describeResult(paused)).toBe(4);
    const [alias = '', resume = '', remove = ''] = commandsOf(paused.stdout);
    expect([alias, resume, remove]).toEqual([
      expect.stringMatching(/^alias tutti=/),
      expect.stringMatching(/^cd \S+ && tutti resume$/),
      expect.stringMatching(/^rm -rf \S+$/),
    ]);

    const resumed = await typed(project, alias, resume, 'tutti why T-036', 'tutti why T-003');
    expect(resumed).toContain('all done in');
    expect(resumed).toMatch(
      /T-036 is done\.[\s\S]*The gate step "check" ended with code 1[\s\S]*T-003 is done/,
    );
    expect(await project.stateFolder()).toBeUndefined();
    expect((await readdir(project.env.TMPDIR ?? '')).length).toBe(1);
    await typed(project, remove);
  });

  it('leaves no folder when it cannot start', async ({ project }) => {
    const result = await project.run(['demo', '--slots', '11'], { env: fast });
    expect([result.code, await readdir(project.env.TMPDIR ?? '')]).toEqual([2, []]);
  });
});

interface AnalysisDocument {
  readonly tasks: readonly { readonly id: string; readonly dependsOn: readonly string[] }[];
}

/** Sessions by kind, and failures by reason. */
function mishap({ type, task, kind, failure }: SeenEvent): string[] {
  if (type === 'attempt-started') return [`${task} ${kind}`];
  return failure === undefined ? [] : [`${task} ${failure.reason}`];
}

/** No identity, signing, hooks that refuse, another default branch, other line ends, and a wish to ignore what agents write. */
async function hostileConfiguration(project: Project): Promise<string> {
  const hooks = join(project.root, 'hooks');
  await mkdir(hooks);
  for (const hook of ['pre-commit', 'commit-msg', 'reference-transaction', 'post-checkout'])
    await writeFile(join(hooks, hook), '#!/bin/sh\nexit 1\n', { mode: 0o755 });
  const ignored = join(project.root, 'ignored');
  await writeFile(ignored, '*.txt\n*.md\n');
  const file = join(project.root, 'hostile-gitconfig');
  await writeFile(
    file,
    `[user]\n useConfigOnly = true\n[commit]\n gpgSign = true\n[gpg]\n program = false\n[init]\n defaultBranch = trunk\n templateDir = ${hooks}\n[core]\n hooksPath = ${hooks}\n autocrlf = true\n excludesFile = ${ignored}\n`,
  );
  return file;
}

const commandsOf = (text: string): string[] =>
  text.split('\n').flatMap((line) => (/^ {2}(alias|cd|rm) /.test(line) ? [line.trim()] : []));

/** What somebody sees who types these lines into a shell. */
async function typed({ root, env }: Project, ...lines: readonly string[]): Promise<string> {
  const script = join(root, 'typed.sh');
  await writeFile(script, `set -e\n${lines.join('\n')}\n`);
  const { stdout } = await execute('sh', [script], { cwd: root, env: { ...env, ...fast } });
  return stdout;
}
