import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { diagnose } from '../core/analysis/diagnose.ts';
import { readPlan } from './detect.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'tutti-beads-'));
  mkdirSync(path.join(folder, '.beads'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

type Item = Readonly<Record<string, unknown>>;
const read = async (...issues: readonly (Item | string)[]) => {
  const lines = issues.map((issue) => (typeof issue === 'string' ? issue : JSON.stringify(issue)));
  writeFileSync(path.join(folder, '.beads/issues.jsonl'), `${lines.join('\n')}\n`);
  return readPlan(folder, { root: folder });
};
const on = (other: string, type = 'blocks'): Item => ({ depends_on_id: other, type });
const told = ({ plan }: Awaited<ReturnType<typeof read>>): string[] =>
  plan.tasks.map(({ id, status, autonomous, dependsOn }) =>
    `${id}${status === 'done' ? ' (done)' : ''}${autonomous ? '' : ' (by hand)'}: ${dependsOn.join(', ')}`.trimEnd(),
  );
const problemsOf = ({ plan, problems }: Awaited<ReturnType<typeof read>>): string[] =>
  [...problems, ...diagnose(plan)]
    .filter(({ code }) => code !== 'empty-body')
    .map(
      ({ code, severity, message, location }) =>
        `${severity} ${code} ${location?.line}: ${message.replaceAll(`${folder}/`, '')}`,
    );

describe('links', () => {
  it('let the issue wait that has them, when their type orders', async () => {
    const result = await read(
      { id: 'a', dependencies: [on('b'), on('c', 'related'), on('d', 'discovered-from'), on('e', 'tracks')] },
      ...['b', 'c', 'd', 'e'].map((id) => ({ id })),
      { id: 'f', dependencies: [{ depends_on_id: 'a' }] },
    );
    expect(told(result)).toEqual(['a: b', 'b:', 'c:', 'd:', 'e:', 'f: a']);
  });

  it('hold children as their parent is held, and order nothing else', async () => {
    const result = await read(
      { id: 'x' },
      { id: 'parent', issue_type: 'feature', dependencies: [on('x')] },
      { id: 'first', dependencies: [on('parent', 'parent-child')] },
      { id: 'second', dependencies: [on('parent', 'parent-child'), on('first')] },
      { id: 'closed', status: 'closed', dependencies: [on('parent', 'parent-child')] },
    );
    expect(told(result)).toEqual(['x:', 'parent: x', 'first: x', 'second: first', 'closed (done):']);
  });

  it('let an epic stand for its open children, however deep', async () => {
    const result = await read(
      { id: 'x' },
      { id: 'epic', issue_type: 'epic', dependencies: [on('x'), on('inner')] },
      { id: 'inner', issue_type: 'epic', dependencies: [on('epic', 'parent-child')] },
      { id: 'a', dependencies: [on('inner', 'parent-child')] },
      { id: 'b', dependencies: [on('epic', 'parent-child'), on('inner')] },
      { id: 'after', dependencies: [on('epic')] },
      { id: 'shut', issue_type: 'epic', status: 'closed' },
      { id: 'late', dependencies: [on('shut', 'parent-child')] },
      { id: 'last', dependencies: [on('shut')] },
    );
    expect(told(result)).toEqual(['x:', 'a: x', 'b: a', 'after: b', 'shut (done):', 'late:', 'last: shut']);
  });

  it('that wait for children wait for all of them; what runs on failure is left to a person', async () => {
    const result = await read(
      { id: 'spawner' },
      { id: 'a', dependencies: [on('spawner', 'parent-child')] },
      { id: 'b', dependencies: [on('spawner', 'parent-child')] },
      { id: 'join', dependencies: [on('spawner', 'waits-for')] },
      { id: 'rescue', dependencies: [on('a', 'conditional-blocks')] },
    );
    expect(told(result)).toEqual(['spawner:', 'a:', 'b:', 'join: a, b', 'rescue (by hand): a']);
    expect(result.problems.map(({ fix }) => fix)).toEqual([
      'Remove the conditional-blocks dependency to have an agent do it.',
    ]);
  });

  it('that lead round in circles are parents of nobody', async () => {
    const result = await read(
      { id: 'a', issue_type: 'epic', dependencies: [on('b', 'parent-child')] },
      { id: 'b', issue_type: 'epic', dependencies: [on('a', 'parent-child')] },
      { id: 'c', issue_type: 'epic', dependencies: [on('c', 'parent-child')] },
    );
    expect(told(result)).toEqual(['a:', 'b:', 'c:']);
  });
});

it('reads everything an agent should know', async () => {
  const { plan, problems } = await read({
    _type: 'issue',
    id: 'bd-1',
    title: 'Prices',
    description: 'Move them.',
    design: 'In cents.',
    acceptance_criteria: 'All moved.',
    notes: 'Ask Ada.',
    status: 'open',
    priority: 0,
    estimated_minutes: 90,
    labels: ['data'],
  });
  const file = path.join(folder, '.beads/issues.jsonl');
  expect(problems).toEqual([]);
  expect({ name: plan.name, source: plan.source, task: plan.tasks[0] }).toMatchObject({
    name: '.beads/issues.jsonl',
    source: file,
    task: {
      title: 'Prices',
      body: 'Move them.\n\n## Design\n\nIn cents.\n\n## Acceptance criteria\n\nAll moved.\n\n## Notes\n\nAsk Ada.',
      priority: 4,
      estimate: { durationMs: 5_400_000 },
      labels: ['data'],
      location: { file, line: 1 },
    },
  });
});

it('leaves out what is no issue, and tells of every line that is broken', async () => {
  const result = await read(
    { _type: 'memory', key: 'a' },
    { id: 'gone', status: 'tombstone' },
    { id: 'mail', issue_type: 'message' },
    { id: 'form', is_template: true },
    { id: 'later', status: 'deferred' },
    { id: 'odd', status: 'brewing' },
    { id: 'gate', issue_type: 'gate' },
    '<<<<<<< ours',
    '[1]',
    { id: 'bad', dependencies: ['later'] },
    { id: 'done', status: 'closed', dependencies: [on('missing')] },
    { id: 'free', dependencies: [on('gone')] },
  );
  expect(told(result)).toEqual([
    'later (by hand):',
    'odd:',
    'gate (by hand):',
    'bad:',
    'done (done):',
    'free:',
  ]);
  expect(problemsOf(result)).toEqual([
    'error invalid-yaml 8: .beads/issues.jsonl is not valid JSON: expected a value, not "<"',
    'error invalid-value 9: .beads/issues.jsonl: expected an issue with an id',
    'error invalid-value 10: bad: dependencies: expected a list of maps with depends_on_id',
    'info source-status 6: odd: the status brewing is not known; it counts as open',
    'info source-status 5: later is left to a person: its status is deferred',
    'info source-status 7: gate is left to a person: its status is open, and it is a gate',
    'info unknown-dependency 11: done depends on missing, which is not in the plan',
  ]);
  expect(result.problems.filter(({ message }) => message.includes('left to')).map(({ fix }) => fix)).toEqual([
    'Give it an open status to have an agent do it.',
    'Close the gate once what it waits for is there.',
  ]);
});

it('says what to do when there is a database and no export', async () => {
  const { problems } = await readPlan(path.join(folder, '.beads'));
  expect(problems.map(({ code, fix }) => [code, fix])).toEqual([
    ['no-tasks', 'Write it: bd export -o .beads/issues.jsonl'],
  ]);
});
