/**
 * The claim of a pooled worktree, a file beside its index: whose branch it was acquired for, so that a restart knows even when
 * an agent left the branch, and whether what differs in it is work.
 */
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** Git's own folder of a worktree, where its claim lies. */
interface Claimed {
  readonly adminDir: string;
}

export interface Claim {
  readonly branch: string;
  /** The engine is changing the files: half of that is nobody's work. It is done anew, from the branch. */
  readonly isSuspended: boolean;
}

const FILE = 'tutti-branch';
const SUSPENDED = 'suspended';

/** Null when nobody needs what is in the worktree, or nobody has claimed it yet. */
export async function readClaim(adminDir: string): Promise<Claim | null> {
  const text = await readFile(join(adminDir, FILE), 'utf8').catch(() => '');
  const [branch = '', state] = text.trim().split('\n');
  return branch === '' ? null : { branch, isSuspended: state === SUSPENDED };
}

/** From now on what differs in the worktree is work. */
export const writeClaim = ({ adminDir }: Claimed, branch: string): Promise<void> =>
  writeFile(join(adminDir, FILE), `${branch}\n`);

/** Before the engine changes files or moves the branch under them; until `writeClaim`. */
export const suspendClaim = ({ adminDir }: Claimed, branch: string): Promise<void> =>
  writeFile(join(adminDir, FILE), `${branch}\n${SUSPENDED}\n`);

/** An empty claim says that nobody needs what is in the worktree, also when its HEAD is on a branch still. */
export const removeClaim = ({ adminDir }: Claimed): Promise<void> => writeFile(join(adminDir, FILE), '');

/** Whether it was removed, which is more than that there is none yet. */
export const isClaimRemoved = async ({ adminDir }: Claimed): Promise<boolean> =>
  (await readFile(join(adminDir, FILE), 'utf8').catch(() => null)) === '';
