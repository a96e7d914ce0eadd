import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import * as z from 'zod';
import { fakeTerminal } from '../../../test/rig/fake-terminal.ts';
import { writeFiles } from '../../../test/rig/scratch-repository.ts';
import { ProblemError } from '../../core/problem.ts';
import { simulationJsonSchema, simulationSchema } from '../simulate/simulation-schema.ts';
import { command, type SimulateOptions } from './simulate.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tutti-simulate-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const shop = `plan: Shop
tasks:
  - { id: A, body: x, estimate: { duration: 1h, tokens: 10k } }
  - { id: B, body: x, dependsOn: [A], estimate: { duration: 2h, tokens: 10k } }
  - { id: C, body: x, dependsOn: [A], estimate: { duration: 3h, tokens: 10k } }
  - { id: D, body: x, dependsOn: [B, C], estimate: { duration: 1h, tokens: 10k } }
`;

/** Environment without anybody's configuration. */
const bare = () => ({ HOME: folder });

async function simulate(options: SimulateOptions, files: Readonly<Record<string, string>> = {}) {
  await writeFiles(folder, { 'plan.yaml': shop, ...files });
  const terminal = fakeTerminal({ cwd: folder, env: bare() });
  const code = await command(terminal, ['plan.yaml'], { samples: 20, ...options });
  return { code, text: terminal.printed().replaceAll(folder, 'FOLDER'), remarks: terminal.remarked() };
}

async function document(options: SimulateOptions, files: Readonly<Record<string, string>> = {}) {
  const { text } = await simulate({ json: true, ...options }, files);
  return simulationSchema.parse(JSON.parse(text));
}

const refusal = async (options: SimulateOptions, files: Readonly<Record<string, string>> = {}) => {
  const error = await simulate(options, files).catch((thrown: unknown) => thrown);
  if (!(error instanceof ProblemError)) throw error;
  return error.problems.map(({ message, location }) =>
    location === undefined ? message : `${message} (${relative(folder, location.file)}:${location.line})`,
  );
};

describe('as text', () => {
  it('tells time, bound, speed-up, costs, the chart, what helps and what if, in 80 columns', async () => {
    const { code, text } = await simulate({ slots: 2, whatIf: ['slots=1..3'] });
    // A seed gives the same chance on every machine.
    expect({ code, text }).toEqual({
      code: 0,
      text: `Shop, simulated
4 tasks, 2 slots, schedule dynamic, order critical-path, 15 % failures expected
20 runs with durations drawn around the estimates, seed 1

Time            5h52m (P50), 8h46m (P90: one run in ten takes longer)
Over bound      half of the runs are as short as their durations allow
As estimated    5h, no schedule is shorter: every attempt as long as estimated,
                none fails
Speed-up        1.3 × over one slot, which takes 7h45m; slots are 65 % busy
Attempts        5
Tokens          44.8k (P50), 59.3k (P90)
Cost            $0.27 (P50), $0.36 (P90)
Held back by    the critical path of 3 tasks, 5h: more slots do not help
                A → C → D

One run, every attempt as long as estimated, none fails
         0             1h            2h             3h            4h
slot 1   ┃A━━━━━━━━━━━━┃C━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━┃D━━━━━━━━━━━━
slot 2                 │B───────────────────────────
         ━ critical path

Dependencies that cost most (--drop-edge A:B shows the run without one)
       1h less if C did not wait for A
       1h less if D did not wait for C

What if
                           P50     P90 over bound speed-up   busy tokens    cost
   1 slot                7h45m  10h25m        0 %    1.0 ×  100 %  44.8k   $0.27
*  2 slots               5h52m   8h46m        0 %    1.3 ×   65 %  44.8k   $0.27
   3 slots               5h52m   8h46m        0 %    1.3 ×   44 %  44.8k   $0.27
* as above

