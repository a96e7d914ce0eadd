import { describe, expect, it } from 'vitest';
import { makeTask, type Plan, type Task, taskId } from '../plan.ts';
import { analyse } from './analyse.ts';
import { diagnose } from './diagnose.ts';

/** `A; B: A; C: A B` → a plan of three tasks. */
function planOf(text: string, more: Record<string, Partial<Task>> = {}): Plan {
  const tasks = text.split(';').map((part, index) => {
    const [id = '', dependencies = ''] = part.split(':').map((half) => half.trim());
    const location = { file: 'plan', line: index + 1 };
    const dependsOn = dependencies.split(' ').filter(Boolean).map(taskId);
    return makeTask({ id: taskId(id), body: 'do it', dependsOn, location, ...more[id] });
  });
  return { name: 'test', source: 'plan', format: 'test', tasks, pools: {} };
}

const told = (plan: Plan) => diagnose(plan).map(({ code, message, tasks }) => ({ code, message, tasks }));

describe('analyse', () => {
  it('gives the whole document for a diamond', () => {
    const plan = planOf('A; B: A; C: A; D: B C A', {
      A: { status: 'done' },
      B: { files: ['src/**'] },
      C: { files: ['src/x.ts'] },
    });
    const row = (line: number) => ({ title: 'ABCD'[line - 1], file: 'plan', line });
    expect(analyse(plan, { slots: 2 })).toEqual({
      schemaVersion: 1,
      kind: 'analysis',
      plan: { source: 'plan', format: 'test', name: 'test', tasks: 4, dependencies: 5 },
      tasks: [
        {
          id: 'A',
          ...row(1),
          wave: 0,
          dependsOn: [],
          unlocks: 3,
          downstream: 3,
          slack: null,
          status: 'done',
        },
        {
          id: 'B',
          ...row(2),
          wave: 1,
          dependsOn: ['A'],
          unlocks: 1,
          downstream: 1,
          slack: 0,
          status: 'todo',
        },
        {
          id: 'C',
          ...row(3),
          wave: 1,
          dependsOn: ['A'],
          unlocks: 1,
          downstream: 1,
          slack: 0,
          status: 'todo',
        },
        {
          id: 'D',
          ...row(4),
          wave: 2,
          dependsOn: ['B', 'C', 'A'],
          unlocks: 0,
          downstream: 0,
          slack: 0,
          status: 'todo',
        },
      ],
      waves: [['A'], ['B', 'C'], ['D']],
      maxParallelism: 2,
      ready: ['B', 'C'],
      criticalPath: { tasks: ['B', 'D'], length: 2, unit: 'tasks' },
      bounds: { slots: 2, criticalPath: 2, work: 1.5, makespan: 2 },
      speedup: [
        { slots: 1, makespan: 3 },
        { slots: 2, makespan: 2 },
      ],
      overlaps: [{ tasks: ['B', 'C'], files: ['src/x.ts'] }],
      redundant: [{ task: 'D', dependency: 'A', via: 'B' }],
      diagnostics: [
        {
          code: 'file-overlap',
          severity: 'warning',
          message: 'B and C touch the same files, and neither depends on the other: src/x.ts',
          file: 'plan',
          line: 3,
          tasks: ['B', 'C'],
          fix: 'Narrow their files, or let one depend on the other. Unless `conflicts` allows more, they run one after the other.',
        },
        {
          code: 'redundant-dependency',
          severity: 'info',
          message: 'D need not name A: it depends on B, which comes after it anyway',
          file: 'plan',
          line: 4,
          tasks: ['D', 'A'],
          fix: 'Remove A from the dependencies of D, if you like.',
        },
      ],
    });
  });

  it('counts in seconds as soon as one task has a duration, and guesses the others', () => {
    const plan = planOf('A; B: A; C', {
      A: { estimate: { durationMs: 600_000 } },
      C: { estimate: { commits: 4 } },
    });
    const { criticalPath, bounds, tasks } = analyse(plan, { slots: 2 });
    expect({ criticalPath, bounds, slack: tasks.map(({ slack }) => slack) }).toEqual({
      criticalPath: { tasks: ['C'], length: 7200, unit: 'seconds' },
      bounds: { slots: 2, criticalPath: 7200, work: 4800, makespan: 7200 },
      slack: [4800, 4800, 0],
    });
  });

  it('lets nothing wait for what is done, and counts no time for it', () => {
    const plan = planOf('A; B: A; C: B; D: C', {
      A: { estimate: { durationMs: 60_000 } },
      B: { status: 'done', estimate: { durationMs: 600_000 } },
      C: { estimate: { durationMs: 120_000 } },
      D: { estimate: { durationMs: 1_000 } },
    });
    const { criticalPath, bounds, speedup, maxParallelism, tasks } = analyse(plan, { slots: 2 });
    expect({ criticalPath, bounds, speedup, maxParallelism, slack: tasks.map(({ slack }) => slack) }).toEqual(
      {
        criticalPath: { tasks: ['C', 'D'], length: 121, unit: 'seconds' },
        bounds: { slots: 2, criticalPath: 121, work: 90.5, makespan: 121 },
        speedup: [
          { slots: 1, makespan: 181 },
          { slots: 2, makespan: 121 },
        ],
        maxParallelism: 2,
        slack: [61, null, 0, 0],
      },
    );
  });

  it('has nothing left to tell of a plan that is done', () => {
    const plan = planOf('A; B: A', { A: { status: 'done' }, B: { status: 'done' } });
    const { criticalPath, bounds, speedup, maxParallelism, ready, waves } = analyse(plan);
    expect({ criticalPath, bounds, speedup, maxParallelism, ready, waves }).toEqual({
      criticalPath: { tasks: [], length: 0, unit: 'tasks' },
      bounds: { slots: 7, criticalPath: 0, work: 0, makespan: 0 },
      speedup: [],
      maxParallelism: 0,
      ready: [],
      waves: [['A'], ['B']],
    });
  });

  it('cuts pairs short at a number that says so, unless in full', () => {
    const ids = Array.from({ length: 200 }, (_, index) => `T${index}`);
    const plan = planOf(ids.map((id, index) => `${id}: ${ids.slice(0, index).join(' ')}`).join(';'));
    const [short, full] = [analyse(plan), analyse(plan, { full: true })];
    expect([short.redundant.length, short.truncated, full.redundant.length, full.truncated]).toEqual([
      10_000,
      true,
      (200 * 199) / 2 - 199,
      undefined,
    ]);
  });

  it('the peak of earliest starts counts a long task in later waves too', () => {
    const minutes = (count: number) => ({ estimate: { durationMs: count * 60_000 } });
    const plan = planOf('A; B; C: A', { A: minutes(1), B: minutes(9), C: minutes(1) });
    expect([analyse(plan).maxParallelism, analyse(planOf('A; B: A; C: B')).maxParallelism]).toEqual([2, 1]);
  });

  it('says what it can of a plan with a cycle', () => {
    const { waves, maxParallelism, criticalPath, bounds, speedup, ready, tasks, truncated } = analyse(
      planOf('A; B: C; C: B'),
    );
    expect({
      waves,
      maxParallelism,
      criticalPath,
      bounds,
      speedup,
      ready,
      wave: tasks[0]?.wave,
      truncated,
    }).toEqual({
      waves: null,
      maxParallelism: null,
      criticalPath: null,
      bounds: null,
      speedup: [],
      ready: ['A'],
      wave: null,
      truncated: undefined,
    });
  });

  it('does not look at pairs above 5,000 tasks unless in full', () => {
    const plan = planOf(
      Array.from({ length: 5_001 }, (_, index) => (index === 0 ? 'T0' : `T${index}: T${index - 1}`)).join(
        ';',
      ),
    );
    const [short, full] = [analyse(plan), analyse(plan, { full: true })];
    expect([
      short.truncated,
      short.tasks[0]?.downstream,
      short.speedup,
      full.truncated,
      full.tasks[0]?.downstream,
    ]).toEqual([true, null, [], undefined, 5_000]);
  });

  it('is linear enough for 300,000 tasks', () => {
    const tasks = Array.from({ length: 300_000 }, (_, index) =>
      makeTask({
        id: taskId(`T${index}`),
        body: 'x',
        dependsOn: index === 0 ? [] : [taskId(`T${index - 1}`), taskId(`T${index >> 1}`)].slice(0, index % 3),
      }),
    );
    const { plan, criticalPath, truncated } = analyse({ name: '', source: '', format: '', tasks, pools: {} });
    expect([plan.tasks, criticalPath?.tasks.length === criticalPath?.length, truncated]).toEqual([
      300_000,
      true,
      true,
    ]);
  });

  it('an empty plan is no special case', () => {
    const plan: Plan = { name: 'none', source: 'plan', format: 'test', tasks: [], pools: {} };
    const { waves, maxParallelism, criticalPath, speedup, ready } = analyse(plan);
    expect({ waves, maxParallelism, criticalPath, speedup, ready }).toEqual({
      waves: [],
      maxParallelism: 0,
      criticalPath: { tasks: [], length: 0, unit: 'tasks' },
      speedup: [],
      ready: [],
    });
  });
});

