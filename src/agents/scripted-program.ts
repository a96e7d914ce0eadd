/** The process of a scripted agent: reads its script from stdin and plays it in the current folder, with real git. */
import { spawn } from 'node:child_process';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import {
  commitFiles,
  git,
  isCommitted,
  resolveCommitted,
  resolveConflicts,
  writeFile,
  writeSharedLine,
} from './scripted-git.ts';
import type { Disobedience, PlannedFile, Script } from './scripted-script.ts';

const FOR_EVER_MS = 2 ** 31 - 1;

async function play(script: Script): Promise<void> {
  say(`starting ${script.task}`);
  if (script.workspace === 'worktree' && !script.empty) await playInWorktree(script);
  else await pauseFor(script, 1, 1);
  say(`finished ${script.task}`);
  process.exitCode = script.exit;
}

async function playInWorktree(script: Script): Promise<void> {
  const resolved = resolveConflicts();
  if (resolved.length > 0) say(`resolved ${resolved.join(', ')}`);
  if (script.sharedLine && resolveCommitted(script.sharedLine.file))
    say(`resolved ${script.sharedLine.file}`);
  if (script.disobey === 'other-branch') git('switch', '-q', '-c', `strayed/${process.pid}`);
  await makeCommits(script);
  shareLine(script);
  if (script.disobey) disobey(script.disobey);
}

/** A session that takes no time commits all at once up to where it may break off, which spares git most of its starts. */
async function makeCommits(script: Script): Promise<void> {
  const { commits } = script;
  const done = isCommitted(commits);
  const unsaved: PlannedFile[] = [];
  const save = (): void => {
    commitFiles(unsaved);
    for (const { subject } of unsaved.splice(0)) say(subject);
  };
  for (const [index, planned] of commits.entries()) {
    await pauseFor(script, index + 1, commits.length);
    if (index === commits.length >> 1) {
      save();
      await breakOff(script);
    }
    if (done.has(planned)) continue;
    writeFile(planned.file, planned.content);
    if (script.leaveUncommitted && index === commits.length - 1) say(`left ${planned.file}`);
    else unsaved.push(planned);
    if (script.durationMs > 0) save();
  }
  save();
}

/** Waits for this commit's part of the duration, then reports what was used so far. */
async function pauseFor({ durationMs, tokens }: Script, part: number, parts: number): Promise<void> {
  if (durationMs > 0) await pause(durationMs / parts);
  if (tokens === 0) return;
  const used = Math.round((tokens * part) / parts);
  const outputTokens = Math.round(used / 5);
  const usage = { inputTokens: used - outputTokens, outputTokens, cacheReadTokens: 0 };
  process.stdout.write(`@usage ${JSON.stringify(usage)}\n`);
}

async function breakOff({ crash, stall }: Script): Promise<void> {
  if (crash) process.kill(process.pid, 'SIGKILL');
  if (stall) await pause(FOR_EVER_MS);
}

function shareLine({ sharedLine, task }: Script): void {
  if (!sharedLine) return;
  const { file, line } = sharedLine;
  const content = writeSharedLine(file, line);
  if (content === undefined) return;
  commitFiles([{ file, subject: `Add ${task} to ${file}`, content }]);
  say(`wrote to ${file}`);
}

function disobey(how: Disobedience): void {
  switch (how) {
    case 'other-branch':
      return;
    case 'move-target':
      git('update-ref', `refs/heads/tutti/${process.env.TUTTI_RUN}`, 'HEAD');
      return;
    case 'main-checkout':
      writeFileSync(join(mainCheckout(), 'STRAYED.txt'), 'An agent was here.\n');
      return;
    case 'delete-worktree':
      rmSync(process.cwd(), { recursive: true, force: true });
      return;
    case 'daemon':
      spawn(process.execPath, ['-e', `setTimeout(() => {}, ${FOR_EVER_MS})`], {
        detached: true,
        stdio: 'ignore',
      }).unref();
  }
}

const mainCheckout = (): string =>
  dirname(git('rev-parse', '--path-format=absolute', '--git-common-dir').trim());

function say(text: string): void {
  process.stdout.write(`${text}\n`);
}

await play(JSON.parse(readFileSync(0, 'utf8')) as Script);
