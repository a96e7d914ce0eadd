/**
 * Linux: a control group for each program that may hide what it starts. Nobody leaves it by clearing the environment,
 * losing the parent or beginning a session. Only where the system lets us make one below our own; else there is none.
 */
import { existsSync, mkdirSync, readdirSync, readFileSync, rmdirSync, writeFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import type { ProcessIdentity } from '../core/event.ts';
import type { Clock } from '../ports/clock.ts';
import { startTimeOf } from './identity.ts';

export interface ControlGroup {
  /** Ends all that is in it, at once, and takes the group away. Never rejects. */
  end(): Promise<void>;
}

/** Puts a program that has just started into a group of its own; what it starts from now on is in it, too. */
export type Contain = (program: ProcessIdentity) => ControlGroup | undefined;

const PREFIX = 'tutti-';
/** What has been killed takes a moment to go; longer only what is stuck in the kernel. */
const LOOKS = 100;
const WAIT_MS = 5;

export function controlGroups(clock: Pick<Clock, 'after'>): Contain {
  let parent: string | undefined | 'unknown' = 'unknown';
  let made = 0;
  return (program) => {
    if (parent === 'unknown') parent = findParent();
    if (parent === undefined) return undefined;
    const folder = newGroup(parent, () => ++made);
    if (folder === undefined) {
      parent = undefined;
      return undefined;
    }
    // Not waited for: the system takes some milliseconds for it, and nobody has to stand still meanwhile.
    const joined = enter(folder, program);
    return {
      async end() {
        if (await joined) write(folder, 'cgroup.kill', '1');
        for (let looks = 0; looks < LOOKS && !remove(folder); looks += 1) {
          await new Promise<void>((resolve) => {
            clock.after(WAIT_MS, resolve);
          });
        }
      },
    };
  };
}

/** Undefined where none can be made. An engine of this number may have left some behind. */
function newGroup(parent: string, next: () => number): string | undefined {
  for (;;) {
    const folder = join(parent, `${PREFIX}${process.pid}-${next()}`);
    try {
      mkdirSync(folder);
      return folder;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') return undefined;
    }
  }
}

/** Whether programs can be put into groups here. */
export const canContain = (): boolean => {
  const parent = findParent();
  if (parent === undefined) return false;
  const folder = join(parent, `${PREFIX}${process.pid}-trial`);
  try {
    mkdirSync(folder);
    return existsSync(join(folder, 'cgroup.kill'));
  } catch {
    return false;
  } finally {
    remove(folder);
  }
};

async function enter(folder: string, { pid, startTime }: ProcessIdentity): Promise<boolean> {
  // The pid may belong to somebody else by now.
  if (startTimeOf(pid) !== startTime) return false;
  return writeFile(join(folder, 'cgroup.procs'), String(pid)).then(
    () => true,
    () => false,
  );
}

/** The folder of the group that this process is in; without what dead engines left empty there. */
function findParent(): string | undefined {
  if (process.platform !== 'linux') return undefined;
  try {
    const own = /^0::(\/.*)$/m.exec(readFileSync('/proc/self/cgroup', 'utf8'))?.[1];
    const mount = /^\S+ \S+ \S+ (\S+) (\S+) .* - cgroup2 /m.exec(
      readFileSync('/proc/self/mountinfo', 'utf8'),
    );
    const [, root = '', point = ''] = mount ?? [];
    const below = own === undefined || mount === null ? '..' : relative(root, own);
    if (below.startsWith('..')) return undefined;
    const parent = join(point, below);
    for (const name of readdirSync(parent)) {
      const pid = name.startsWith(PREFIX) ? Number.parseInt(name.slice(PREFIX.length), 10) : Number.NaN;
      if (pid > 0 && !existsSync(`/proc/${pid}`)) remove(join(parent, name));
    }
    return parent;
  } catch {
    return undefined;
  }
}

/** Groups that programs in it have made go first. False: somebody is in there still. */
function remove(folder: string): boolean {
  try {
    for (const entry of readdirSync(folder, { withFileTypes: true }))
      if (entry.isDirectory()) remove(join(folder, entry.name));
    rmdirSync(folder);
    return true;
  } catch {
    return !existsSync(folder);
  }
}

function write(folder: string, file: string, text: string): void {
  try {
    writeFileSync(join(folder, file), text);
  } catch {
    // An older kernel has no such file: then the family is all that is ended.
  }
}
