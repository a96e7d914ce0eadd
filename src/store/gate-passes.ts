/** Remembers which gate steps passed on which tree. What a key is made of is the gate's affair. */
import type { Timestamp } from '../core/plan.ts';
import type { Database } from './database.ts';
import { asJournalFault } from './sqlite-fault.ts';

export interface GatePasses {
  has(key: string): boolean;
  /** @throws Fault `journal-unwritable` */
  remember(key: string): void;
}

/** The passes of a repository, shared by all its runs. `now` stamps new ones. */
export function openGatePasses(database: Database, now: () => Timestamp): GatePasses {
  const find = database.prepare('SELECT 1 FROM gate_passes WHERE key = ?');
  const insert = database.prepare('INSERT OR IGNORE INTO gate_passes (key, passed_at) VALUES (?, ?)');
  return {
    has: (key) => find.get(key) !== undefined,
    remember: (key) => {
      try {
        insert.run(key, now());
      } catch (error) {
        throw asJournalFault(error, database.location() ?? 'in memory');
      }
    },
  };
}
