/** The worktree pool of a throw-away repository, as an engine opens it, with all that it was opened on. */

import { openRefLedger, ownedRefs, type RefLedger } from '../../src/git/ref-ledger.ts';
import type { Repository } from '../../src/git/repository.ts';
import { openWorktreePool } from '../../src/git/worktree-pool.ts';
import type { Setup } from '../../src/git/worktree-setup.ts';
import type { Workspaces } from '../../src/ports/workspaces.ts';
import { contractBranches } from '../contracts/workspaces.contract.ts';
import type { Scratch } from './scratch-repository.ts';

export interface ScratchPool {
  readonly repository: Repository;
  readonly ledger: RefLedger;
  readonly pool: Workspaces;
}

/** Opens it anew, also on what an earlier one left: that is what the next engine does. */
export async function openScratchPool(scratch: Scratch, setup?: Setup): Promise<ScratchPool> {
  const repository = await scratch.open();
  const ledger = await openRefLedger(repository, ownedRefs('tutti/run', contractBranches));
  const pool = await openWorktreePool({ repository, ledger, worktreesDir: scratch.worktreesDir, setup });
  return { repository, ledger, pool };
}
