/** How the gate of a run stands, as data and in the words that every screen uses. */
import type { RunState } from '../core/run-state.ts';

export interface GateView {
  readonly steps: readonly {
    readonly name: string;
    /** Null before it was tried on the base: it counts until that says otherwise. */
    readonly counts: boolean | null;
  }[];
}

export const gateView = ({ settings, record }: RunState): GateView => ({
  steps: settings.gate.map(({ name }) => ({
    name,
    counts: record.baseline === 'known' ? !record.baselineRed.includes(name) : null,
  })),
});

/** Nobody should take a result for verified by a step that has never passed. Empty when all count, or nothing was merged. */
export function unverifiedText({ steps }: GateView, merged: number): string {
  const red = steps.filter(({ counts }) => counts === false);
  if (merged === 0 || red.length === 0) return '';
  const names = red.map(({ name }) => `"${name}"`).join(', ');
  const all = red.length === steps.length ? ': nothing was verified' : '';
  return `the gate has never passed ${names} on the target${all}. Mend it and run it on the result yourself.`;
}
