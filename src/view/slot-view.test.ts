import { expect, it } from 'vitest';
import { planFrom } from '../../test/rig/plan-text.ts';
import { baselineGreen, started, stateAfter } from '../../test/rig/story.ts';
import { latestProgress } from '../core/attempt-progress.ts';
import { slotViews } from './slot-view.ts';

const outline = [
  { phase: 'Model', commits: ['one', 'two'] },
  { phase: 'API', commits: ['three'] },
];

it('tells what an attempt said last, made harmless, and how far its commits are', () => {
  const plan = planFrom('A', (task) => ({ ...task, outline, module: 'core' }));
  const state = stateAfter(plan, {}, baselineGreen, started('A'), {
    type: 'usage-reported',
    task: 'A' as never,
    attempt: 'A.1' as never,
    usage: { inputTokens: 900, outputTokens: 100, cacheReadTokens: 0 },
  });
  const progress = latestProgress();
  const ids = { task: 'A', attempt: 'A.1' } as never;
  progress.see({
    ...(ids as object),
    type: 'attempt-progress',
    text: 'done\u001b[2J\nreally',
    commits: 2,
  } as never);
  expect(slotViews(state, progress)).toMatchObject([
    {
      task: 'A',
      module: 'core',
      phase: 'API',
      commits: { made: 2, planned: 3 },
      tokens: 1_000,
      lastLine: 'done really',
    },
  ]);
  expect(slotViews(state)).toMatchObject([{ lastLine: null, commits: { made: 0 } }]);
});
