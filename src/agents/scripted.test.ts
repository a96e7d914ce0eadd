import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Behaviour, describeAgentContract } from '../../test/contracts/agent.contract.ts';
import { attemptId, makeTask, type Task, taskId } from '../core/plan.ts';
import type { AgentEvent, SessionEnd } from '../ports/agent.ts';
import { createSupervisor } from '../process/supervise.ts';
import { systemClock } from '../system/system-clock.ts';
import { scriptedDriver } from './scripted.ts';
import { keepBothSides } from './scripted-git.ts';
import type { Recipe } from './scripted-recipe.ts';

const environment = {
  PATH: process.env.PATH ?? '',
  GIT_CONFIG_NOSYSTEM: '1',
  GIT_CONFIG_GLOBAL: '/dev/null',
  GIT_AUTHOR_NAME: 'A',
  GIT_AUTHOR_EMAIL: 'a@example.com',
  GIT_COMMITTER_NAME: 'A',
  GIT_COMMITTER_EMAIL: 'a@example.com',
};
const gitIn = (cwd: string, ...args: readonly string[]): string =>
  execFileSync('git', args, {
    cwd,
    env: environment,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
  }).trim();

function makeRepository(cwd: string): void {
  gitIn(cwd, 'init', '-q', '-b', 'main');
  writeFileSync(join(cwd, 'README.md'), 'Hello\n');
  gitIn(cwd, 'add', '-A');
  gitIn(cwd, 'commit', '-q', '-m', 'base');
}

const recipes: Readonly<Record<Behaviour, Recipe | undefined>> = {
  ends: { empty: true },
  'works-on': { durationMs: 600_000 },
  'falls-silent': { stall: true },
  floods: undefined,
  'leaves-daemon': { disobey: 'daemon', tasks: {} },
  missing: undefined,
};

describeAgentContract({
  name: 'scripted',
  prepare(cwd) {
    makeRepository(cwd);
    gitIn(cwd, 'config', 'user.name', 'A');
    gitIn(cwd, 'config', 'user.email', 'a@example.com');
  },
  make(behaviour, supervisor) {
    const recipe = recipes[behaviour];
    return recipe && scriptedDriver('scripted', supervisor, recipe);
  },
});

