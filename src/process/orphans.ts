/** The `Processes` port: ends what an earlier engine started and could not end itself. */
import type { Processes } from '../ports/processes.ts';
import type { Family } from './family.ts';
import { bootId, isAlive } from './identity.ts';
import { type TerminateOptions, terminate } from './terminate.ts';

export function createOrphans(options: TerminateOptions): Processes {
  return {
    async end(identity) {
      // Nothing outlives a boot, and the pids of an earlier one are other people's now.
      if (identity.bootId !== bootId()) return 'gone';
      return endFamily({ mark: identity.mark, root: identity, ours: isAlive(identity) }, options);
    },
    endMarked: (mark) => endFamily({ mark, within: true, ours: false }, options),
  };
}

async function endFamily(family: Family, options: TerminateOptions): Promise<'gone' | 'ended'> {
  const { found } = await terminate(family, options);
  return found === 0 ? 'gone' : 'ended';
}
