/** The commits of a task against those that its plan lists. */

/** Commits that are there, and that the plan lists; 0 planned when it lists none. */
export interface CommitsView {
  readonly made: number;
  readonly planned: number;
}
