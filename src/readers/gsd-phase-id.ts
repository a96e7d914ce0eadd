/** What GSD calls its phases and plans: `2`, `02.1`, `12a`, `v1.0`; `01-02`, `v1.0-01`. Knows nothing about dependencies. */
import { canonicalName } from '../core/nearest.ts';
import { compareNaturally } from './natural-order.ts';

/** How a phase is written behind the word `Phase`: a number with a letter and decimals, `V1`, or a letter alone. */
const writtenPhase = /^(?:[A-Za-z]{0,4}\d{1,6}[A-Za-z]?(?:\.\d{1,6}){0,4}[A-Za-z]?|[A-Z])$/;

export const isPhaseId = (text: string): boolean => writtenPhase.test(text);

/** Phases that are called the same have the same key: `Phase 04.1` and `Phase 4.1`, `12A` and `12a`. */
export const phaseKey = canonicalName;

/** The id of the task that a phase is when it has no plans: as it is written, without padding. */
export const phaseTaskId = (written: string): string => written.replace(/(?<!\d)0+(?=\d)/g, '');

/** Numeric order, in which inserted phases stand behind the one they follow: 2, 2.1, 3. Takes keys. */
export const comparePhases = compareNaturally;

/** Ideas that are parked: no phase of the plan until they get a number. */
export const isBacklog = (key: string): boolean => /^999(?:\.|$)/.test(key);

/** `01-foundation` → `01`, `02.1-fix` → `02.1`, `v1.0-03-api` → `v1.0-03`, `v1.0-launch` → `v1.0`; else the whole name. */
export function phaseOfFolder(name: string): string {
  const [numbered] = /^(?:v\d+(?:\.\d+)*-)?\d+[A-Za-z]?(?:\.\d+)*(?=[-_ ]|$)/i.exec(name) ?? [];
  const [lettered] = /^[A-Za-z]+\d+(?:\.\d+)*[a-z]?(?=[-_ ]|$)/.exec(name) ?? [];
  return numbered ?? /^phase-?(\d[^-_ ]*)/i.exec(name)?.[1] ?? lettered ?? name;
}

/** The two halves of a plan's file. */
export type PlanFileKind = 'PLAN' | 'SUMMARY';

export interface PlanName {
  /** What stands before the plan's number; undefined in `03-PLAN.md`. */
  readonly phase: string | undefined;
  /** Undefined in `PLAN.md`. */
  readonly plan: string | undefined;
  readonly kind: PlanFileKind;
}

/** `01-02-PLAN.md`, `v1.0-01-PLAN.md`, `03-PLAN.md`, `01-02-some-slug-PLAN.md`, `PLAN.md`, and their summaries. */
export function parsePlanName(file: string): PlanName | undefined {
  const [, stem, kind] = /^(?:(.{1,200})[-_])?(PLAN|SUMMARY)\.md$/i.exec(file) ?? [];
  if (kind === undefined) return undefined;
  const upper = kind.toUpperCase() as PlanFileKind;
  if (stem === undefined) return { phase: undefined, plan: undefined, kind: upper };
  const numbers = planNumbers(stem);
  return numbers === undefined ? undefined : { ...numbers, kind: upper };
}

/** `02.1-01` → phase 02.1 and plan 01. Words behind the numbers are a slug. */
export function planNumbers(
  text: string,
): { readonly phase: string | undefined; readonly plan: string } | undefined {
  const parts = text.split('-');
  const isNumber = (part: string | undefined): boolean => /^\d{1,6}[A-Za-z]?$/.test(part ?? '');
  const isPhase = (part: string | undefined): boolean => isPhaseId(part ?? '') && /\d/.test(part ?? '');
  let end = 0;
  while (end < parts.length && (isPhase(parts[end]) || (end === 0 && isNumber(parts[end + 1])))) end++;
  const plan = parts[end - 1];
  if (plan === undefined || !isNumber(plan)) return undefined;
  // Behind the numbers words may follow, but no `2.3`.
  const phase = parts.slice(0, end - 1).join('-');
  return { phase: phase === '' ? undefined : phase, plan };
}
