/** Says which phases of a roadmap a dependency phrase means. Reads no text. */
import type { DependencyPhrase, PhaseReference } from './dependency-phrase.ts';
import { comparePhases, phaseKey } from './gsd-phase-id.ts';

/** The phases that `owner` waits for, as keys, and the names that are no phase. */
export interface ResolvedPhrase {
  readonly keys: readonly string[];
  readonly unknown: readonly string[];
  /** Keys of those that `except` takes away. */
  readonly excepted: ReadonlySet<string>;
}

export interface PhaseNames {
  readonly known: ReadonlySet<string>;
  /** In numeric order: what ranges and `all previous` are taken from. */
  readonly ordered: readonly string[];
}

/** More folders of phases than this are waited for one by one only. */
const MAX_ORDERED = 2_000;

/** @param keys those of all phases */
export const phaseNames = (keys: Iterable<string>): PhaseNames => {
  const known = new Set(keys);
  return { known, ordered: [...known].sort(comparePhases).slice(0, MAX_ORDERED) };
};

export function resolvePhrase(
  phrase: DependencyPhrase,
  owner: string,
  { known, ordered }: PhaseNames,
): ResolvedPhrase {
  const unknown: string[] = [];
  const keysOf = (reference: PhaseReference): string[] => {
    if (reference.kind === 'phase') return lookUp(reference.id);
    if (reference.kind === 'all-previous') return earlierThan(owner, ordered);
    if (reference.kind === 'previous') return earlierThan(owner, ordered).slice(-1);
    const ends = [...lookUp(reference.from), ...lookUp(reference.to)];
    const [from, to] = [phaseKey(reference.from), phaseKey(reference.to)];
    const start = countWhile(ordered, (key) => comparePhases(key, from) < 0);
    const end = countWhile(ordered, (key) => comparePhases(key, to) <= 0);
    const inside = ordered.slice(start, Math.max(start, end));
    return (inside.length > 0 ? [...inside, ...ends] : ends.sort(comparePhases)).filter(
      (key) => key !== owner,
    );
  };
  const lookUp = (id: string): string[] => {
    if (known.has(phaseKey(id))) return [phaseKey(id)];
    unknown.push(id);
    return [];
  };
  const keys = phrase.references.flatMap(keysOf);
  const unknownNames = [...new Set(unknown)];
  const excepted = new Set(phrase.except.flatMap(keysOf));
  return { keys: [...new Set(keys)].filter((key) => !excepted.has(key)), unknown: unknownNames, excepted };
}

const earlierThan = (owner: string, ordered: readonly string[]): string[] =>
  ordered.slice(
    0,
    countWhile(ordered, (key) => comparePhases(key, owner) < 0),
  );

/** How many keys at the beginning are as asked for, where none behind them is. */
function countWhile(ordered: readonly string[], isAsked: (key: string) => boolean): number {
  let [low, high] = [0, ordered.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (isAsked(ordered[middle] as string)) low = middle + 1;
    else high = middle;
  }
  return low;
}
