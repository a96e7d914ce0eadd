/** The `Processes` port: ends what an earlier engine started and could not end itself. */
import type { Processes } from '../ports/processes.ts';
import type { Family } from './family.ts';
import { bootId, isAlive } from './identity.ts';
import type { ProcessEntry } from './process-table.ts';
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

/** A child of this very process is no orphan, whatever mark it carries: our own launcher is named like the last one. */
const spare = ({ ppid }: ProcessEntry): boolean => ppid === process.pid;

async function endFamily(family: Family, options: TerminateOptions): Promise<'gone' | 'ended'> {
  const { found } = await terminate(family, { ...options, spare });
  return found === 0 ? 'gone' : 'ended';
}
