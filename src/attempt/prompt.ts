/** The prompt of a session: the task, its outline, the rules, and what went wrong last time. Plain text, nothing else. */
import type { Task } from '../core/plan.ts';
import type { AttemptRequest } from '../ports/executor.ts';

export function buildPrompt(request: AttemptRequest): string {
  const { task } = request;
  const sections = [
    `# ${task.id}: ${task.title}`,
    task.body.trim(),
    outlineSection(task),
    filesSection(task),
    lastTimeSection(request),
    noteSection(request),
    rulesSection(request),
  ];
  return `${sections.filter((section) => section !== '').join('\n\n')}\n`;
}

function outlineSection(task: Task): string {
  if (task.outline.length === 0) return '';
  const phases = task.outline.map(
    ({ phase, commits }) => `### ${phase}\n\n${commits.map((subject) => `- ${subject}`).join('\n')}`,
  );
  return `## Planned commits\n\n${phases.join('\n\n')}`;
}

function filesSection(task: Task): string {
  if (task.files.length === 0) return '';
  return `## Files this task is expected to touch\n\n${task.files.map((glob) => `- ${glob}`).join('\n')}`;
}

export function lastTimeSection({ kind, feedback }: AttemptRequest): string {
  if (feedback === undefined) return '';
  if (kind === 'conflict') {
    return `## Resolve a merge conflict\n\nYour branch conflicts with the target. The target has been merged into your branch in this folder; conflicts are marked in the files. Keep what both sides meant, leave no marker, and choose with git add (or git rm) for what cannot be marked: a file that is binary, or deleted or renamed on one side. Make sure that everything still works.\n\n${feedback}`;
  }
  return `## What went wrong last time\n\nYour earlier work is on this branch. Go on from there.\n\n${feedback}`;
}

export const noteSection = ({ note }: AttemptRequest): string =>
  note === undefined ? '' : `## A note from the person in charge\n\n${note}`;

function rulesSection({ task, branch }: AttemptRequest): string {
  if (task.workspace === 'none') return '';
  return [
    '## Rules',
    '',
    `- Work only in this folder, on the branch ${branch} that is checked out here.`,
    '- Commit as the outline says, or leave your changes: they are committed for you.',
    '- Do not push, do not switch branches, do not touch other worktrees.',
    '- Do not change the status of tasks in the plan.',
  ].join('\n');
}
