/** What happened, as lines of text, each told with the state of its moment: all of one task, or the latest of the run. */
import type { Event } from '../core/event.ts';
import type { TaskId, Timestamp } from '../core/plan.ts';
import { createRun, reduce } from '../core/reduce.ts';
import type { RunState } from '../core/run-state.ts';
import { describeEvent } from './event-text.ts';
import { plainText } from './plain-text.ts';

export interface StoryLine {
  readonly seq: number;
  readonly at: Timestamp;
  readonly type: Event['type'];
  readonly text: string;
}

/** @param events all events of the run, `run-created` first. Linear. */
export function taskStory(events: Iterable<Event>, task: TaskId): StoryLine[] {
  const lines: StoryLine[] = [];
  for (const { event, state } of moments(events)) {
    if (!('task' in event) || event.task !== task) continue;
    lines.push(lineOf(event, describeEvent(event, state) ?? quietText(event)));
  }
  return lines;
}

/** The last events that are worth a line, at most `most` of them. @param events as of `taskStory` */
export function latestStory(events: Iterable<Event>, most: number): StoryLine[] {
  const lines: StoryLine[] = [];
  for (const { event, state } of moments(events)) {
    const text = describeEvent(event, state);
    if (text !== undefined) lines.push(lineOf(event, text));
    if (lines.length > 2 * most) lines.splice(0, most);
  }
  return lines.slice(-most);
}

/** Each event with the state after it: the same object each time. */
function* moments(events: Iterable<Event>): Generator<{ readonly event: Event; readonly state: RunState }> {
  let state: RunState | undefined;
  for (const event of events) {
    if (event.type === 'run-created') state = createRun(event);
    else if (state) reduce(state, event);
    if (state) yield { event, state };
  }
}

const lineOf = ({ seq, at, type }: Event, text: string): StoryLine => ({ seq, at, type, text });

/** Events that are too small for the running account belong to a task's own story all the same. */
function quietText(event: Event): string {
  switch (event.type) {
    case 'workspace-prepared':
      return plainText(`worktree ready: ${event.path}`);
    case 'agent-launched':
      return `agent launched (pid ${event.process.pid})`;
    case 'workspace-keep-started':
      return 'setting a worktree aside for you';
    case 'usage-reported':
      return `${event.usage.inputTokens + event.usage.outputTokens} tokens used`;
    default:
      return event.type;
  }
}
