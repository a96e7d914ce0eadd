/** What a run has used, in the words that every screen uses. */
import { roughTokens } from '../core/tokens.ts';
import type { AmountView, BudgetView } from './run-view.ts';

/** `300k of 400k tokens (75 %), 50k set aside · $1.20`; empty when nothing is limited and nothing is used. */
export const budgetText = ({ tokens, cost }: BudgetView): string =>
  [
    amountText(tokens, (value) => `${roughTokens(value)} tokens`, roughTokens),
    amountText(cost, dollars, dollars),
  ]
    .filter((text) => text !== '')
    .join(' · ');

export const dollars = (value: number): string => `$${value.toFixed(2)}`;

function amountText(
  { used, reserved, limit }: AmountView,
  whole: (value: number) => string,
  bare: (value: number) => string,
): string {
  if (limit === null) return used > 0 ? `${whole(used)} used` : '';
  const share = limit === 0 ? '' : ` (${Math.floor((100 * used) / limit)} %)`;
  const aside = reserved > 0 ? `, ${bare(reserved)} set aside` : '';
  return `${bare(used)} of ${whole(limit)} used${share}${aside}`;
}
