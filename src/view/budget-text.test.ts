import { expect, it } from 'vitest';
import { budgetText } from './budget-text.ts';

const nothing = { used: 0, reserved: 0, limit: null };

it('tells limits and what is used, and nothing of what nobody limits or uses', () => {
  const tokens = { used: 300_000, reserved: 50_000, limit: 400_000 };
  expect(budgetText({ tokens, cost: nothing })).toBe('300k of 400k tokens used (75 %), 50k set aside');
  expect(budgetText({ tokens, cost: { used: 1.2, reserved: 0, limit: 0 } })).toBe(
    '300k of 400k tokens used (75 %), 50k set aside · $1.20 of $0.00 used',
  );
  expect(budgetText({ tokens: { used: 1_000, reserved: 0, limit: null }, cost: nothing })).toBe(
    '1k tokens used',
  );
  expect(budgetText({ tokens: nothing, cost: nothing })).toBe('');
});
