/** A budget in a real run: what agents report is settled, the run pauses when nothing fits, and goes on when it is raised. */
import { expect } from 'vitest';
import { describeResult } from '../rig/cli-process.ts';
import { it } from '../rig/e2e-test.ts';
import { proveTarget } from '../rig/git-proof.ts';

const tasks = ['A', 'B', 'C', 'D'].map((id) => ({ id, estimate: { tokens: 100 } }));

it('ends where the budget ends, and pays for nothing twice', async ({ project }) => {
  await project.configure({
    agent: 'scripted',
    gate: ['true'],
    slots: 2,
    budget: 250,
    agents: { scripted: { driver: 'scripted', recipe: { tokens: 90, durationMs: 5 } } },
  });
  const base = await project.git('rev-parse', 'HEAD');
  const paused = await project.run(['run', await project.plan(tasks), '--yes', '--json']);
  expect(paused.code, describeResult(paused)).toBe(4);
  const usedBy = (result: typeof paused): unknown[] =>
    result.events.filter(({ type }) => type === 'usage-reported').map(({ task }) => task);
  expect(usedBy(paused).sort()).toEqual(['A', 'B']);
  expect(paused.events.at(-1)).toMatchObject({
    type: 'run-paused',
    reason: expect.stringMatching(/180 of 250 tokens are used, and C needs 100.*resume --budget/),
  });
  expect(paused.events.filter(({ type }) => type === 'budget-crossed').at(-1)).toMatchObject({ percent: 65 });

  const again = await project.run(['resume', '--json']);
  expect([again.code, usedBy(again)], describeResult(again)).toEqual([4, []]);

  const raised = await project.run(['resume', '--budget', '400', '--json']);
  expect(raised.code, describeResult(raised)).toBe(0);
  expect(usedBy(raised).sort()).toEqual(['C', 'D']);
  await proveTarget(project, `tutti/${paused.events[0]?.run}`, { planName: 'Test', tasks, base });
});
