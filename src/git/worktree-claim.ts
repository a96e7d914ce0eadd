/**
 * The claim of a pooled worktree, a file beside its index: whose branch it was acquired for, so that a restart knows even when
 * an agent left the branch, and whether what differs in it is work.
 */
import { readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { environmentFault } from './run-git.ts';

/** Git's own folder of a worktree, where its claim lies. */
interface Claimed {
  readonly adminDir: string;
}

const FILE = 'tutti-branch';
const SUSPENDED = 'suspended';

/** The branch that holds the worktree; null when nobody needs what is in it, or nobody has claimed it yet. */
export const readClaim = async (claimed: Claimed): Promise<string | null> =>
  (await read(claimed))?.split('\n')[0] || null;

/**
 * False while the engine changes the files, and when nobody needs them: half of a change is nobody's work, and is done anew
 * from the branch.
 */
export async function holdsWork(claimed: Claimed): Promise<boolean> {
  const claim = await read(claimed);
  return claim === null || (claim !== '' && claim.split('\n')[1] !== SUSPENDED);
}

/** Whether nobody needs what is in the worktree, which is more than that nobody has claimed it yet. */
export const isClaimRemoved = async (claimed: Claimed): Promise<boolean> => (await read(claimed)) === '';

/** From now on what differs in the worktree is work. @throws Fault `disk-full` */
export const writeClaim = (claimed: Claimed, branch: string): Promise<void> => write(claimed, `${branch}\n`);

/** Before the engine changes files or moves the branch under them; until `writeClaim`. @throws Fault `disk-full` */
export const suspendClaim = (claimed: Claimed, branch: string): Promise<void> =>
  write(claimed, `${branch}\n${SUSPENDED}\n`);

/** An empty claim says that nobody needs what is in the worktree, also when its HEAD is on a branch still. @throws Fault `disk-full` */
export const removeClaim = (claimed: Claimed): Promise<void> => write(claimed, '');

/** Null where there is no claim; else without the line break at its end. */
const read = ({ adminDir }: Claimed): Promise<string | null> =>
  readFile(join(adminDir, FILE), 'utf8').then(
    (text) => text.trim(),
    () => null,
  );

/** At once or not at all: half a claim would be another. */
async function write({ adminDir }: Claimed, text: string): Promise<void> {
  const [file, draft] = [join(adminDir, FILE), join(adminDir, `${FILE}.new`)];
  try {
    await writeFile(draft, text);
    await rename(draft, file);
  } catch (error) {
    throw environmentFault((error as NodeJS.ErrnoException).code ?? '', error) ?? error;
  }
}
