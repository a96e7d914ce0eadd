/** Proofs by git alone of what a run did: what the target contains, and that the user's own things are as they were. */
import { execFile } from 'node:child_process';
import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect } from 'vitest';
import type { Project } from './project.ts';

const execute = promisify(execFile);

export interface ProvenTask {
  readonly id: string;
  readonly dependsOn?: readonly string[];
}

export interface Proof {
  readonly planName: string;
  readonly tasks: readonly ProvenTask[];
  /** Where the run began. */
  readonly base: string;
  /** A command that must pass on the target's tip. */
  readonly gate?: string;
}

/**
 * Each task came into the target exactly once, after its dependencies, from a branch that contained them; nothing else
 * came; the gate passes on the tip.
 */
export async function proveTarget(project: Project, target: string, proof: Proof): Promise<void> {
  const { planName, tasks, base, gate } = proof;
  const brought = await readTrailers(project, `${base}..${target}`);
  const expected = tasks.map(({ id }) => `${planName}/${id}`).sort();
  expect(brought.map(({ value }) => value).sort()).toEqual(expected);
  const place = new Map(brought.map(({ value }, index) => [value.slice(planName.length + 1), index]));
  for (const { id, dependsOn = [] } of tasks) {
    const own = brought[place.get(id) ?? -1];
    for (const dependency of dependsOn) {
      const other = brought[place.get(dependency) ?? -1];
      // The start rule: the very branch contains the dependency, not only the target.
      await project.git('merge-base', '--is-ancestor', other?.commit ?? '', `${own?.commit}^2`);
    }
  }
  if (gate !== undefined) await runOnTree(project, target, gate);
}

interface Brought {
  readonly commit: string;
  readonly value: string;
}

/** Every `Tutti-Task` trailer of a range, oldest first; a commit with two counts twice. */
export async function readTrailers(project: Project, range: string): Promise<readonly Brought[]> {
  const format = '--format=%H%x00%(trailers:key=Tutti-Task,valueonly,separator=%x00)%x01';
  const text = await project.git('log', '--reverse', '--topo-order', format, range);
  return text.split('\u0001').flatMap((record) => {
    const [commit = '', ...values] = record.trim().split('\0');
    return values.filter((value) => value !== '').map((value) => ({ commit, value }));
  });
}

/** Runs a command on the files of a commit, in a folder that is no worktree. @throws when it fails */
export async function runOnTree(project: Project, revision: string, command: string): Promise<string> {
  const folder = join(project.root, 'proof');
  await mkdir(folder);
  try {
    const text = 'git -C "$0" archive --format=tar "$1" | tar -x';
    await execute('sh', ['-c', text, project.path, revision], { cwd: folder, env: project.env });
    const { stdout } = await execute('sh', ['-c', command], { cwd: folder, env: project.env });
    return stdout;
  } finally {
    await rm(folder, { recursive: true });
  }
}

/** Everything of the user's that a run must not touch; refs of runs are left out. */
export async function userState(project: Project): Promise<object> {
  const refs = await project.git('for-each-ref', '--format=%(objectname) %(refname)');
  return {
    refs: refs.split('\n').filter((line) => !/ refs\/(heads\/(tutti|feat)|tutti)\//.test(line)),
    head: await project.git('symbolic-ref', 'HEAD'),
    index: await project.git('ls-files', '--stage'),
    status: await project.git('status', '--porcelain=v2', '--untracked-files=all', '--ignored'),
    changes: await project.git('diff', 'HEAD'),
    stash: await project.git('stash', 'list'),
    config: await project.git('config', '--local', '--list'),
  };
}

/** Gives the user's checkout one of everything that could be disturbed. */
export async function makeUserMess(project: Project): Promise<void> {
  await project.commit({ 'notes.md': 'one\n', 'staged.md': 'one\n', '.gitignore': 'ignored.md\n' }, 'Notes');
  await project.git('tag', 'v1');
  await project.git('branch', 'other');
  const write = (file: string, text: string): Promise<unknown> =>
    execute('sh', ['-c', 'printf "%s\\n" "$1" > "$0"', file, text], { cwd: project.path, env: project.env });
  await write('notes.md', 'stashed');
  await project.git('stash', 'push', '-q');
  await write('staged.md', 'staged');
  await project.git('add', 'staged.md');
  await write('notes.md', 'changed');
  await write('untracked.md', 'untracked');
  await write('ignored.md', 'ignored');
}
