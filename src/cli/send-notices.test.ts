/** How often somebody is told, on a clock of the test's. */
import { expect, it } from 'vitest';
import { planFrom } from '../../test/rig/plan-text.ts';
import { baselineGreen, failedGate, started, stateAfter } from '../../test/rig/story.ts';
import type { Event, EventBody } from '../core/event.ts';
import type { Notice } from '../core/notice.ts';
import { reduce } from '../core/reduce.ts';
import { VirtualClock } from '../simulation/virtual-clock.ts';
import { sendNotices } from './send-notices.ts';

function scene(fails = false) {
  const ids = ['A', 'B', 'C', 'D'];
  const begun = ids.map((id, slot) => started(id, 1, slot));
  const state = stateAfter(planFrom(ids.join('\n')), { retries: 0, slots: 4 }, baselineGreen, ...begun);
  const sent: Notice[] = [];
  const failures: string[] = [];
  const clock = new VirtualClock();
  const notifier = {
    send(notice: Notice) {
      sent.push(notice);
      return Promise.resolve(fails ? 'no desktop' : undefined);
    },
  };
  const sender = sendNotices(state, notifier, clock, (what) => failures.push(what));
  const happen = (body: EventBody): void => {
    const event = { ...body, seq: state.record.seq + 1, at: state.record.at + 1 } as Event;
    reduce(state, event);
    sender.see(event);
  };
  return { happen, clock, sender, failures, told: () => sent.map(({ event, tasks }) => [event, ...tasks]) };
}

it('tells at once that something needs attention, then not more than once in 30 s', async () => {
  const { happen, clock, sender, told } = scene();
  happen(failedGate('A'));
  expect(told()).toEqual([['attention', 'A']]);
  happen(failedGate('B'));
  clock.advance(29_999);
  happen(failedGate('C'));
  expect(told()).toHaveLength(1);
  clock.advance(1);
  expect(told().slice(1)).toEqual([['attention', 'B', 'C']]);
  clock.advance(30_000);
  happen(failedGate('D'));
  expect(told().slice(2)).toEqual([['attention', 'D']]);
  await sender.close();
});

it('lets the end say what would have been told later', async () => {
  const { happen, clock, sender, told } = scene();
  happen(failedGate('A'));
  happen(failedGate('B'));
  happen({ type: 'run-paused', reason: 'the disk is full' });
  await sender.close();
  clock.advance(60_000);
  expect(told()).toEqual([['attention', 'A'], ['paused']]);
});

it('tells a failure once', async () => {
  const { happen, clock, sender, failures } = scene(true);
  happen(failedGate('A'));
  clock.advance(30_000);
  happen(failedGate('B'));
  await sender.close();
  expect(failures).toEqual(['no desktop']);
});
