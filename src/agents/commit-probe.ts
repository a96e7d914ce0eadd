/** Tells whether something was committed in a worktree, without running git. */
import { headMovedAt } from '../system/head-log.ts';

/** A probe that says whether the worktree's head moved since it was asked last, or since it was made. */
export function commitProbe(cwd: string): () => Promise<boolean> {
  const madeAt = Date.now();
  let seenAt: number | undefined;
  return async () => {
    const movedAt = await headMovedAt(cwd);
    const moved = movedAt !== undefined && movedAt > (seenAt ?? madeAt);
    seenAt = movedAt ?? seenAt;
    return moved;
  };
}
