/** `tutti clean`: shows what runs have left, and deletes what is proven to be safe elsewhere. Journals and logs stay. */
import { type Home, lockRun, openHome } from '../../compose.ts';
import { runId } from '../../core/plan.ts';
import { plainText } from '../../view/plain-text.ts';
import { type Leftover, listLeftovers, removeLeftovers, type Scope, scopeOf } from '../clean/leftovers.ts';
import { exitCode } from '../exit-code.ts';
import type { Action } from '../program.ts';
import type { Terminal } from '../terminal.ts';
import { counted, reportWidth, wrapWords } from '../wrapped-text.ts';

export interface CleanOptions {
  readonly yes?: boolean;
  readonly json?: boolean;
}

export const command: Action<CleanOptions> = async (terminal, [id], { yes = false, json = false }) => {
  const home = await openHome(terminal);
  try {
    const { scope, found } = await underLock(home, async () => {
      const looked = scopeOf(home, id);
      return { scope: looked, found: await listLeftovers(looked.scopes) };
    });
    if (!json) terminal.print(leftoversText(found, scope, terminal));
    const agreed = found.some(({ stays }) => stays === null) && (await isWanted(terminal, yes, json));
    const removed = agreed
      ? await underLock(home, () => removeLeftovers(scope.scopes))
      : { deleted: [], stayed: found };
    if (json) terminal.print(JSON.stringify(toDocument(found, removed, scope, home), null, 2));
    else terminal.print(endText(found, removed, agreed, home, terminal));
    return exitCode.allDone;
  } finally {
    home.close();
  }
};

/**
 * Refuses while an engine is at work, and keeps one from starting under our hands. Not held while a person thinks.
 * @throws ProblemError `locked`
 */
async function underLock<Result>(home: Home, work: () => Promise<Result>): Promise<Result> {
  const lock = await lockRun(home, runId('clean'));
  try {
    return await work();
  } finally {
    lock.release();
  }
}

async function isWanted(terminal: Terminal, yes: boolean, json: boolean): Promise<boolean> {
  if (yes) return true;
  return terminal.interactive && !json && (await terminal.ask('\nDelete what can go?'));
}

function leftoversText(found: readonly Leftover[], { unfinished }: Scope, terminal: Terminal): string {
  const can = found.filter(({ stays }) => stays === null);
  const cannot = found.filter(({ stays }) => stays !== null);
  const parts = [
    ...section('Can go', can, terminal),
    ...section('Stays', cannot, terminal),
    ...(found.length === 0 ? ['No branch and no worktree of a run that has ended is left.'] : []),
    ...unfinished.map((run) => `Run ${run} has not ended, its branches are left alone (tutti clean ${run}).`),
  ];
  return parts.join('\n');
}

/** What has the same reason stands together. */
function section(title: string, leftovers: readonly Leftover[], terminal: Terminal): string[] {
  if (leftovers.length === 0) return [];
  const { strong, dim } = terminal.palette;
  const width = reportWidth(terminal.columns());
  const groups = Map.groupBy(leftovers, ({ type, safe, stays }) => `${type}: ${safe ?? stays}`);
  return [
    strong(title),
    ...[...groups].flatMap(([reason, group]) => [
      `  ${dim(wrapWords(reason, width, 2))}`,
      // Whole, however long: what is cut could not be looked up.
      ...group.map(({ name }) => `    ${plainText(name)}`),
    ]),
  ];
}

interface Removed {
  readonly deleted: readonly Leftover[];
  readonly stayed: readonly Leftover[];
}

function endText(
  found: readonly Leftover[],
  { deleted, stayed }: Removed,
  agreed: boolean,
  { folder }: Home,
  terminal: Terminal,
): string {
  const { good, dim } = terminal.palette;
  const can = found.filter(({ stays }) => stays === null).length;
  const where = dim(`Journal and logs stay: ${folder.path}`);
  if (!agreed)
    return can === 0 ? where : `\nNothing was deleted. tutti clean --yes deletes what can go.\n${where}`;
  const failed = stayed.filter(({ name }) => found.some((one) => one.name === name && one.stays === null));
  const branches = deleted.filter(({ type }) => type === 'branch').length;
  const what = `${counted(branches, 'branch', 'branches')} and ${counted(deleted.length - branches, 'worktree')}`;
  return [`\n${good(`Deleted ${what}.`)}`, ...section('Stays after all', failed, terminal), where].join('\n');
}

const toDocument = (
  found: readonly Leftover[],
  removed: Removed,
  { unfinished }: Scope,
  { folder }: Home,
) => ({
  schemaVersion: 1,
  kind: 'clean',
  found,
  deleted: removed.deleted.map(({ type, name }) => ({ type, name })),
  unfinished,
  state: folder.path,
});
