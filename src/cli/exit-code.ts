/** Exit codes (SPEC §4, Ending). */
export const exitCode = {
  allDone: 0,
  /** Ended with tasks not done. */
  incomplete: 1,
  /** Bad usage, plan or configuration. */
  usage: 2,
  /** `doctor` and `check` say no. */
  checkFailed: 3,
  /** Paused, resumable. */
  paused: 4,
  internal: 70,
} as const;
