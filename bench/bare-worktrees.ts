/**
 * The peer of claim (b): the git operations of some tasks, by a script that keeps nothing and checks nothing.
 * Runs in the repository. Arguments: `warm` or `fresh`, the folder of the worktrees, the tasks, how many at once.
 */
import { execFile } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';

const [mode = 'warm', folder = '', tasks = '', slots = ''] = process.argv.slice(2);
const round = `${mode}-${process.pid}`;
const target = `refs/heads/target-${round}`;
const run = promisify(execFile);

async function git(cwd: string, ...args: readonly string[]): Promise<string> {
  const quiet = ['-c', 'gc.auto=0', '-c', 'maintenance.auto=false', '-c', 'core.hooksPath=/dev/null'];
  return (await run('git', [...quiet, ...args], { cwd })).stdout.trim();
}

const here = process.cwd();
let tip = await git(here, 'rev-parse', 'HEAD');
await git(here, 'update-ref', target, tip);

/** One merge at a time, as in a merge queue. */
let lane: Promise<void> = Promise.resolve();

async function doTask(number: number, slot: number): Promise<void> {
  const branch = `${round}-${number}`;
  const path = join(folder, mode === 'warm' ? `${slot}` : branch);
  if (mode === 'warm') await git(path, 'switch', '-q', '-C', branch, tip);
  else await git(here, 'worktree', 'add', '-q', '-b', branch, path, tip);
  const file = `task-${number}.txt`;
  writeFileSync(join(path, file), `Task ${number} of ${round}\n`);
  await git(path, 'add', file);
  await git(path, 'commit', '-q', '-m', `Task ${number}`);
  lane = lane.then(() => integrate(branch));
  const integrated = lane;
  if (mode !== 'warm') await git(here, 'worktree', 'remove', path);
  merges.push(integrated);
}

async function integrate(branch: string): Promise<void> {
  const tree = await git(here, 'merge-tree', '--write-tree', tip, branch);
  const commit = await git(here, 'commit-tree', tree, '-p', tip, '-p', branch, '-m', `Merge ${branch}`);
  await git(here, 'update-ref', target, commit, tip);
  tip = commit;
}

const merges: Promise<void>[] = [];
let next = 0;
await Promise.all(
  Array.from({ length: Number(slots) }, async (_, slot) => {
    while (next < Number(tasks)) {
      next++;
      await doTask(next, slot);
    }
  }),
);
await Promise.all(merges);
