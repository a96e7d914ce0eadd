/** The sections of a prompt, each a heading and plain text; empty where there is nothing to tell. */
import type { Task } from '../core/plan.ts';
import type { CommittedWork, FileChange } from '../ports/commit-history.ts';
import type { AttemptRequest, Dependency } from '../ports/executor.ts';
import { counted } from '../view/amount-text.ts';
import { fitted } from '../view/plain-text.ts';
import { MOST_DETAILED, type PromptFacts } from './prompt-facts.ts';

const MOST_SUBJECTS = 10;
const MOST_EARLIER_SUBJECTS = 30;
const MOST_FILES = 8;
const MOST_IDS = 50;
const LONGEST_SUBJECT = 200;

export function dependenciesSection(
  { task, dependencies, furtherDependencies }: AttemptRequest,
  { brought }: PromptFacts,
): string {
  if (dependencies.length === 0) return '';
  const rest = dependencies.slice(MOST_DETAILED);
  const where = task.workspace === 'none' ? '' : ' Their work is in this folder.';
  return paragraphs([
    `## What is done already\n\nThese tasks come before yours.${where}`,
    ...dependencies.slice(0, MOST_DETAILED).map((one) => dependencyText(one, brought.get(one.task))),
    idsText(
      rest.length === 0 ? '' : 'And:',
      rest.map(({ task: id }) => id),
    ),
    idsText('Before these:', furtherDependencies),
  ]);
}

function dependencyText(
  { task, title, outcome, commit, summary }: Dependency,
  work: CommittedWork | undefined,
): string {
  const heading = `### ${fitted(task, LONGEST_SUBJECT)}: ${fitted(title, LONGEST_SUBJECT)}`;
  if (outcome === 'given-up') return `${heading}\n\nIt was given up: do not count on it.`;
  if (outcome === 'open') return `${heading}\n\nIt is not done yet.`;
  return paragraphs([
    heading,
    work === undefined ? '' : subjectsText(work.subjects.slice(0, MOST_SUBJECTS)),
    work === undefined ? '' : leftOutText(work.subjects.length - MOST_SUBJECTS, 'after these'),
    work === undefined ? '' : filesText(work.files),
    commit === null ? 'It left no commit.' : '',
    summary === undefined ? '' : `Its agent said: "${summary}"`,
  ]);
}

const subjectsText = (subjects: readonly string[]): string =>
  subjects.map((subject) => `- ${fitted(subject, LONGEST_SUBJECT)}`).join('\n');

const leftOutText = (count: number, where: string): string =>
  count > 0 ? `(${counted(count, 'commit')} ${where})` : '';

function filesText(files: readonly FileChange[]): string {
  if (files.length === 0) return '';
  const told = files.slice(0, MOST_FILES).map(({ path, added, deleted }) => {
    const lines = added === null || deleted === null ? '' : ` (+${added} −${deleted})`;
    return `${fitted(path, LONGEST_SUBJECT)}${lines}`;
  });
  const left = files.length - told.length;
  return `Files: ${told.join(', ')}${left > 0 ? ` and ${left} more` : ''}`;
}

function idsText(before: string, ids: readonly string[]): string {
  if (ids.length === 0) return '';
  const told = ids.slice(0, MOST_IDS).map((id) => fitted(id, LONGEST_SUBJECT));
  const left = ids.length - told.length;
  return `${before} ${told.join(', ')}${left > 0 ? ` and ${left} more` : ''}.`;
}

export function outlineSection({ outline }: Task): string {
  if (outline.length === 0) return '';
  const phases = outline.map(
    ({ phase, commits }) => `### ${phase}\n\n${commits.map((subject) => `- ${subject}`).join('\n')}`,
  );
  return `## Planned commits\n\n${phases.join('\n\n')}`;
}

export function filesSection({ files }: Task): string {
  if (files.length === 0) return '';
  return `## Files this task is expected to touch\n\n${files.map((glob) => `- ${glob}`).join('\n')}`;
}

export function earlierSection({ earlier: { subjects } }: PromptFacts): string {
  if (subjects.length === 0) return '';
  return paragraphs([
    '## Your earlier work is on this branch',
    leftOutText(subjects.length - MOST_EARLIER_SUBJECTS, 'before these'),
    subjectsText(subjects.slice(-MOST_EARLIER_SUBJECTS)),
    'What an earlier session had not committed was committed for it. Go on from there.',
  ]);
}

export function lastTimeSection({ kind, feedback }: AttemptRequest): string {
  if (feedback === undefined) return '';
  if (kind === 'conflict') {
    return `## Resolve a merge conflict\n\nYour branch conflicts with the target. The target has been merged into your branch in this folder; conflicts are marked in the files. Keep what both sides meant, leave no marker, and choose with git add (or git rm) for what cannot be marked: a file that is binary, or deleted or renamed on one side. Make sure that everything still works.\n\n${feedback.trimEnd()}`;
  }
  return `## What went wrong last time\n\n${feedback.trimEnd()}`;
}

export const noteSection = ({ note }: AttemptRequest): string =>
  note === undefined ? '' : `## A note from the person in charge\n\n${note}`;

export function rulesSection({ task, branch }: AttemptRequest): string {
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

const paragraphs = (parts: readonly string[]): string => parts.filter((part) => part !== '').join('\n\n');
