/** What OpenCode's log tells of a service that refuses: it asks again and again by itself and says nothing of it otherwise. */
import type { Refusal } from '../ports/agent.ts';
import { refusalIn } from './refusals.ts';

/** The words of the service in a line of that log; undefined for any other line, and where only a title was asked for. */
export const openCodeComplaint = (line: string): string | undefined =>
  line.includes(' small=true ')
    ? undefined
    : /\blevel=ERROR\b.* message="stream error" .*\berror\.error="(?:\w+: )?(.*)"$/.exec(line)?.[1];

/** A busy service is asked for a minute or so by the agent; then the run has better things to do with the slot. */
const MOST_OVERLOADED = 5;

export interface Patience {
  /** One more complaint: the refusal, when the session is to be ended for it. */
  readonly complain: (text: string) => Refusal | undefined;
  /** The service has answered. */
  readonly renew: () => void;
}

/** One for each session. */
export function patience(): Patience {
  let overloaded = 0;
  return {
    complain(text) {
      const refusal = refusalIn(text);
      if (refusal?.reason !== 'overloaded') return refusal;
      overloaded += 1;
      return overloaded < MOST_OVERLOADED ? undefined : refusal;
    },
    renew() {
      overloaded = 0;
    },
  };
}
