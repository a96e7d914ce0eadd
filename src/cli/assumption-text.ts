/** What numbers said beforehand rest on, in the same words for `run` and `simulate`. Estimates nothing. */
import type { TaskEstimate } from '../core/estimate.ts';
import type { Plan } from '../core/plan.ts';
import { USUAL_PRICE } from '../core/policy/budget.ts';
import { routeOf } from '../core/policy/routing.ts';
import type { RunSettings } from '../core/settings.ts';
import { counted } from '../view/amount-text.ts';

const origins: readonly [TaskEstimate['from'], string][] = [
  ['plan', 'from the plan'],
  ['history', 'from earlier attempts here'],
  ['commits', 'from planned commits'],
  ['default', 'by default'],
];

/** `8 from the plan, corrected by 12 earlier attempts; 3 by default`. */
export function originText(estimates: readonly TaskEstimate[]): string {
  const parts = origins.flatMap(([origin, words]) => {
    const own = estimates.filter(({ from }) => from === origin);
    const corrected = own.filter(({ correctedBy }) => correctedBy !== undefined);
    const attempts = Math.max(0, ...new Set(corrected.map(({ correctedBy = 0 }) => correctedBy)));
    const some = corrected.length === own.length ? '' : `${corrected.length} of them `;
    if (own.length === 0) return [];
    if (attempts === 0) return [`${own.length} ${words}`];
    return [`${own.length} ${words}, ${some}corrected by ${counted(attempts, 'earlier attempt')}`];
  });
  return parts.join(parts.some((part) => part.includes(',')) ? '; ' : ', ');
}

/** That costs go by no price of the user's; undefined when every agent that uses tokens has one. */
export function priceNote(
  { tasks }: Pick<Plan, 'tasks'>,
  estimates: readonly TaskEstimate[],
  settings: Pick<RunSettings, 'prices' | 'agent' | 'routing'>,
): string | undefined {
  const { prices } = settings;
  const unpriced = new Set(
    tasks.flatMap((task, position) => {
      const { agent, model = agent } = routeOf(task, settings);
      const isPaid = task.status !== 'done' && (estimates[position]?.tokens ?? 0) > 0;
      return isPaid && !Object.hasOwn(prices, model) && !Object.hasOwn(prices, agent) ? [model] : [];
    }),
  );
  if (unpriced.size === 0) return undefined;
  const whose = Object.keys(prices).length === 0 ? '' : ` for ${[...unpriced].join(', ')}`;
  return `no price is configured${whose}: $${USUAL_PRICE} for a million tokens is assumed (\`prices\` in tutti.yaml).`;
}

/** `15 %` of a share. */
export const percent = (share: number): string => `${Math.round(share * 1000) / 10} %`;

/** That part of the time is for attempts that fail; undefined when none is expected to. */
export const failureNote = (share: number): string | undefined =>
  share === 0 ? undefined : `${percent(share)} of the attempts are expected to fail and to be repaired`;
