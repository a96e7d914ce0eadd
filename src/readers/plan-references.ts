/** Says which plans and phases the `depends_on` of a GSD plan means: `01-01`, `05`, `v1.0-01`, `Phase 2`. Reads no files. */
import { canonicalName } from '../core/nearest.ts';
import { readDependencyPhrase } from './dependency-phrase.ts';
import { phaseKey, phaseOfFolder, planNumbers } from './gsd-phase-id.ts';
import type { PlanFile } from './gsd-plan-file.ts';
import { isNone } from './id-family.ts';
import { phaseNames, resolvePhrase } from './phase-references.ts';

export type Referent =
  | { readonly kind: 'plan'; readonly id: string }
  /** A whole phase, by its key. */
  | { readonly kind: 'phase'; readonly key: string }
  /** Looks like an id, but nothing is called so. */
  | { readonly kind: 'unknown'; readonly id: string }
  /** Done in an earlier milestone. */
  | { readonly kind: 'met' }
  /** Names nothing that can come first. */
  | { readonly kind: 'unclear' };

export interface PhaseIndex {
  /** Keys of all phases. */
  readonly keys: ReadonlySet<string>;
  /** Of these, the ones with plans: an id of a plan that they do not have is a mistake. */
  readonly planned: ReadonlySet<string>;
  isShipped(key: string): boolean;
}

export type PlanResolver = (text: string, owner: PlanFile) => readonly Referent[];

export function planResolver(plans: readonly PlanFile[], phases: PhaseIndex): PlanResolver {
  const ids = new Map<string, string>();
  for (const { id, phaseKey: phase, number } of plans)
    for (const name of [id, `${phase}-${number}`])
      if (!ids.has(canonicalName(name))) ids.set(canonicalName(name), id);
  const names = phaseNames(phases.keys);

  const plan = (name: string): Referent[] => {
    const id = ids.get(canonicalName(name));
    return id === undefined ? [] : [{ kind: 'plan', id }];
  };
  const phase = (written: string): Referent[] => {
    const key = phaseKey(written);
    if (phases.keys.has(key)) return [{ kind: 'phase', key }];
    return phases.isShipped(key) ? [{ kind: 'met' }] : [];
  };
  /** A plan of the same phase when it has that number, else the phase that has it. */
  const bareNumber = (number: string, owner: PlanFile): Referent[] => {
    const sibling = plan(`${owner.phaseKey}-${number}`);
    const isItself = sibling.some((found) => found.kind === 'plan' && found.id === owner.id);
    if (sibling.length > 0 && !isItself) return sibling;
    const whole = phase(number);
    return whole.length > 0 ? whole : sibling;
  };
  const numbered = (name: string): Referent[] => {
    const numbers = planNumbers(name);
    if (numbers?.phase === undefined) return [];
    const found = plan(`${phaseKey(numbers.phase)}-${numbers.plan}`);
    if (found.length > 0) return found;
    // The plans of a finished phase may be gone; the phase stands for them.
    return phases.planned.has(phaseKey(numbers.phase)) ? [] : phase(numbers.phase);
  };
  const named = (name: string, owner: PlanFile): Referent[] => {
    if (/^\d{1,6}[A-Za-z]?$/.test(name)) return bareNumber(name, owner);
    return firstOf(
      () => plan(name),
      () => phase(name),
      () => numbered(name),
      () => (planNumbers(name)?.phase === undefined ? phase(phaseOfFolder(name)) : []),
    );
  };

  const referents = (text: string, owner: PlanFile): Referent[] => {
    const name = nameOf(text);
    const found = firstOf(
      () => named(name, owner),
      // `v1.0-01-02` where only `01-02` is left.
      () => (/^v\d/i.test(name) ? named(name.replace(/^v\d+(?:\.\d+)*-/i, ''), owner) : []),
    );
    if (found.length > 0) return found;
    if (/\bphases?\b/i.test(text)) return phrase(text, owner);
    return /^\S+$/.test(name) && /\d/.test(name) ? [{ kind: 'unknown', id: name }] : [{ kind: 'unclear' }];
  };

  return (text, owner) => {
    if (isNone(text)) return [];
    // No plan can wait for the phase that it is part of.
    return referents(text, owner).map((referent) =>
      referent.kind === 'phase' && referent.key === owner.phaseKey ? { kind: 'unclear' } : referent,
    );
  };

  function phrase(text: string, owner: PlanFile): Referent[] {
    const read = readDependencyPhrase(text);
    if (read.meaning === 'unclear') return [{ kind: 'unclear' }];
    const { keys, unknown } = resolvePhrase(read, owner.phaseKey, names);
    return [
      ...keys.map((key): Referent => ({ kind: 'phase', key })),
      ...unknown.map(
        (id): Referent => (phases.isShipped(phaseKey(id)) ? { kind: 'met' } : { kind: 'unknown', id }),
      ),
    ];
  }
}

const firstOf = (...ways: (() => Referent[])[]): Referent[] => {
  for (const way of ways) {
    const found = way();
    if (found.length > 0) return found;
  }
  return [];
};

/** `phases/01-setup/01-02-PLAN.md (schema)` → `01-02`; `Plan 03` → `03`. */
const nameOf = (text: string): string =>
  text
    .slice(0, 300)
    .replace(/\s+(?:\(|[-–—]\s|#).*$/, '')
    .replace(/^.*\//, '')
    .replace(/[-_.]?(?:PLAN|SUMMARY)?(?:\.md)?$/i, '')
    .replace(/^plan[-_ ]+/i, '')
    .replace(/^["'`]+|["'`]+$/g, '')
    .trim();
