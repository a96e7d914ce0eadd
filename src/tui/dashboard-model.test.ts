/** What the model leaves behind, and what it tells of answers; frames and keys have tests of their own. */
import { expect, it } from 'vitest';
import { planFrom } from '../../test/rig/plan-text.ts';
import { stateAfter } from '../../test/rig/story.ts';
import { runView } from '../view/run-view.ts';
import { type DashboardSource, openDashboardModel, type Pace } from './dashboard-model.ts';

/** Timers that never ring, as many as wait. */
function stillPace() {
  const waiting = new Set<() => void>();
  const pace: Pace = {
    now: () => 0,
    monotonicMs: () => 0,
    after(_delayMs, call) {
      waiting.add(call);
      return () => void waiting.delete(call);
    },
  };
  return { pace, waiting };
}

function opened(phase: 'running' | 'paused') {
  const state = stateAfter(planFrom('A\nB'), {});
  state.record.phase = phase;
  const source: DashboardSource = {
    viewAt: () => runView(state, 0),
    watch: () => () => {},
    describe: () => undefined,
    before: [],
    submit: async () => ({ accepted: true, message: 'Recorded; no engine runs.' }),
    read: async () => [],
    command: async () => [],
  };
  const { pace, waiting } = stillPace();
  const model = openDashboardModel(source, {
    ...{ owns: false, pace, columns: 80, rows: 24 },
    ...{ leave: () => {}, suspend: () => {} },
  });
  const bottom = (): string =>
    model
      .frame()
      .bottom.flatMap((row) => row.map(({ text }) => text))
      .join(' ');
  return { model, waiting, bottom };
}

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

it('leaves no timer behind, not even that of a page that is read again', async () => {
  const { model, waiting } = opened('running');
  model.press({ name: 'text', text: 't' });
  await turn();
  expect(waiting.size).toBe(2);
  model.close();
  expect(waiting.size).toBe(0);
});

it('says what becomes of a request where no engine is at work', async () => {
  const told: string[] = [];
  for (const phase of ['running', 'paused'] as const) {
    const { model, bottom } = opened(phase);
    model.press({ name: 'text', text: '+' });
    await turn();
    told.push(bottom());
    model.close();
  }
  expect(told).toEqual([
    expect.stringContaining('slots: '),
    expect.stringContaining('Recorded; no engine runs.'),
  ]);
});
