/** What keys have asked of the engine and the view does not show yet, so that each of several quick presses counts. Pure. */
import type { RunView } from '../view/run-view.ts';

export interface Asked {
  /** What `+` and `-` asked for last, and the limit of then. */
  readonly slots: { readonly from: number; readonly to: number } | null;
  /** How far Ctrl+C has come: 1 is draining, 2 stopping. */
  readonly ending: number;
}

export const nothingAsked: Asked = { slots: null, ending: 0 };

/** Slots after one more press of `+` or `-`. */
export function slotsAfter({ slots }: Asked, { slots: { limit } }: RunView, by: number): number {
  // Anywhere else than on its way there somebody else has put it.
  const isUnderWay =
    slots !== null && Math.min(slots.from, slots.to) <= limit && limit <= Math.max(slots.from, slots.to);
  return (isUnderWay ? slots.to : limit) + by;
}

/** How far the run is on its way to its end, or will be when all that was asked has been done; 3: it is there. */
export const endingOf = ({ ending }: Asked, view: RunView): number => Math.max(ending, shownEnding(view));

/** What the view does not show yet. */
export const stillAsked = ({ slots, ending }: Asked, view: RunView): Asked => ({
  slots: slots?.to === view.slots.limit ? null : slots,
  ending: shownEnding(view) >= ending ? 0 : ending,
});

function shownEnding({ state, stopping }: RunView): number {
  if (state === 'paused' || state === 'ended') return 3;
  return stopping ? 2 : state === 'draining' ? 1 : 0;
}
