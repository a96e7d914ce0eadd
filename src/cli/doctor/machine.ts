/** Checks of the machine itself, wherever the command is called: Node, git, the state folder, sockets, processes. */
import { chmodSync, mkdtempSync, rmSync, statSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  ensurePrivateFolder,
  freeBytes,
  isTooOld,
  openDatabase,
  readProcessTable,
  runGit,
} from '../../compose.ts';
import { bad, type Check, look, note, ok } from './check.ts';

const STATE_FIX = 'Make it writable, or choose another place with TUTTI_STATE_DIR.';
/** Worktrees and logs of a small run need about this much. */
const LEAST_BYTES = 1024 ** 3;
const COMFORTABLE_BYTES = 10 * 1024 ** 3;
/** macOS allows 104 bytes with the closing zero. */
const LONGEST_SOCKET = 100;

export async function checkMachine(cwd: string, stateFolder: string): Promise<readonly Check[]> {
  return [
    checkNode(process.versions.node),
    ...(await look('git', 'Install git 2.38 or newer.', () => checkGit(cwd))),
    ...(await look('identity', 'See `git var GIT_COMMITTER_IDENT`.', () => checkIdentity(cwd))),
    ...(await look('state folder', STATE_FIX, () => checkStateFolder(stateFolder))),
    ...(await look('processes', 'tutti needs /proc (Linux) or ps (macOS).', checkProcesses)),
  ];
}

/** @param version without a leading v */
export function checkNode(version: string): Check {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  const isFit = major > 22 || (major === 22 && minor >= 18);
  return isFit
    ? ok('node', `Node ${version}`)
    : bad('node', `Node ${version} is too old`, 'Install Node 22.18 or newer: https://nodejs.org');
}

async function checkGit(cwd: string): Promise<Check> {
  const { stdout } = await runGit(cwd, ['version']);
  const text = stdout.trim();
  return isTooOld(text) ? bad('git', `${text} is too old`, 'Install git 2.38 or newer.') : ok('git', text);
}

/** As the repository we are in has it, or the user in general. */
async function checkIdentity(cwd: string): Promise<Check> {
  const args = ['-c', 'user.useConfigOnly=true', 'var', 'GIT_COMMITTER_IDENT'];
  const { exitCode, stdout } = await runGit(cwd, args, { allow: [128] });
  if (exitCode === 0) return ok('identity', `git commits as ${stdout.replace(/ \d+ [+-]\d+\s*$/, '')}`);
  const fix = 'git config --global user.name "Your Name" && git config --global user.email you@example.com';
  return bad('identity', 'git does not know who you are, so it cannot commit', fix);
}

/** Everything that is later asked of the folder is tried once in a folder of its own inside it. */
async function checkStateFolder(folder: string): Promise<readonly Check[]> {
  ensurePrivateFolder(folder);
  const probe = mkdtempSync(join(folder, 'doctor-'));
  try {
    return [
      checkPrivacy(folder, probe),
      ...(await look('journal', STATE_FIX, () => checkJournal(join(probe, 'probe.db')))),
      ...(await look('disk', 'Free some disk space.', () => checkDisk(folder))),
      ...(await look('socket', 'Set TUTTI_STATE_DIR to a folder on a local disk.', () => checkSocket(probe))),
    ];
  } finally {
    rmSync(probe, { recursive: true, force: true });
  }
}

function checkPrivacy(folder: string, probe: string): Check {
  chmodSync(probe, 0o700);
  if ([folder, probe].every((path) => (statSync(path).mode & 0o077) === 0))
    return ok('state folder', `${folder} is writable and private to you`);
  const fix =
    'Set TUTTI_STATE_DIR to a folder on a file system that keeps rights (not a Windows or FAT disk).';
  return bad('state folder', `${folder} cannot be made private: others could read logs and journal`, fix);
}

function checkJournal(file: string): Check {
  const database = openDatabase(file);
  try {
    const row = database.prepare('SELECT sqlite_version() AS version').get();
    return ok('journal', `SQLite ${row?.version} of Node writes and syncs there`);
  } finally {
    database.close();
  }
}

async function checkDisk(folder: string): Promise<Check> {
  const free = await freeBytes(folder);
  const text = `${(free / 1024 ** 3).toFixed(1)} GB free for worktrees and logs`;
  if (free < LEAST_BYTES)
    return bad('disk', text, 'Free some space, or set TUTTI_STATE_DIR to a larger disk.');
  if (free >= COMFORTABLE_BYTES) return ok('disk', text);
  return note('disk', text, 'Each worktree takes the room of a checkout with its dependencies.');
}

async function checkSocket(probe: string): Promise<Check> {
  const fits = Buffer.byteLength(join(probe, 's')) <= LONGEST_SOCKET;
  const folder = fits ? probe : mkdtempSync(join(tmpdir(), 'tutti-'));
  try {
    await new Promise<void>((resolve, reject) => {
      const server = createServer().once('error', reject);
      server.listen(join(folder, 's'), () => server.close(() => resolve()));
    });
    return ok('socket', 'a private control socket can be made');
  } finally {
    if (!fits) rmSync(folder, { recursive: true, force: true });
  }
}

async function checkProcesses(): Promise<Check> {
  const table = await readProcessTable();
  const source = process.platform === 'linux' ? '/proc' : 'ps';
  return table.some(({ pid }) => pid === process.pid)
    ? ok('processes', `${source} shows what agents start`)
    : bad(
        'processes',
        `${source} does not show our own process`,
        'Run where processes can be seen: agents are ended by it.',
      );
}
