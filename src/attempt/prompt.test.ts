import { expect, it } from 'vitest';
import { createdEvent } from '../../test/rig/story.ts';
import { attemptId, commit, makeTask, runId, taskId } from '../core/plan.ts';
import type { AttemptRequest } from '../ports/executor.ts';
import { buildPrompt } from './prompt.ts';

const task = makeTask({
  id: taskId('T-1'),
  title: 'Cart model',
  body: 'Add a cart.\n',
  files: ['src/cart/**'],
  outline: [{ phase: 'Model', commits: ['feat(cart): add line items'] }],
});
const request: AttemptRequest = {
  run: runId('r1'),
  planName: 'Shop',
  settings: createdEvent({ name: 'Shop', source: '', format: '', tasks: [task], pools: {} }).settings,
  task,
  attempt: attemptId(task.id, 1),
  ordinal: 1,
  kind: 'work',
  slot: 0,
  agent: 'fake',
  base: commit('base'),
  branch: 'feat/T-1',
  restart: false,
  baselineRed: [],
};

const RULES = `## Rules

- Work only in this folder, on the branch feat/T-1 that is checked out here.
- Commit as the outline says, or leave your changes: they are committed for you.
- Do not push, do not switch branches, do not touch other worktrees.
- Do not change the status of tasks in the plan.
`;

it('tells the task, its outline, its files and the rules', () => {
  expect(buildPrompt(request)).toBe(`# T-1: Cart model

Add a cart.

## Planned commits

### Model

- feat(cart): add line items

## Files this task is expected to touch

- src/cart/**

${RULES}`);
});

it('adds what went wrong and what a person says', () => {
  const text = buildPrompt({ ...request, kind: 'repair', feedback: 'test 3 failed', note: 'use v2' });
  expect(text).toContain('## What went wrong last time\n\nYour earlier work is on this branch.');
  expect(text).toContain('test 3 failed');
  expect(text).toContain('## A note from the person in charge\n\nuse v2');
});

it('explains a conflict as a conflict', () => {
  const text = buildPrompt({ ...request, kind: 'conflict', feedback: 'both changed a.ts' });
  expect(text).toContain('## Resolve a merge conflict');
  expect(text).toContain('both changed a.ts');
  expect(text).not.toContain('What went wrong last time');
});

it('has no rules about branches for a plain command', () => {
  expect(buildPrompt({ ...request, task: makeTask({ id: task.id, workspace: 'none' }) })).toBe(
    '# T-1: T-1\n',
  );
});
