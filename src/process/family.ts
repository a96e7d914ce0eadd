/** Which processes of a table belong to one program: all it started, however they hid. Pure; signals nobody. */
import { plainMark } from './identity.ts';
import type { ProcessEntry } from './process-table.ts';

/** A program and everything that comes from it. */
export interface Family {
  /** The mark that it was started with. */
  readonly mark: string;
  /** Also whoever carries a mark that begins with `mark/`: everything that one run ever started. */
  readonly within?: boolean;
  /** The program itself, leader of its session. */
  readonly root?: { readonly pid: number; readonly startTime: string };
  /**
   * Whether the root is or just was a child of this process. Then its session and group ids cannot have been given
   * away yet, and whoever carries them is family even when it has lost its parent and cleared its environment.
   */
  readonly ours: boolean;
}

type Member = Pick<ProcessEntry, 'pid' | 'startTime'>;

export const keyOf = ({ pid, startTime }: Member): string => `${pid} ${startTime}`;

/**
 * The members of a family in a table: by mark, by parent, by session and group. `known` holds keys of members that
 * an earlier look found; they stay members when they lose all of that.
 */
export function findFamily(
  table: readonly ProcessEntry[],
  family: Family,
  known: ReadonlySet<string> = new Set(),
): readonly ProcessEntry[] {
  const isSeed = seedTest(table, family, known);
  const members = new Set(table.filter(isSeed));
  const children = Map.groupBy(table, ({ ppid }) => ppid);
  const sessions = Map.groupBy(table, ({ sid }) => sid);
  const groups = Map.groupBy(table, ({ pgid }) => pgid);
  // A set that grows while it is walked: each new member is visited too.
  for (const { pid } of members) {
    for (const related of [children.get(pid), sessions.get(pid), groups.get(pid)]) {
      for (const entry of related ?? []) members.add(entry);
    }
  }
  return [...members].filter(({ pid }) => pid > 1);
}

function seedTest(
  table: readonly ProcessEntry[],
  { mark, within, root, ours }: Family,
  known: ReadonlySet<string>,
): (entry: ProcessEntry) => boolean {
  // Another process has the root's pid: the system gives a pid away only when no session or group is called so.
  const recycled = table.some(({ pid, startTime }) => pid === root?.pid && startTime !== root.startTime);
  const session = ours && !recycled ? root?.pid : undefined;
  const plain = plainMark(mark);
  return (entry) =>
    entry.mark === plain ||
    (within === true && entry.mark !== undefined && entry.mark.startsWith(`${plain}/`)) ||
    known.has(keyOf(entry)) ||
    (root !== undefined && keyOf(entry) === keyOf(root)) ||
    (session !== undefined && (entry.sid === session || entry.pgid === session));
}

/** This process and all its ancestors: nobody may signal them, whatever mark they carry. */
export function findAncestors(table: readonly ProcessEntry[], self: number): ReadonlySet<number> {
  const parents = new Map(table.map(({ pid, ppid }) => [pid, ppid]));
  const line = new Set<number>();
  for (let pid: number | undefined = self; pid !== undefined && !line.has(pid); pid = parents.get(pid))
    line.add(pid);
  return line;
}
