/** What an agent is told that goes on in its earlier session: it knows the task already. */
import type { AttemptRequest } from '../ports/executor.ts';
import { withoutControls } from './prompt.ts';
import { lastTimeSection, noteSection } from './prompt-sections.ts';

export function buildContinuation(request: AttemptRequest): string {
  const { task, branch, feedback } = request;
  const sections = [
    feedback === undefined
      ? `You were interrupted. Go on with ${task.id} where you left off: what you had done is committed on ${branch}, in this folder.`
      : `You are not through with ${task.id}. What you had done is committed on ${branch}, in this folder.`,
    lastTimeSection(request),
    noteSection(request),
    'The rules are the same as before.',
  ];
  return withoutControls(`${sections.filter((section) => section !== '').join('\n\n')}\n`);
}
