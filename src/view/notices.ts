/** Which events deserve a notice to somebody who does not look, and in which words. Sends nothing. */
import type { Event } from '../core/event.ts';
import { neighbours } from '../core/graph.ts';
import { LONGEST_NOTICE, type Notice } from '../core/notice.ts';
import { isPauseByRequest } from '../core/reduce-request.ts';
import { planned, type RunState, taskAt } from '../core/run-state.ts';
import { describeEvent, plural } from './event-text.ts';
import { fitted, plainText } from './plain-text.ts';

/** Ids in a message; of more only the number is told. */
const MOST_IDS = 3;

/** The notice that an event deserves; undefined for most. @param state after the event */
export function noticeOf(event: Event, state: RunState): Notice | undefined {
  switch (event.type) {
    case 'run-ended':
      return notice(state, 'ended', [], `${endText(state)}${needText(state)}`);
    case 'run-paused':
      // Whoever asked for it knows.
      if (isPauseByRequest(event.reason)) return undefined;
      return notice(state, 'paused', [], `${describeEvent(event, state)}${needText(state)}`);
    case 'pause-advised':
      return notice(state, 'attention', [event.task], describeEvent(event, state) ?? '');
    default:
      return attention(event, state);
  }
}

/** Several notices of the same kind as one. */
export function joined(notices: readonly [Notice, ...Notice[]]): Notice {
  const [first] = notices;
  const message = [...new Set(notices.map((one) => one.message))].join(' ');
  const tasks = [...new Set(notices.flatMap((one) => one.tasks))];
  return { ...first, tasks, message: fitted(message, LONGEST_NOTICE) };
}

/** Tasks that need somebody since this event: its own, or what waited for that and is for a person to do. */
function attention(event: Event, state: RunState): Notice | undefined {
  if (!('task' in event) || event.task === undefined) return undefined;
  const own = state.graph.positions.get(event.task);
  if (own === undefined) return undefined;
  const since = (position: number): boolean =>
    needsSomebody(state, position) && taskAt(state, position).endedAt === event.at;
  if (since(own)) {
    const text = describeEvent(event, state) ?? `${event.task} needs you`;
    return notice(state, 'attention', [event.task], text);
  }
  const ids = [...neighbours(state.graph.dependents, own)]
    .filter((position) => since(position) && !planned(state, position).autonomous)
    .map((position) => planned(state, position).id);
  if (ids.length === 0) return undefined;
  return notice(state, 'attention', ids, `${idsText(ids)}: the plan says that a person does it`);
}

const needsSomebody = (state: RunState, position: number): boolean => {
  const { status } = taskAt(state, position);
  return status === 'needs-attention' || status === 'needs-review';
};

const notice = (
  { run, plan }: RunState,
  event: Notice['event'],
  tasks: readonly string[],
  message: string,
): Notice => ({
  event,
  run,
  tasks: tasks.map(plainText),
  title: plainText(plan.name),
  message: fitted(message, LONGEST_NOTICE),
});

function endText({ record, tasks, index }: RunState): string {
  if (record.outcome === 'all-done') return `all done: ${plural(tasks.length, 'task')}`;
  return `ended: ${index.counts.done + index.counts.skipped} of ${plural(tasks.length, 'task')} done`;
}

/** `; T-003 needs you`: empty when nobody is needed. */
function needText(state: RunState): string {
  const ids = [...state.tasks.keys()]
    .filter((position) => needsSomebody(state, position))
    .map((position) => planned(state, position).id);
  return ids.length === 0 ? '' : `; ${idsText(ids)} need${ids.length === 1 ? 's' : ''} you`;
}

function idsText(ids: readonly string[]): string {
  const others = ids.length - MOST_IDS;
  return `${ids.slice(0, MOST_IDS).join(', ')}${others > 0 ? ` and ${plural(others, 'other')}` : ''}`;
}
