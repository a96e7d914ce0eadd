/** Turns errors of git's into faults that say what a person can do; which command failed is of no matter here. */
import { normalize } from 'node:path';
import { Fault } from '../core/fault.ts';
import { GitError } from './run-git.ts';

const LOCKED = /Unable to create '(.+\.lock)': File exists/;
// Only for errors: git says these words of ids that a caller made up too.
const DAMAGED =
  /bad object|bad tree object|not a valid (object|commit)|could not parse|unable to parse|not something we can merge|invalid sha1 pointer/i;

/** Runs what talks to git; a GitError never gets out. @throws Fault in its place */
export async function faultsOnly<Result>(work: () => Promise<Result>): Promise<Result> {
  try {
    return await work();
  } catch (error) {
    throw asFault(error);
  }
}

/** The fault that a GitError amounts to; everything else as it is. */
export function asFault(error: unknown): unknown {
  if (!(error instanceof GitError)) return error;
  const { message, stderr } = error;
  const lock = LOCKED.exec(stderr)?.[1];
  if (lock !== undefined) {
    const fix = `See that no git is running here, then remove the lock it left and resume: rm '${normalize(lock)}'`;
    return new Fault('workspace-unavailable', message, fix, { cause: error });
  }
  if (DAMAGED.test(stderr)) {
    const fix = 'Run `git fsck --full` and restore what is missing (from a clone or a remote), then resume.';
    return new Fault('repository-damaged', message, fix, { cause: error });
  }
  const fix = 'Look at `git worktree list` and the message above, then resume.';
  return new Fault('workspace-unavailable', message, fix, { cause: error });
}
