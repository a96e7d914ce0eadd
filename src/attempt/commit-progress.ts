/** Tells of commits while an agent makes them, between what else its session reports. */
import type { AttemptReport, AttemptRequest } from '../ports/executor.ts';

/**
 * The reports and the result of a session, and the number of commits each time it has changed meanwhile.
 * @param watch calls what it is given with each number; its result ends that
 */
export async function* withCommits<Result>(
  { task, attempt }: Pick<AttemptRequest, 'task' | 'attempt'>,
  session: AsyncGenerator<AttemptReport, Result>,
  watch: (tell: (commits: number) => void) => () => void,
): AsyncGenerator<AttemptReport, Result> {
  let counted: number | undefined;
  let ring = (): void => {};
  const stop = watch((commits) => {
    counted = commits;
    ring();
  });
  try {
    let next = asked(session);
    for (;;) {
      const bell = new Promise<undefined>((resolve) => (ring = () => resolve(undefined)));
      if (counted !== undefined) {
        const commits = counted;
        counted = undefined;
        yield { type: 'attempt-progress', task: task.id, attempt, commits };
        continue;
      }
      const heard = await Promise.race([next, bell]);
      if (heard === undefined) continue;
      if (heard.done) return heard.value;
      yield heard.value;
      next = asked(session);
    }
  } finally {
    stop();
  }
}

/** What the session reports next; it may fail while nobody looks, and is looked at later. */
function asked<Result>(session: AsyncGenerator<AttemptReport, Result>) {
  const next = session.next();
  next.catch(() => {});
  return next;
}
