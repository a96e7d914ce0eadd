/** What an agent is told that goes on in its earlier session. */
import type { AttemptRequest } from '../ports/executor.ts';
import { withoutControls } from './prompt.ts';
import { lastTimeSection, noteSection } from './prompt-sections.ts';

/** @param prompt what it would be told in a new session; one that was interrupted may have written down nothing of it */
export function buildContinuation(request: AttemptRequest, prompt: string): string {
  const { task, branch, resume } = request;
  const where = `What you had done is committed on ${branch}, in this folder.`;
  if (resume?.wasThrough !== true) {
    return `You were interrupted. Go on with ${task.id} where you left off. ${where} To be sure, here is all of it again.\n\n${prompt}`;
  }
  const sections = [
    `You are not through with ${task.id}. ${where}`,
    lastTimeSection(request),
    noteSection(request),
    'The rules are the same as before.',
  ];
  return withoutControls(`${sections.filter((section) => section !== '').join('\n\n')}\n`);
}
