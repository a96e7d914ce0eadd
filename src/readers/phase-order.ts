/**
 * Turns `phase A waits for phase B` into dependencies between their plans, with as few of them as are still right: the
 * plans that begin A wait for the plans that end B. Everything between follows from the phases' own plans.
 */

export interface PhasePlan {
  readonly id: string;
  readonly isDone: boolean;
  /** Ids of plans, of this phase and of others. */
  readonly dependsOn: readonly string[];
}

/**
 * The plans that begin a phase and so wait for the phases before it: those that wait for no other plan of it, or only for
 * plans that are done. A done task holds nobody back, so that the order must not hang on one alone.
 */
export function firstPlans(plans: readonly PhasePlan[]): readonly string[] {
  const open = new Set(plans.filter(({ isDone }) => !isDone).map(({ id }) => id));
  const inside = new Set(plans.map(({ id }) => id));
  const first = plans.filter(
    ({ id, isDone, dependsOn }) =>
      !dependsOn.some((other) => other !== id && inside.has(other)) ||
      (!isDone && !dependsOn.some((other) => other !== id && open.has(other))),
  );
  // Plans that wait for each other in a circle: the circle is told, and the order between phases holds all the same.
  return (first.length > 0 ? first : plans).map(({ id }) => id);
}

/** The plans that end a phase: no other plan of it waits for them, or only plans that are done. */
export function lastPlans(plans: readonly PhasePlan[]): readonly string[] {
  const awaited = new Set(plans.flatMap(({ id, dependsOn }) => dependsOn.filter((other) => other !== id)));
  const awaitedByOpen = new Set(
    plans.flatMap(({ id, isDone, dependsOn }) => (isDone ? [] : dependsOn.filter((other) => other !== id))),
  );
  const last = plans.filter(({ id, isDone }) => !awaited.has(id) || (!isDone && !awaitedByOpen.has(id)));
  return (last.length > 0 ? last : plans).map(({ id }) => id);
}

/** More phases than this are not compared with each other. */
const MAX_COMPARED = 1_000;

/**
 * Leaves out the phases that come first anyway, because another one waits for them; unless something of that other one is
 * done already, so that it may not hold back what comes behind it.
 * @param waits for each phase the phases it waits for
 * @param begun phases of which something is done
 */
export function withoutImplied(
  waits: ReadonlyMap<string, readonly string[]>,
  begun: ReadonlySet<string>,
): ReadonlyMap<string, readonly string[]> {
  if (waits.size > MAX_COMPARED) return waits;
  const before = (start: string): Set<string> => {
    const found = new Set<string>();
    const open = begun.has(start) ? [] : [...(waits.get(start) ?? [])];
    for (let key = open.pop(); key !== undefined; key = open.pop()) {
      if (found.has(key)) continue;
      found.add(key);
      if (!begun.has(key)) open.push(...(waits.get(key) ?? []));
    }
    return found;
  };
  const ancestors = new Map([...waits.keys()].map((key) => [key, before(key)]));
  return new Map(
    [...waits].map(([key, keys]) => {
      // In a circle of phases each implies the other: nothing may be left out there.
      if (ancestors.get(key)?.has(key)) return [key, keys];
      return [
        key,
        keys.filter((other) => !keys.some((via) => via !== other && ancestors.get(via)?.has(other))),
      ];
    }),
  );
}
