/** What a test has left behind: processes, locks, half-made worktrees, temporary files. Finds; removes nothing. */
import { existsSync, readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { runId } from '../../src/core/plan.ts';
import { acquireLock } from '../../src/store/repository-lock.ts';
import type { Project } from './project.ts';

/** One line for each thing that should not be there. */
export async function findLeftovers(project: Project): Promise<readonly string[]> {
  return [
    ...(await lingeringProcesses(project.root)),
    ...(await gitLeftovers(project)),
    ...(await stateLeftovers(project)),
    ...(await readdir(project.env.TMPDIR ?? '')).map((name) => `temporary file ${name}`),
  ];
}

/** A process that was killed may need an instant to be gone; one that lives on outlives this. */
const GRACE_MS = 1000;
const LOOK_EVERY_MS = 20;

async function lingeringProcesses(root: string): Promise<readonly string[]> {
  const deadline = performance.now() + GRACE_MS;
  for (;;) {
    const found = processesUnder(root);
    if (found.length === 0 || performance.now() > deadline)
      return found.map(({ pid, command }) => `process ${pid}: ${command}`);
    await pause(LOOK_EVERY_MS);
  }
}

export interface FoundProcess {
  readonly pid: number;
  readonly command: string;
}

/** Processes of this test: their environment, folder or command line names its root. Linux only. */
export function processesUnder(root: string): readonly FoundProcess[] {
  if (!existsSync('/proc/self/environ')) return [];
  return readdirSync('/proc').flatMap((name) => {
    if (!/^\d+$/.test(name) || Number(name) === process.pid) return [];
    const command = readProc(name, 'cmdline').replaceAll('\0', ' ').trim();
    const told = [readProc(name, 'environ'), command, workingFolder(name)];
    return told.some((text) => text.includes(root)) ? [{ pid: Number(name), command }] : [];
  });
}

function readProc(pid: string, file: string): string {
  try {
    return readFileSync(`/proc/${pid}/${file}`, 'utf8');
  } catch {
    return '';
  }
}

function workingFolder(pid: string): string {
  try {
    return readlinkSync(`/proc/${pid}/cwd`);
  } catch {
    return '';
  }
}

async function gitLeftovers(project: Project): Promise<readonly string[]> {
  const commonDir = await project
    .git('rev-parse', '--path-format=absolute', '--git-common-dir')
    .catch(() => undefined);
  if (commonDir === undefined || !commonDir.startsWith(project.root)) return [];
  const files = (await readdir(commonDir, { recursive: true })).filter(
    (name) => !name.startsWith('objects/'),
  );
  return [
    ...files.filter((name) => name.endsWith('.lock')).map((name) => `git lock ${name}`),
    ...files
      .filter((name) => /(^|\/)(MERGE_HEAD|CHERRY_PICK_HEAD|rebase-(merge|apply))$/.test(name))
      .map((name) => `half done: ${name}`),
    ...(await worktreeLeftovers(project)),
    ...(await damages(project)),
  ];
}

/** Locked are only those that a person is asked to mend. */
async function worktreeLeftovers(project: Project): Promise<readonly string[]> {
  const records = (await project.git('worktree', 'list', '--porcelain')).split('\n\n').slice(1);
  const kept = records.some((record) => /^locked/m.test(record)) ? await keptFolders(project) : [];
  return records.flatMap((record) => {
    const path = /^worktree (.*)$/m.exec(record)?.[1] ?? '';
    if (/^prunable/m.test(record)) return [`worktree ${path} has no folder`];
    return /^locked/m.test(record) && !kept.includes(path) ? [`worktree ${path} is locked for nobody`] : [];
  });
}

async function keptFolders(project: Project): Promise<readonly (string | null)[]> {
  try {
    return (await project.json('status')).tasks.map(({ workspace }) => workspace);
  } catch {
    return [];
  }
}

async function damages(project: Project): Promise<readonly string[]> {
  try {
    const said = await project.git('fsck', '--connectivity-only', '--no-dangling', '--no-progress');
    return said === '' ? [] : [`git fsck: ${said}`];
  } catch (error) {
    // A repository without a commit has nothing to check.
    const text = String((error as { stderr?: unknown }).stderr ?? error);
    return /unborn|No default references/.test(text) ? [] : [`git fsck: ${text}`];
  }
}

async function stateLeftovers(project: Project): Promise<readonly string[]> {
  const folder = await project.stateFolder();
  if (folder === undefined) return [];
  const found = existsSync(join(folder, 'engine.sock')) ? ['control socket engine.sock'] : [];
  try {
    const owner = { pid: process.pid, run: runId('leftovers'), socket: '', startedAt: 0 };
    (await acquireLock(join(folder, 'lock.db'), owner)).release();
    return found;
  } catch (error) {
    return [...found, `repository lock: ${(error as Error).message}`];
  }
}
