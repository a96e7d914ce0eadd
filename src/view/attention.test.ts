import { expect, it } from 'vitest';
import { planFrom } from '../../test/rig/plan-text.ts';
import { baselineGreen, failedGate, started, stateAfter } from '../../test/rig/story.ts';
import { attentionView } from './attention.ts';

it('has the fault first, then tasks, then advice, each with what answers it', () => {
  const state = stateAfter(
    planFrom('A\nB\nC'),
    { retries: 0 },
    baselineGreen,
    started('A'),
    started('B', 1, 1),
    failedGate('A'),
    { type: 'pause-advised', task: 'B' as never, attempt: 'B.1' as never, leftMs: 9_000_000, waiting: 12 },
    { type: 'fault-raised', code: 'disk-full', message: 'The disk is full.', fix: 'Make room.' },
  );
  expect(attentionView(state, 0).map(({ kind, task, ways }) => [kind, task, ways])).toEqual([
    ['fault', null, ['resume']],
    ['needs-attention', 'A', ['resolve A', 'retry A']],
    ['advice', 'B', ['pause B']],
  ]);
});

it('tells of an agent whose quota is used up, until it is back', () => {
  const state = stateAfter(planFrom('A'), {}, baselineGreen, {
    type: 'agent-limited',
    agent: 'codex',
    limit: null,
    until: 60_000,
    because: 'quota',
  });
  Object.assign(state.record, {
    agents: { codex: { ...state.record.agents.codex, closedUntil: 60_000, closedFor: 'quota' } },
  });
  expect(attentionView(state, 1_000).map(({ text }) => text)).toEqual([
    'the quota of codex is used up; the run goes on by itself when it is back',
  ]);
  expect(attentionView(state, 61_000)).toEqual([]);
});

it('is empty while nothing asks for anybody', () => {
  expect(attentionView(stateAfter(planFrom('A'), {}, baselineGreen), 0)).toEqual([]);
});
