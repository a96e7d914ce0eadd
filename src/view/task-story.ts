/** Everything that happened to one task, as lines of text; each is told with the state of its moment. */
import type { Event } from '../core/event.ts';
import type { TaskId, Timestamp } from '../core/plan.ts';
import { createRun, reduce } from '../core/reduce.ts';
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
  let state: ReturnType<typeof createRun> | undefined;
  for (const event of events) {
    if (event.type === 'run-created') state = createRun(event);
    else if (state) reduce(state, event);
    if (!state || !('task' in event) || event.task !== task) continue;
    const text = describeEvent(event, state) ?? quietText(event);
    lines.push({ seq: event.seq, at: event.at, type: event.type, text });
  }
  return lines;
}

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
