/** Finds the phases that a dependency phrase speaks of without denying them, read or not: so that none is lost silently. */
import { denials } from './dependency-phrase.ts';
import { phaseKey } from './gsd-phase-id.ts';
import { bareText, withoutNotes } from './phrase-tokens.ts';

const named = /\bphases?[ -]?#?(\d{1,6}[a-z]?(?:\.\d{1,6}){0,4})(?![\w.]*\d)/gi;
/** `(and Phase 4 once it is stable)` is no mere note. */
const noteOfPhase = /\((?=(?:and|or|plus|also|as well as|&|\+) phases? )/gi;
const boundary = /[,;()[\]{}]|[.!?](?=\s|$)|\s[-–—]+\s/;

/** @returns keys in order, each once; those of `can run parallel to Phase 2` and `Phase 3 is independent` are not among them */
export function phasesSpokenOf(text: string): string[] {
  const bare = withoutNotes(bareText(text).replace(noteOfPhase, ' '));
  // `Nothing. Phase 1 is next.` has said all.
  if (/^\W{0,20}(?:nothing|none)\b/i.test(bare)) return [];
  const clauses = bare.split(boundary).filter(
    (clause) =>
      !clause
        .toLowerCase()
        .split(/[^a-z]+/)
        .some((word) => denials.has(word)),
  );
  const keys = clauses.flatMap((clause) => [...clause.matchAll(named)].map(([, id = '']) => phaseKey(id)));
  return [...new Set(keys)];
}
