/** Forward-backward improvement: pushes a schedule to its right end and back to its left as long as it gets shorter. */
import type { Project } from './project.ts';
import { listByFallingEnd, scheduleSerially, type Timeline } from './serial-schedule.ts';

/**
 * Replaces `list` by that of a schedule that is never longer, and gives the makespan (Valls, Ballestín and Quintanilla
 * 2005, "justification"). Each task, last end first, starts as late as it can: what ended after it has only moved away.
 * Then the same from the other side.
 *
 * @param list an order in which each task follows what it depends on
 * @param mirrored `reversed(project)`
 * @param spent called for every schedule made
 */
export function improveList(
  project: Project,
  mirrored: Project,
  list: Int32Array,
  timeline: Timeline,
  spent: () => void = () => {},
): number {
  const work = list.slice();
  let best = scheduleSerially(project, work, timeline);
  spent();
  for (;;) {
    listByFallingEnd(timeline, work);
    scheduleSerially(mirrored, work, timeline);
    listByFallingEnd(timeline, work);
    const makespan = scheduleSerially(project, work, timeline);
    spent();
    spent();
    if (makespan > best) throw new Error('justification never makes a schedule longer');
    list.set(work);
    if (makespan === best) return best;
    best = makespan;
  }
}