describe('diagnose', () => {
  it('tells the shortest cycle in order', () => {
    expect(told(planOf('A: D; B: A; C: B; D: C B'))).toEqual([
      { code: 'cycle', message: 'These tasks wait for each other: A -> D -> B -> A', tasks: ['A', 'D', 'B'] },
    ]);
  });

  it('tells unknown, repeated and own ids, all at once', () => {
    expect(told(planOf('T-1; T-2: T-9 T-2; T-1'))).toEqual([
      { code: 'duplicate-id', message: 'T-1 is the id of two tasks: plan:1 and plan:3', tasks: ['T-1'] },
      { code: 'unknown-dependency', message: 'T-2 depends on T-9, which is not in the plan', tasks: ['T-2'] },
      { code: 'self-dependency', message: 'T-2 depends on itself', tasks: ['T-2'] },
    ]);
  });

  it('tells a dependency on oneself of the second of two with one id, too', () => {
    expect(told(planOf('A; B; A: A')).map(({ code, tasks }) => [code, tasks])).toEqual([
      ['duplicate-id', ['A']],
      ['self-dependency', ['A']],
    ]);
  });

  it('compares declared waves from the lowest of those declared', () => {
    const fromOne = { A: { declaredWave: 1 }, B: { declaredWave: 2 }, C: { declaredWave: 2 } };
    const partly = { B: { declaredWave: 5 }, C: { declaredWave: 6 } };
    expect([told(planOf('A; B: A; C: A', fromOne)), told(planOf('A; B: A; C: B', partly))]).toEqual([[], []]);
    expect(told(planOf('A; B: A; C: B', fromOne))).toEqual([
      {
        code: 'wave-mismatch',
        message: 'C is declared in wave 2, but its dependencies put it in wave 3',
        tasks: ['C'],
      },
    ]);
  });

  it('compares declared waves within their scope', () => {
    const wave = (declaredWave: number, waveScope: string) => ({ declaredWave, waveScope });
    const plan = planOf('A; B: A; C: B; D: C; E: C', {
      A: wave(1, 'first'),
      B: wave(2, 'first'),
      C: wave(1, 'second'),
      D: wave(2, 'second'),
      E: wave(3, 'second'),
    });
    expect(told(plan)).toEqual([
      {
        code: 'wave-mismatch',
        message: 'E is declared in wave 3, but its dependencies put it in wave 2',
        tasks: ['E'],
      },
    ]);
  });

  it('tells one cycle of each knot, the shortest first, and stays on one line', () => {
    const ring = Array.from({ length: 50 }, (_, index) => `T${index}: T${(index + 1) % 50}`).join(';');
    const [first, second] = told(planOf(`${ring};A: B;B: A`));
    expect([first?.message, second?.tasks.length, (second?.message.length ?? 0) < 200]).toEqual([
      'These tasks wait for each other: A -> B -> A',
      50,
      true,
    ]);
  });

  it('misses text only where an agent is to be told something', () => {
    const plan = planOf('A; B; C; D', {
      A: { body: '' },
      B: { body: '## Goal\n\n## Notes\n' },
      C: { body: '', command: 'make' },
      D: { body: '', status: 'done' },
    });
    expect(told(plan).map(({ code, tasks }) => [code, tasks])).toEqual([
      ['empty-body', ['A']],
      ['empty-body', ['B']],
    ]);
  });

  it('overlaps are told only of tasks that can run together', () => {
    const files = { files: ['src/**'] };
    const plan = planOf('A; B: A; C: B; D', { A: files, C: files, D: { files: ['src/d.ts'] } });
    expect(analyse(plan).overlaps).toEqual([
      { tasks: ['A', 'D'], files: ['src/d.ts'] },
      { tasks: ['C', 'D'], files: ['src/d.ts'] },
    ]);
  });
});