describe('the scripted agent', () => {
  const clock = systemClock();
  const supervisor = createSupervisor({ clock, graceMs: 200 });
  let folder = '';
  let main = '';
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'tutti-scripted-'));
    main = join(folder, 'main');
    execFileSync('mkdir', [main]);
    makeRepository(main);
  });
  afterEach(() => rmSync(folder, { recursive: true }));
  afterAll(() => clock.stop());

  const worktree = (name: string, base = 'main'): string => {
    gitIn(main, 'worktree', 'add', '-q', '-b', name, join(folder, name), base);
    return join(folder, name);
  };
  const outline = [{ phase: 'A', commits: ['feat: one', 'feat: two', 'feat: three'] }];

  async function play(
    recipe: Recipe,
    cwd: string,
    {
      ordinal = 1,
      id = 'T-001',
      ...more
    }: Partial<Omit<Task, 'id'>> & { ordinal?: number; id?: string } = {},
  ): Promise<{ readonly events: readonly AgentEvent[]; readonly end: SessionEnd }> {
    const task = makeTask({ id: taskId(id), title: 'A task', outline, ...more });
    const request = {
      attempt: attemptId(task.id, ordinal),
      mark: `${folder}/${task.id}.${ordinal}`,
      task,
      ordinal,
      cwd,
      prompt: '',
      promptFile: '',
      ownFolder: '/nowhere',
      env: { ...environment, TUTTI_RUN: 'r1' },
      logFile: join(folder, 'session.log'),
      timeoutMs: 60_000,
      stallMs: 60_000,
    };
    const events: AgentEvent[] = [];
    const driver = scriptedDriver('scripted', supervisor, recipe);
    for await (const event of driver.start(request, new AbortController().signal)) events.push(event);
    const last = events.at(-1);
    if (last?.type !== 'ended') throw new Error('no end');
    return { events, end: last.end };
  }
  const subjects = (cwd: string, range = 'main..HEAD') =>
    gitIn(cwd, 'log', '--reverse', '--format=%s', range).split('\n').filter(Boolean);
  const tree = (cwd: string) => gitIn(cwd, 'rev-parse', 'HEAD^{tree}');

  it('commits its outline, reports its use and leaves the worktree clean', async () => {
    const cwd = worktree('a');
    const { events, end } = await play({ tokens: 300 }, cwd);
    expect([end.reason, end.exitCode, subjects(cwd), gitIn(cwd, 'status', '--porcelain')]).toEqual([
      'exited',
      0,
      ['feat: one', 'feat: two', 'feat: three'],
      '',
    ]);
    expect(events.flatMap((event) => (event.type === 'usage' ? [event.usage] : []))).toEqual([
      { inputTokens: 80, outputTokens: 20, cacheReadTokens: 0 },
      { inputTokens: 160, outputTokens: 40, cacheReadTokens: 0 },
      { inputTokens: 240, outputTokens: 60, cacheReadTokens: 0 },
    ]);
  });

  it('ends in the same tree after a crash, without making a commit twice', async () => {
    const [whole, broken] = [worktree('a'), worktree('b')];
    const recipe: Recipe = { crash: { attempts: [1] } };
    await play({}, whole);
    const first = await play(recipe, broken);
    expect([first.end.reason, first.end.signal, subjects(broken)]).toEqual([
      'crashed',
      'SIGKILL',
      ['feat: one'],
    ]);
    await play(recipe, broken, { ordinal: 2 });
    expect([subjects(broken), tree(broken)]).toEqual([subjects(whole), tree(whole)]);
  });

  it('mends in a later session what it broke', async () => {
    const cwd = worktree('a');
    const recipe: Recipe = { fail: { attempts: [1] } };
    const check = () => readFileSync(join(cwd, 'tasks/T-001/check.txt'), 'utf8');
    await play(recipe, cwd);
    const broken = check();
    await play(recipe, cwd, { ordinal: 2 });
    expect([broken, check(), subjects(cwd).length]).toEqual(['BROKEN\n', 'passes\n', 5]);
  });

  it('makes two tasks conflict, and resolves that keeping both sides, whoever came first', async () => {
    const recipe: Recipe = { tasks: { 'T-001': { conflict: { file: 'README.md', with: 'T-002' } } } };
    const [one, two] = [worktree('one'), worktree('two')];
    await play(recipe, one);
    await play(recipe, two, { id: 'T-002' });
    expect(() => gitIn(two, 'merge', '-q', 'one')).toThrow();
    await play(recipe, two, { id: 'T-002', ordinal: 2 });
    expect(() => gitIn(one, 'merge', '-q', 'two~1')).toThrow();
    await play(recipe, one, { ordinal: 2 });
    expect(readFileSync(join(two, 'README.md'), 'utf8')).toBe('Hello\nscripted: T-001\nscripted: T-002\n');
    expect([tree(one), gitIn(two, 'status', '--porcelain')]).toEqual([tree(two), '']);
  });

  it('resolves a conflict that was committed with its markers when an earlier session was killed', async () => {
    const recipe: Recipe = { tasks: { 'T-001': { conflict: { file: 'README.md', with: 'T-002' } } } };
    const [one, two] = [worktree('one'), worktree('two')];
    await play(recipe, one);
    await play(recipe, two, { id: 'T-002' });
    expect(() => gitIn(two, 'merge', '-q', 'one')).toThrow();
    gitIn(two, 'commit', '-q', '-a', '-m', 'Save what an interrupted attempt left');
    await play(recipe, two, { id: 'T-002', ordinal: 2 });
    expect(readFileSync(join(two, 'README.md'), 'utf8')).toBe('Hello\nscripted: T-001\nscripted: T-002\n');
    expect(gitIn(two, 'status', '--porcelain')).toBe('');
  });

  it('can do nothing, fail, and leave its last change uncommitted', async () => {
    const cwd = worktree('a');
    const { end } = await play({ empty: true, exit: 4 }, cwd);
    expect([end.exitCode, subjects(cwd)]).toEqual([4, []]);
    await play({ leaveUncommitted: true }, cwd);
    expect([subjects(cwd), gitIn(cwd, 'status', '--porcelain', '-uall')]).toEqual([
      ['feat: one', 'feat: two'],
      '?? tasks/T-001/03.txt',
    ]);
  });

  it('changes nothing where it has no worktree', async () => {
    const { end } = await play({}, folder, { workspace: 'none' });
    expect([end.reason, end.exitCode, existsSync(join(folder, 'tasks'))]).toEqual(['exited', 0, false]);
  });

  it('disobeys as told', async () => {
    gitIn(main, 'branch', 'tutti/r1');
    const [a, b, c, d] = [worktree('a'), worktree('b'), worktree('c'), worktree('d')] as const;
    for (const [how, cwd] of [
      ['other-branch', a],
      ['move-target', b],
      ['main-checkout', c],
      ['delete-worktree', d],
    ] as const) {
      expect((await play({ disobey: how }, cwd)).end.reason).toBe('exited');
    }
    expect([
      gitIn(a, 'branch', '--show-current').startsWith('strayed/'),
      gitIn(main, 'rev-parse', 'a') === gitIn(main, 'rev-parse', 'main'),
      gitIn(main, 'rev-parse', 'tutti/r1') === gitIn(b, 'rev-parse', 'HEAD'),
      existsSync(join(main, 'STRAYED.txt')),
      existsSync(d),
    ]).toEqual([true, true, true, true, false]);
  });
});

describe('keepBothSides', () => {
  it('drops markers and the base, and keeps the lines of both', () => {
    const text = 'a\n<<<<<<< HEAD\ntwo\n||||||| base\nold\n=======\none\ntwo\n>>>>>>> main\nb\n=======\n';
    expect(keepBothSides(text)).toBe('a\none\ntwo\nb\n=======\n');
  });
});
