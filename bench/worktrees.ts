/** Claim (b): what a task costs in a large repository, against the same git operations without an engine. */

import { spawnSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { type Claim, interleave, ratio } from './measure.ts';
import { git, inScratch, runPeer, runTutti, type Scratch } from './scratch.ts';

const FILES = 50_000;
const FILES_PER_FOLDER = 100;
const TASKS = 40;
const SLOTS = 4;
/** With a fresh worktree for each task so few of them are enough: all 40 take minutes. */
const FRESH_TASKS = 8;

const OURS = 'tutti';
const WARM = 'bare git, warm worktrees';
const FRESH = `bare git, worktree add/remove per task, ${FRESH_TASKS} tasks`;

export const claim: Claim = {
  name: 'worktrees',
  title: `${TASKS} scripted tasks of one commit, ${SLOTS} slots, a repository of ${FILES.toLocaleString('en')} files`,
  runs: 5,
  measure: (runs) =>
    inScratch(async (scratch) => {
      await fillRepository(scratch);
      const peer = await preparePeer(scratch);
      const samples = await interleave(
        [
          { name: OURS, run: () => runOurs(scratch) },
          { name: WARM, run: () => peer('warm', TASKS) },
        ],
        runs,
      );
      samples.push({ name: FRESH, times: [await peer('fresh', FRESH_TASKS)] });
      return {
        samples,
        figures: [
          { name: `${OURS} / ${WARM}`, value: ratio(samples, OURS, WARM), unit: 'x', limit: 1.5 },
          {
            name: 'tutti / bare git, worktree add/remove, per task',
            value: (ratio(samples, OURS, FRESH) * FRESH_TASKS) / TASKS,
            unit: 'x',
          },
        ],
        notes: [
          'Whole processes; the worktrees of both sides are warm: they were made in a round that does not count.',
          'Bare, per task: switch -C, write a file, add, commit; then, one after the other, merge-tree, commit-tree, update-ref.',
          'tutti does besides: start of an agent process, journal, guards, audit of refs, clean-up for the next task.',
        ],
      };
    }),
};

let rounds = 0;

/** A plan with ids of its own for each round: a second run would find its branches. */
function runOurs(scratch: Scratch): Promise<number> {
  rounds++;
  const tasks = Array.from(
    { length: TASKS },
    (_, position) => `  - { id: R${rounds}-${position + 1}, title: Change something }`,
  );
  const plan = scratch.write('worktrees.yaml', `plan: Worktrees\ntasks:\n${tasks.join('\n')}\n`);
  return runTutti(scratch, 'run', plan, '--agent', 'scripted', '--slots', `${SLOTS}`, '--no-gate', '--yes');
}

async function preparePeer(
  scratch: Scratch,
): Promise<(mode: 'warm' | 'fresh', tasks: number) => Promise<number>> {
  const folder = scratch.file('worktrees');
  mkdirSync(folder);
  for (let slot = 0; slot < SLOTS; slot++)
    await git(scratch, 'worktree', 'add', '-q', '--detach', `${folder}/${slot}`);
  return (mode, tasks) => runPeer(scratch, 'bare-worktrees.ts', mode, folder, `${tasks}`, `${SLOTS}`);
}

/** One commit with many small files of different content, made by fast-import and checked out. */
async function fillRepository(scratch: Scratch): Promise<void> {
  const file = (number: number): string => {
    const content = `File ${number}\n${'line of text that nobody changes\n'.repeat(10)}`;
    const path = `src/folder-${Math.floor(number / FILES_PER_FOLDER)}/file-${number}.txt`;
    return `M 100644 inline ${path}\ndata ${content.length}\n${content}\n`;
  };
  const files = Array.from({ length: FILES }, (_, number) => file(number)).join('');
  const head = `commit refs/heads/main\ncommitter Bench <bench@example.com> 1795200000 +0000\ndata 5\nFill\nfrom refs/heads/main^0\n`;
  const options = {
    cwd: scratch.repository,
    env: scratch.env,
    input: head + files,
    encoding: 'utf8',
  } as const;
  const { status, stderr } = spawnSync('git', ['fast-import', '--quiet'], options);
  if (status !== 0) throw new Error(`git fast-import: ${stderr}`);
  await git(scratch, 'reset', '-q', '--hard');
}
