/** Why a ready task has not started, in the few words that a list has room for. */
import { roughDuration } from '../core/duration.ts';
import type { Timestamp } from '../core/plan.ts';
import type { HeldView } from '../view/queue-view.ts';

export function heldText(held: HeldView | null, now: Timestamp): string {
  if (held === null) return 'starts now';
  switch (held.by) {
    case 'slot':
      return 'next free slot';
    case 'wave':
      return `wave ${held.what} first`;
    case 'pool':
      return `pool ${held.what} is taken`;
    case 'files':
      return `files in use: ${held.what}`;
    case 'agent':
      return `${held.what} is at its limit`;
    case 'budget':
      return held.what === 'cost' ? 'too little money left' : 'too few tokens left';
    case 'back-off':
      return `backs off, ${roughDuration((held.until ?? now) - now)} still`;
    case 'baseline':
      return 'gate is tried on the base first';
    case 'paused':
      return 'paused; r takes it up again';
    case 'run':
      return 'the run starts nothing now';
  }
}
