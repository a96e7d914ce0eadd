import { expect, it } from 'vitest';
import { planFrom } from '../../test/rig/plan-text.ts';
import { plannedEstimate, tokensToReserve } from '../core/estimate.ts';
import { conservatively } from './run-settings.ts';

it('sets nothing aside for a plain command, however cautious', () => {
  const { tasks } = planFrom('A\nB\nC', (task) => ({
    ...task,
    estimate: task.id === 'A' ? { tokens: 10_000 } : task.id === 'B' ? { tokens: 80_000 } : {},
    workspace: task.id === 'C' ? 'none' : 'worktree',
  }));
  expect(conservatively(tasks.map(plannedEstimate)).map(tokensToReserve)).toEqual([50_000, 80_000, 0]);
});
