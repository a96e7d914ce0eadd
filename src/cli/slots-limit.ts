/** How many slots a run may be given while it goes on, however it is asked: by `slots`, or by a key of the dashboard. */
import { type Problem, problem } from '../core/problem.ts';

/** Why there cannot be so many; undefined when there can. @param most `limits.maxParallel` */
export const tooManySlots = (slots: number, most: number): Problem | undefined =>
  slots > most
    ? problem(
        'usage',
        `${slots} slots are more than limits.maxParallel allows (${most}).`,
        'Give fewer, or raise limits.maxParallel in tutti.yaml.',
      )
    : undefined;
