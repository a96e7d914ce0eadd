/** When nobody was at work on a run: paused, ended, its engine dead, its machine asleep. And times without that. */
import type { Event } from '../core/event.ts';
import type { Timestamp } from '../core/plan.ts';

/** A stretch of time in which the run did not go on. */
export interface EngineGap {
  readonly from: Timestamp;
  readonly to: Timestamp;
  /** `ended`: somebody has reopened it since; `died`: the engine was killed; `asleep`: the machine was, or its clock jumped. */
  readonly because: 'not-started' | 'paused' | 'ended' | 'died' | 'asleep';
}

export interface EngineFollower {
  see(event: Event): void;
  /** When the run has come to rest; null while it goes on. */
  restingSince(): Timestamp | null;
  /** When an engine last did anything. */
  lastSign(): Timestamp;
  /** The gaps up to `end`, in order; none overlaps another. */
  gaps(end: Timestamp): EngineGap[];
}

/** What people ask for, and a landing, may be recorded while no engine lives. */
const isOfEngine = ({ type }: Event): boolean => !type.endsWith('-requested') && type !== 'run-landed';

/** To be shown every event of a run, its first one included. */
export function followEngine(): EngineFollower {
  const found: EngineGap[] = [];
  let rest: Pick<EngineGap, 'from' | 'because'> | null = null;
  let lastSign: Timestamp = 0;
  let startedAt: Timestamp | null = null;
  const add = (gap: EngineGap): void => {
    const from = Math.max(gap.from, found.at(-1)?.to ?? gap.from);
    if (gap.to > from) found.push({ ...gap, from });
  };
  return {
    see(event) {
      const { at } = event;
      if (event.type === 'engine-started') {
        const because = startedAt === null ? 'not-started' : 'died';
        add({ ...(rest ?? { from: lastSign, because }), to: at });
        rest = null;
        startedAt = at;
      } else if (event.type === 'clock-jumped')
        add({ from: Math.max(startedAt ?? 0, at - event.gapMs), to: at, because: 'asleep' });
      else if (event.type === 'run-paused') rest ??= { from: at, because: 'paused' };
      else if (event.type === 'run-ended') rest ??= { from: at, because: 'ended' };
      if (isOfEngine(event)) lastSign = Math.max(lastSign, at);
    },
    restingSince: () => rest?.from ?? null,
    lastSign: () => lastSign,
    gaps: (end) => (rest !== null && rest.from < end ? [...found, { ...rest, to: end }] : [...found]),
  };
}

/**
 * A function that gives the time a run had been at work at some moment: what passed since `from`, without the gaps.
 * @param gaps in order, none overlapping another
 */
export function activeTime(from: Timestamp, gaps: readonly EngineGap[]): (at: Timestamp) => number {
  const lost = [0];
  for (const gap of gaps) lost.push((lost.at(-1) as number) + gap.to - gap.from);
  return (at) => {
    let [low, high] = [0, gaps.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((gaps[middle] as EngineGap).to <= at) low = middle + 1;
      else high = middle;
    }
    const begun = gaps[low];
    const inGap = begun === undefined ? 0 : Math.max(0, at - begun.from);
    return Math.max(0, at - from - (lost[low] as number) - inGap);
  };
}
