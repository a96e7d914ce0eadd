/** The prompt of a session: a template, filled in with the task and all that its agent should know. Plain text, nothing else. */
import { defaultTemplate, renderTemplate } from '../core/prompt-template.ts';
import type { CommitHistory } from '../ports/commit-history.ts';
import type { AttemptRequest } from '../ports/executor.ts';
import { gatherFacts, type PromptFacts } from './prompt-facts.ts';
import {
  dependenciesSection,
  earlierSection,
  filesSection,
  lastTimeSection,
  noteSection,
  outlineSection,
  rulesSection,
} from './prompt-sections.ts';

/** Control characters mean nothing to an agent, and much to a terminal; no program can be given a NUL as an argument. */
export const withoutControls = (text: string): string => text.replace(/[^\P{Cc}\n\t]/gu, '');

/** What the session of this attempt is told, as the repository stands now. */
export async function promptFor(request: AttemptRequest, history: CommitHistory): Promise<string> {
  return buildPrompt(request, await gatherFacts(request, history));
}

/** Never cut: a task is told as its plan has it, however long. */
export function buildPrompt(request: AttemptRequest, facts: PromptFacts): string {
  const { task, settings, planName, branch, ordinal } = request;
  const text = renderTemplate(settings.promptTemplate ?? defaultTemplate, {
    task: task.id,
    title: task.title,
    plan: planName,
    branch,
    attempt: String(ordinal),
    body: task.body.trim(),
    dependencies: dependenciesSection(request, facts),
    outline: outlineSection(task),
    files: filesSection(task),
    earlier: earlierSection(facts),
    lastTime: lastTimeSection(request),
    note: noteSection(request),
    rules: rulesSection(request),
  });
  return withoutControls(text);
}
