/** What a session of OpenCode has used, as its own database counts it: what it answers tells of its last answer only. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Usage } from '../core/event.ts';
import { asAmount } from './json-line.ts';
import { ownDataFolder } from './own-state.ts';

/** What a session has used since it was asked for; undefined when nobody knows. */
export type UsageMeter = () => Usage | undefined;

/** Begins with what an earlier part of the session has used: that is counted already. */
export function openCodeMeter(ownFolder: string, session: string): UsageMeter {
  const file = join(ownDataFolder(ownFolder, 'opencode'), 'opencode', 'opencode.db');
  const before = readUsage(file, session);
  return () => {
    const now = readUsage(file, session);
    if (now === undefined) return undefined;
    const costUsd = now.costUsd - (before?.costUsd ?? 0);
    const usage = {
      inputTokens: now.inputTokens - (before?.inputTokens ?? 0),
      outputTokens: now.outputTokens - (before?.outputTokens ?? 0),
      cacheReadTokens: now.cacheReadTokens - (before?.cacheReadTokens ?? 0),
    };
    return costUsd > 0 ? { ...usage, costUsd } : usage;
  };
}

/** With all that it has started: a helper of the agent is a session of its own. */
const SUM = `
  WITH RECURSIVE family(id) AS (
    SELECT ? UNION SELECT session.id FROM session JOIN family ON session.parent_id = family.id
  )
  SELECT count(*) AS sessions, sum(cost) AS cost,
    sum(tokens_input + tokens_cache_write) AS input,
    sum(tokens_output + tokens_reasoning) AS output,
    sum(tokens_cache_read) AS cached
  FROM session WHERE id IN family`;

/** The database is another program's, which writes to it meanwhile; whatever it is that we cannot read, we do without. */
function readUsage(file: string, session: string): Required<Usage> | undefined {
  if (!existsSync(file)) return undefined;
  try {
    const { DatabaseSync } = process.getBuiltinModule('node:sqlite');
    const database = new DatabaseSync(file, { readOnly: true });
    try {
      const sum = database.prepare(SUM).get(session);
      if (sum === undefined || sum.sessions === 0) return undefined;
      return {
        inputTokens: asAmount(sum.input),
        outputTokens: asAmount(sum.output),
        cacheReadTokens: asAmount(sum.cached),
        costUsd: asAmount(sum.cost),
      };
    } finally {
      database.close();
    }
  } catch {
    return undefined;
  }
}
