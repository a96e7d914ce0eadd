/** One line for everything that touches a repository's refs, configuration or worktree list; it does not know what. */

/** Runs operations one after the other in the order they came; one that fails does not stop the next. */
export interface RefQueue {
  /** Must not be called from inside an operation of the same queue: it would wait for itself. */
  run<Result>(operation: () => Promise<Result>): Promise<Result>;
}

// Git's own answer to two writers is a lock file and an error for one of them, not a turn for each.
export function createRefQueue(): RefQueue {
  let last: Promise<unknown> = Promise.resolve();
  return {
    run(operation) {
      const turn = last.then(operation);
      last = turn.catch(() => undefined);
      return turn;
    },
  };
}