note: 15 % of the attempts are expected to fail and to be repaired, as \`tutti
  run\` expects it; --failures 0 for none.
note: no price is configured: $6 for a million tokens is assumed (\`prices\` in
  tutti.yaml).
`,
    });
    expect(Math.max(...text.split('\n').map((line) => line.length))).toBeLessThanOrEqual(80);
  });

  it('shows failures, where the budget ends the run, and that a run would refuse so many slots', async () => {
    const failing = await simulate({ failures: '40%', seed: 4, slots: 12 });
    expect(failing.text).toContain('× failed at its gate');
    expect(failing.text).toContain('One run, every attempt as long as estimated, 40 % of them fail\n');
    expect(failing.remarks).toBe('A run would refuse 12 slots: limits.maxParallel is 10.\n');
    const poor = await simulate({ budget: '25k' });
    expect(poor.text).toContain('Held back by    the budget, which ends before the plan does');
    expect(poor.text).toMatch(/The run pauses after 4h: the budget is used up: 20k of 25k tokens are/);
    expect(poor.text).toMatch(/^\*! schedule dynamic +\S+ +\S+ +- +- /m);
    expect(poor.text).toMatch(/^! {2}order plan/m);
    expect(poor.text).not.toMatch(/Over bound|As estimated|Speed-up/);
    expect(poor.text).not.toContain('No single dependency');
  });

  it('tells somebody who waits what goes on, and takes it away again', async () => {
    await writeFiles(folder, { 'plan.yaml': shop });
    const terminal = fakeTerminal({ cwd: folder, env: bare(), answer: true });
    await command(terminal, ['plan.yaml'], { samples: 5, whatIf: ['slots=3'] });
    expect(terminal.printed()).toMatch(
      // biome-ignore lint/suspicious/noControlCharactersInRegex: what a terminal is told
      /^\r\u001b\[Ksimulating: samples\r\u001b\[Ksimulating: 3 slots\r\u001b\[KShop, simulated\n/,
    );
  });

  it('says what it assumes where the plan is silent', async () => {
    const silent =
      'plan: Silent\ntasks:\n  - { id: A, body: x }\n  - { id: B, body: x, autonomous: false }\n';
    const { notes } = await document({}, { 'plan.yaml': silent });
    expect(notes).toEqual([
      '15 % of the attempts are expected to fail and to be repaired, as `tutti run` expects it; --failures 0 for none.',
      'no task says how long the work takes: half an hour is assumed for each planned commit.',
      'no task says how many tokens the work needs: 50k are assumed.',
      'no price is configured: $6 for a million tokens is assumed (`prices` in tutti.yaml).',
      '1 task for a person: it is assumed that somebody is there at once.',
    ]);
  });

  it('expects failures as a run does: none where no attempt follows, and as many as it is told', async () => {
    const tutti = { '.git/HEAD': '', 'tutti.yaml': 'retries: 0\n' };
    const [usual, once, none] = [
      await document({}),
      await document({}, tutti),
      await document({ failures: '0' }),
    ];
    expect([usual, once, none].map(({ failures, incomplete }) => [failures, incomplete])).toEqual([
      [15, 0],
      [0, 0],
      [0, 0],
    ]);
    expect(once.makespan).toEqual(none.makespan);
    expect(usual.medians).toEqual(none.medians);
    expect(none.notes.join()).not.toContain('fail');
  });

  it('says what tasks may wait for, of what the plan has', async () => {
    const waits = async (more: string): Promise<string | undefined> => {
      const plan = `plan: Waits\npools: { db: 1 }\ntasks:\n${['A', 'B', 'C'].map((id) => `  - { id: ${id}, body: x, ${more} }\n`).join('')}  - { id: D, body: x, dependsOn: [A] }\n`;
      const { text } = await simulate({}, { 'plan.yaml': plan });
      return /Held back by {4}(.*?): slots/.exec(text)?.[1];
    };
    expect(await waits('pools: [db]')).toBe('dependencies and pools');
    expect(await waits('files: [a.ts]')).toBe('dependencies and files');
  });

  it('has nothing to do where all is done', async () => {
    const done = 'plan: Done\ntasks:\n  - { id: A, body: x, status: done }\n';
    expect(await document({}, { 'plan.yaml': done })).toMatchObject({
      makespan: { p50: 0, p90: 0, lowerBound: 0 },
      tasks: [],
      attempts: [],
    });
    expect((await simulate({}, { 'plan.yaml': done })).text).toBe(
      'Done: all tasks are done, there is nothing to simulate\n',
    );
  });
});

describe('as a document', () => {
  it('is as its schema says, and the same each time', async () => {
    const { text } = await simulate({ json: true, slots: 2 });
    const printed = JSON.parse(text);
    expect(z.fromJSONSchema(simulationJsonSchema() as never).safeParse(printed).success).toBe(true);
    expect((await simulate({ json: true, slots: 2 })).text).toBe(text);
    expect((await simulate({ json: true, slots: 2, seed: 2 })).text).not.toBe(text);
    expect(printed.tasks).toEqual([
      { id: 'A', start: 0, end: 3_600, slot: 0 },
      { id: 'B', start: 3_600, end: 10_800, slot: 1 },
      { id: 'C', start: 3_600, end: 14_400, slot: 0 },
      { id: 'D', start: 14_400, end: 18_000, slot: 0 },
    ]);
    expect(printed).toMatchObject({
      medians: { makespan: 18_000, lowerBound: 18_000, outcome: 'all-done' },
      criticalPath: { tasks: ['A', 'C', 'D'], length: 18_000 },
      edges: [
        { task: 'C', dependency: 'A', saved: 3_600 },
        { task: 'D', dependency: 'C', saved: 3_600 },
      ],
    });
  });

  it('takes slots, schedule, pools and budget from tutti.yaml, and flags before that', async () => {
    const files = {
      '.git/HEAD': '',
      'tutti.yaml': 'slots: 3\nschedule: barrier\norder: plan\npools: { db: 2 }\n',
    };
    expect(await document({}, files)).toMatchObject({ slots: 3, schedule: 'barrier', order: 'plan' });
    const flags = { slots: 1, schedule: 'dynamic', order: 'shortest' };
    expect(await document(flags, files)).toMatchObject(flags);
    const conservative = await document({ conservative: true });
    expect(conservative).toMatchObject({ slots: 2, schedule: 'barrier' });
    // What is set aside for safety is not what is expected to be used.
    expect(conservative.tokens).toBeLessThan(50_000);
  });

  it('counts the budget that origin A keeps beside its plans when none is configured', async () => {
    const files = { '.planning/token_budget.json': '{ "maxTokens": 40000, "currentUsage": 15000 }' };
    expect((await document({}, files)).medians.outcome).toBe('paused');
    expect((await document({ budget: '1M' }, files)).medians.outcome).toBe('all-done');
  });

  it('compares what was asked for, over the same chance', async () => {
    const { comparison } = await document({ whatIf: ['slots=1,4', 'schedule=barrier', 'failures=0..20'] });
    expect(comparison.map(({ slots, schedule, failures }) => [slots, schedule, failures])).toEqual([
      [1, 'dynamic', 15],
      [4, 'dynamic', 15],
      [7, 'barrier', 15],
      [7, 'dynamic', 0],
      ...[2, 4, 6, 8, 10, 12, 14, 16, 18, 20].map((percent) => [7, 'dynamic', percent]),
    ]);
    const [one, four] = comparison;
    // One slot works through the same attempts, one after the other.
    expect(one?.makespan.p50).toBe(four?.sequential);
    const times = comparison.slice(3).map(({ makespan }) => makespan.p50);
    expect(times).toEqual(times.toSorted((a, b) => a - b));
  });

  it('leaves out dependencies, and runs groups one after the other', async () => {
    const dropped = await document({ dropEdge: ['A:C', 'D:C'] });
    expect(dropped.dropped).toEqual([
      { task: 'C', dependency: 'A' },
      { task: 'D', dependency: 'C' },
    ]);
    expect(dropped.medians.makespan).toBe(4 * 3_600);
    const slow = await simulate({ groups: '1:2:C' });
    expect(slow.text).toContain('Held back by    the groups: slots are free 86 % of the time');
    const grouped = await document({ groups: '1:2:C' });
    expect(grouped).toMatchObject({
      groups: [['A'], ['B'], ['C']],
      leftOut: ['D'],
      medians: { makespan: 6 * 3_600, lowerBound: 4 * 3_600 },
      comparison: [],
    });
  });
});

it('refuses what it cannot do, each with its place', async () => {
  expect(await refusal({ groups: '1,2:3,4' })).toEqual([
    'B depends on A, and both are in group 1 (plan.yaml:4)',
    'D depends on C, and both are in group 2 (plan.yaml:6)',
  ]);
  expect(await refusal({ dropEdge: ['B:C'] })).toEqual([
    '--drop-edge B:C: neither of the two depends on the other',
  ]);
  expect(await refusal({ dropEdge: ['A:X'] })).toEqual(['--drop-edge A:X: there is no task X']);
  expect(await refusal({ dropEdge: ['A'] })).toEqual(['--drop-edge A names no dependency']);
  expect(await refusal({ failures: '101' })).toEqual(['--failures 101 is no percentage']);
  for (const text of ['slots=0', 'slots=3..2', 'slots', 'slots=1..9999', 'order=fast', 'colour=1'])
    expect((await refusal({ whatIf: [text] }))[0]).toContain(`--what-if ${text}`);
  const greedy = shop
    .replace('id: A,', 'id: A, pools: { gpu: 2 },')
    .replace('tasks:', 'pools: { gpu: 2 }\ntasks:');
  const tutti = { '.git/HEAD': '', 'tutti.yaml': 'pools: { gpu: 1 }\n' };
  expect(await refusal({}, { 'plan.yaml': greedy, ...tutti })).toEqual([
    'A needs 2 of pool gpu, which has 1 (plan.yaml:4)',
  ]);
  expect(await refusal({}, { 'plan.yaml': shop.replace('[A]', '[X]') })).toEqual([
    expect.stringContaining('X'),
  ]);
});

it('writes the chart as a picture or a page, never over the plan', async () => {
  const { remarks, text } = await simulate({ out: 'run.svg' });
  expect({ text, remarks: remarks.replace(/\d+/, 'N') }).toEqual({
    text: '',
    remarks: 'wrote run.svg (N KB)\n',
  });
  expect(await readFile(join(folder, 'run.svg'), 'utf8')).toContain('A.1: 0 to 1h, slot 1');
  expect((await simulate({ html: true })).text).toContain('<h2>Dependencies that cost most</h2>');
  expect(await refusal({ svg: true, out: 'plan.yaml' })).toEqual(['plan.yaml is part of the plan']);
  expect(await refusal({ out: 'run.mmd' })).toEqual(['the name run.mmd does not say what to write']);
});
