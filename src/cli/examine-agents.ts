/** Lets agents say what they have to say before they work, all at once, in folders that are gone afterwards. */
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inheritedEnvironment } from '../compose.ts';
import type { AgentExamination, AgentLookup } from '../ports/agent.ts';

export interface Examinations {
  readonly lookup: AgentLookup;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Where they would work; a new folder by default. */
  readonly cwd?: string | undefined;
  /** How long each of them may take. */
  readonly timeoutMs: number;
}

/** By name; those that have nothing to say are left out. */
export async function examineAgents(
  names: readonly string[],
  { lookup, env, cwd, timeoutMs }: Examinations,
  signal: AbortSignal,
): Promise<ReadonlyMap<string, AgentExamination>> {
  const asked = names.flatMap((name) => {
    const examine = lookup(name)?.examine;
    return examine === undefined ? [] : [{ name, examine }];
  });
  if (asked.length === 0) return new Map();
  const scratch = await mkdtemp(join(tmpdir(), 'tutti-agents-'));
  try {
    const place = cwd ?? join(scratch, 'work');
    if (cwd === undefined) await mkdir(place);
    const told = asked.map(async ({ name, examine }, index) => {
      const ownFolder = join(scratch, `own-${index}`);
      const surroundings = { cwd: place, env: inheritedEnvironment(env), ownFolder, timeoutMs };
      return [name, await examine(surroundings, signal)] as const;
    });
    return new Map(await Promise.all(told));
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
}

/** Version and log-in in a line; nothing when neither is known. */
export function examinationText({ version, login }: Pick<AgentExamination, 'version' | 'login'>): string {
  if (version === undefined && login.state === 'unknown') return '';
  return [...(version === undefined ? [] : [version]), loginText(login)].join(', ');
}

function loginText(login: AgentExamination['login']): string {
  switch (login.state) {
    case 'in':
      return login.how === undefined ? 'logged in' : `logged in (${login.how})`;
    case 'out':
      return 'not logged in';
    case 'unknown':
      return 'log-in not known';
  }
}
