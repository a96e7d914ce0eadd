import { existsSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { fakeTerminal } from '../../../test/rig/fake-terminal.ts';
import { makeScratch, type Scratch, writeFiles } from '../../../test/rig/scratch-repository.ts';
import { openRepository, openTrial } from '../../compose.ts';
import { ProblemError } from '../../core/problem.ts';
import type { CheckItem } from '../check/check-item.ts';
import type { checkDocument } from '../check/check-report.ts';
import { checkSchema } from '../check/check-schema.ts';
import { commands } from '../command-table.ts';
import { buildProgram } from '../program.ts';
import { type CheckOptions, command } from './check.ts';

let scratch: Scratch;
let env: Record<string, string | undefined>;
beforeEach(async () => {
  scratch = await makeScratch();
  const home = dirname(scratch.path);
  env = { PATH: process.env.PATH, HOME: home, TUTTI_STATE_DIR: join(home, 'state') };
});
afterEach(() => scratch.remove());

const plan = `plan: Shop
tasks:
  - { id: A, title: a, body: a, files: [src/**], estimate: { tokens: 100k } }
  - { id: B, title: b, body: b, files: [src/b.ts] }
  - { id: C, title: c, body: c, dependsOn: [A, B] }
`;
const fit = {
  'plan.yaml': plan,
  'tutti.yaml': 'gate: [test -f plan.yaml]\nsetup: [touch made]\n',
  '.gitignore': 'made\n',
};

async function check(options: CheckOptions = {}, given?: string, cwd = scratch.path) {
  const terminal = fakeTerminal({ cwd, env });
  const code = await command(terminal, given === undefined ? [] : [given], { ...options, json: true });
  const document = JSON.parse(terminal.printed()) as ReturnType<typeof checkDocument>;
  expect(checkSchema.safeParse(document).error).toBeUndefined();
  const answers = Object.fromEntries(document.items.map(({ item, answer }) => [item, answer]));
  const of = (name: string): CheckItem => document.items.find(({ item }) => item === name) as CheckItem;
  return { code, document, answers, of };
}

const messagesOf = ({ reasons }: CheckItem): readonly string[] => reasons.map(({ message }) => message);

const allYes = {
  plan: 'yes',
  configuration: 'yes',
  repository: 'yes',
  checkout: 'yes',
  branches: 'yes',
  worktrees: 'yes',
  agents: 'yes',
  'set-up': 'yes',
  gate: 'yes',
  engine: 'yes',
  disk: expect.stringMatching(/yes|warning/),
  budget: 'yes',
  overlaps: 'warning',
};

it('says yes to what can run, having tried it, and leaves nothing behind', async () => {
  await scratch.commit(fit);
  const { code, document, answers } = await check({ agent: 'scripted' });
  expect({ code, answer: document.answer, answers }).toEqual({ code: 0, answer: 'yes', answers: allYes });
  expect(document.gate.map(({ name, verdict }) => [name, verdict])).toEqual([
    ['test -f plan.yaml', 'passed'],
  ]);
  expect(document.overlaps).toEqual([{ tasks: ['A', 'B'], files: ['src/b.ts'] }]);
  expect({
    status: await scratch.git('status', '--porcelain'),
    worktrees: (await scratch.git('worktree', 'list')).split('\n').length,
    refs: await scratch.git('for-each-ref', '--format=%(refname)'),
  }).toEqual({ status: '', worktrees: 1, refs: 'refs/heads/main' });
});

it('takes warnings for a no when strict', async () => {
  await scratch.commit(fit);
  expect((await check({ agent: 'scripted', strict: true })).code).toBe(3);
});

it('gives the table of origin A: required, available and shortfall of each wave', async () => {
  await scratch.commit(fit);
  const { code, document, of } = await check({ agent: 'scripted', budget: '160k', slots: 2 });
  expect(code).toBe(3);
  expect(document.budget).toEqual({
    tokens: 160_000,
    from: '--budget',
    slots: 2,
    total: 200_000,
    waves: [
      {
        wave: 0,
        tasks: 2,
        atOnce: 2,
        required: 150_000,
        available: 160_000,
        shortfall: 0,
        fits: 2,
        total: 150_000,
      },
      {
        wave: 1,
        tasks: 1,
        atOnce: 1,
        required: 50_000,
        available: 10_000,
        shortfall: 40_000,
        fits: 0,
        total: 50_000,
      },
    ],
  });
  expect(messagesOf(of('budget'))).toEqual([
    'wave 1: its task needs 50k, 10k are left: 40k short, so it cannot start',
  ]);
});

it('takes the budget of the configuration, else what origin A has left of its own', async () => {
  await scratch.commit(fit);
  await writeFiles(scratch.path, {
    '.planning/token_budget.json': JSON.stringify({ maxTokens: 200_000, currentUsage: 50_000 }),
  });
  const origin = await check({ agent: 'scripted', run: false });
  await writeFile(join(scratch.path, 'tutti.yaml'), `${fit['tutti.yaml']}budget: 3M\n`);
  const own = await check({ agent: 'scripted', run: false });
  expect([origin, own].map(({ document }) => [document.budget?.tokens, document.budget?.from])).toEqual([
    [150_000, '.planning/token_budget.json'],
    [3_000_000, 'tutti.yaml:3'],
  ]);
});

it('counts at least 50k tokens for each task of a cautious run', async () => {
  await scratch.commit({ ...fit, 'plan.yaml': plan.replace('100k', '10k') });
  const options = { command: 'true', run: false, budget: '90k' };
  expect((await check(options)).document.budget).toMatchObject({ total: 110_000, slots: 7 });
  const cautious = await check({ ...options, conservative: true });
  expect(cautious.document.budget).toMatchObject({ total: 150_000, slots: 2 });
  expect([cautious.code, cautious.answers.budget]).toEqual([3, 'no']);
});

it('warns of a budget that ends before the plan does', async () => {
  await scratch.commit(fit);
  const { answers, of } = await check(
    { agent: 'scripted', budget: '110k', slots: 1, run: false },
    'plan.yaml',
  );
  expect([answers.budget, of('budget').reasons.length]).toEqual(['no', 1]);
  await scratch.commit({ 'one.yaml': 'plan: P\ntasks: [{ id: A, body: a }, { id: B, body: b }]\n' });
  const one = await check({ agent: 'scripted', budget: '60k', slots: 1, run: false }, 'one.yaml');
  expect([one.answers.budget, messagesOf(one.of('budget'))]).toEqual([
    'warning',
    ['the budget ends before the plan does: 40k are missing'],
  ]);
});

it('says how few a budget lets run, in waves of one task and of more', async () => {
  await scratch.commit(fit);
  const told = async (options: CheckOptions) => {
    const { of } = await check({ agent: 'scripted', run: false, ...options });
    return [of('budget').message, ...messagesOf(of('budget'))];
  };
  expect(await told({ budget: '80k', slots: 2 })).toEqual([
    '80k tokens (--budget) are too few for 2 of 2 waves; the plan needs about 200k tokens',
    'wave 0: 2 tasks at once need 150k, 80k are left: 70k short, so the largest cannot start',
    'wave 1: its task needs 50k, 0 are left: 50k short, so it cannot start',
  ]);
  expect(await told({ budget: '80k', slots: 1 })).toEqual([
    '80k tokens (--budget) are too few for 2 of 2 waves; the plan needs about 200k tokens',
    'wave 0: one task at a time needs 100k, 80k are left: 20k short, so the largest cannot start',
    'wave 1: its task needs 50k, 0 are left: 50k short, so it cannot start',
  ]);
  expect((await told({ budget: '120k', slots: 2 }))[1]).toBe(
    'wave 0: 2 tasks at once need 150k, 120k are left: 30k short, so they run one after the other',
  );
  expect(await told({ budget: '1M' })).toEqual([
    '1M tokens (--budget) let every wave use its slots; the plan needs about 200k tokens',
  ]);
  expect(await told({ budget: '$4' })).toEqual([
    '$4.00 let every wave use its slots; the plan needs about 200k tokens, $1.20',
  ]);
  expect(await told({ budget: '$0.50', slots: 2 })).toEqual([
    '$0.50 are too few for 2 of 2 waves; the plan needs about 200k tokens, $1.20',
    'wave 0: 2 tasks at once need $0.90, $0.50 are left: $0.40 short, so the largest cannot start',
    'wave 1: its task needs $0.30, $0.00 are left: $0.30 short, so it cannot start',
  ]);
});

it('warns of a budget that nobody reports to', async () => {
  const agents = 'agents: { mine: { driver: command, command: cat }, play: { driver: scripted } }\n';
  await scratch.commit({ ...fit, 'tutti.yaml': `${fit['tutti.yaml']}${agents}` });
  const told = [];
  for (const options of [
    { agent: 'mine', budget: '1M' },
    { agent: 'mine', budget: '$9' },
    { agent: 'mine' },
    { agent: 'play', budget: '1M' },
    { command: 'cat', budget: '1M' },
  ]) {
    const { of, answers } = await check({ ...options, run: false });
    told.push([answers.budget, ...messagesOf(of('budget'))]);
  }
  const silent = (name: string) => `agent ${name} reports no tokens: only what is set aside limits it`;
  expect(told).toEqual([
    ['warning', silent('mine')],
    ['warning', silent('mine')],
    ['yes'],
    ['yes'],
    ['warning', silent('command')],
  ]);
});

describe('takes the flags of run', () => {
  it('among them those that only run needs', () => {
    const optionsOf = (name: string) =>
      (commands.find((spec) => spec.name === name)?.options() ?? []).map((option) => option.flags);
    const known = new Set(optionsOf('check'));
    expect(optionsOf('run').filter((flags) => !known.has(flags))).toEqual([]);
  });

  it('that change how tasks are scheduled', async () => {
    await scratch.commit(fit);
    const usual = await check({ agent: 'scripted', run: false });
    const chosen = await check({
      ...{ agent: 'scripted', run: false, yes: true, detach: true, land: true, retries: '0' },
      ...{ schedule: 'threshold', order: 'shortest', conflicts: 'ignore' },
    });
    expect([usual, chosen].map(({ of }) => [of('configuration').message, of('overlaps').message])).toEqual([
      [
        '7 slots, schedule dynamic, order critical-path',
        '1 pair with the same files, one waits for the other (2 of 3 tasks say which)',
      ],
      [
        '7 slots, schedule threshold, order shortest',
        '1 pair may run together on the same files, as conflicts: ignore says (2 of 3 tasks say which)',
      ],
    ]);
    await expect(check({ retries: 'many' })).rejects.toBeInstanceOf(ProblemError);
  });

  it('--conservative, which is implied by `parallel`', async () => {
    await scratch.commit({ ...fit, 'plan.yaml': plan.replace('100k', '10k') });
    const { document, of } = await check({ agent: 'scripted', run: false, conservative: true });
    expect([of('configuration').message, document.budget?.slots, document.budget?.total]).toEqual([
      '2 slots, schedule barrier, order critical-path',
      2,
      150_000,
    ]);
    const own = { slots: 3, schedule: 'dynamic' };
    const { of: ofOwn } = await check({ agent: 'scripted', run: false, conservative: true, ...own });
    expect(ofOwn('configuration').message).toBe('3 slots, schedule dynamic, order critical-path');
    const terminal = fakeTerminal({ cwd: scratch.path, env });
    const words = ['parallel', 'check', '--agent', 'scripted', '--no-run', '--json'];
    await buildProgram(commands, terminal, () => {}).parseAsync(words, { from: 'user' });
    // How much of the disk is free is another moment's answer.
    const lasting = (items: readonly { readonly item: string }[]) =>
      items.filter(({ item }) => item !== 'disk');
    expect(lasting(JSON.parse(terminal.printed()).items)).toEqual(lasting(document.items));
  });

  it('--redo, which counts what the target has', async () => {
    await scratch.commit(fit);
    await scratch.git('switch', '-qc', 'feat/A');
    await scratch.commit({ 'a.txt': 'a' });
    await scratch.git('switch', '-q', 'main');
    await scratch.git('merge', '-q', '--no-ff', '-m', 'A\n\nTutti-Task: Shop/A\nTutti-Run: r', 'feat/A');
    const { document, of } = await check({ agent: 'scripted', run: false, redo: true });
    expect([document.budget?.total, of('plan').message]).toEqual([200_000, '3 tasks of Shop']);
  });
});

describe('says no', () => {
  it('to a plan with errors, with their places, and goes on asking', async () => {
    await scratch.commit({
      ...fit,
      'plan.yaml': 'plan: P\ntasks:\n  - { id: A, body: a, dependsOn: [B] }\n',
    });
    const { code, answers, of } = await check({ agent: 'scripted' });
    expect(code).toBe(3);
    expect(answers).toEqual({ ...allYes, plan: 'no', overlaps: 'skipped' });
    expect(of('plan').reasons).toEqual([
      expect.objectContaining({
        code: 'unknown-dependency',
        file: expect.stringMatching(/plan.yaml$/),
        line: 3,
      }),
    ]);
  });

  it('to a task that needs more of a pool than there is', async () => {
    const greedy = 'plan: P\npools: { db: 5 }\ntasks: [{ id: A, body: a, pools: { db: 4 } }]\n';
    await scratch.commit({
      ...fit,
      'plan.yaml': greedy,
      'tutti.yaml': `${fit['tutti.yaml']}pools: { db: 2 }\n`,
    });
    const { code, of } = await check({ command: 'true', run: false });
    expect([code, of('plan').answer, messagesOf(of('plan'))]).toEqual([
      3,
      'no',
      [expect.stringContaining('A needs 4 of pool db, which has 2')],
    ]);
  });

  it('to a folder without a plan', async () => {
    await scratch.commit({ 'tutti.yaml': fit['tutti.yaml'], '.gitignore': 'made\n' });
    const { code, answers } = await check();
    expect([code, answers.plan]).toEqual([3, 'no']);
  });

  it('to no agent, to one that is unknown, to one whose program is missing', async () => {
    await scratch.commit({
      ...fit,
      'tutti.yaml': `${fit['tutti.yaml']}agents:\n  mine: { driver: command, command: no-such-program -x }\n`,
    });
    const told = [];
    for (const options of [{}, { agent: 'mne' }, { agent: 'mine' }, { command: 'no-such-program' }])
      told.push(messagesOf((await check({ ...options, run: false })).of('agents')));
    expect(told).toEqual([
      ['No agent is chosen.'],
      ['This run asks for mne, which does not exist.'],
      ['mine: no-such-program is not found on PATH'],
      ['command: no-such-program is not found on PATH'],
    ]);
  });

  it('to a gate that is red on the base, that cannot start, that is missing', async () => {
    await scratch.commit(fit);
    const { code, of, document } = await check({
      agent: 'scripted',
      gate: ['echo three are red; exit 4', 'no-such-program', 'true'],
    });
    expect(code).toBe(3);
    expect(messagesOf(of('gate'))).toEqual([
      'echo three are red; exit 4 fails on the base (4): three are red',
      expect.stringMatching(/^no-such-program cannot run \(127\): /),
    ]);
    expect(document.gate.map(({ verdict }) => verdict)).toEqual(['failed', 'broken', 'passed']);
    expect(existsSync(document.logFile ?? '')).toBe(true);
    await scratch.commit({ 'tutti.yaml': 'slots: 2\n' });
    expect((await check({ agent: 'scripted' })).answers.gate).toBe('no');
    expect((await check({ agent: 'scripted', gate: false })).answers.gate).toBe('yes');
  });

  it('to a set-up that fails, and does not try the gate then', async () => {
    await scratch.commit({ ...fit, 'tutti.yaml': 'gate: [touch gate-ran]\nsetup: [exit 3, touch second]\n' });
    const { answers, document } = await check({ agent: 'scripted' });
    expect([answers['set-up'], answers.gate, document.setup.length, document.gate]).toEqual([
      'no',
      'skipped',
      1,
      [],
    ]);
  });

  it('outside a repository, before the first commit, without an identity', async () => {
    const outside = join(dirname(scratch.path), 'outside');
    await mkdir(outside);
    await writeFile(join(outside, 'plan.yaml'), plan);
    const { code, answers } = await check({}, undefined, outside);
    expect([code, answers.plan, answers.repository, answers.gate]).toEqual([3, 'yes', 'no', 'skipped']);
    await writeFile(join(scratch.path, 'plan.yaml'), plan);
    const unborn = await check({ agent: 'scripted' });
    expect(unborn.of('repository').reasons.map(({ code: found }) => found)).toEqual(['no-commit']);
    expect([unborn.code, unborn.answers.worktrees]).toEqual([3, 'skipped']);
    await scratch.commit(fit);
    await scratch.git('config', '--unset', 'user.email');
    env.EMAIL = '';
    const previous = process.env.GIT_CONFIG_GLOBAL;
    process.env.GIT_CONFIG_GLOBAL = '/dev/null';
    try {
      const nameless = await check({ agent: 'scripted' });
      expect([nameless.code, nameless.of('repository').reasons.map(({ code: found }) => found)]).toEqual([
        3,
        ['no-identity'],
      ]);
    } finally {
      if (previous === undefined) delete process.env.GIT_CONFIG_GLOBAL;
      else process.env.GIT_CONFIG_GLOBAL = previous;
    }
  });

  it('to an unfinished merge, and lists what agents will not see', async () => {
    await scratch.commit({ ...fit, 'a.txt': '1\n' });
    await scratch.git('switch', '-qc', 'other');
    await scratch.commit({ 'a.txt': '2\n' });
    await scratch.git('switch', '-q', 'main');
    await scratch.commit({ 'a.txt': '3\n' });
    await scratch.git('merge', '-q', 'other').catch(() => '');
    await writeFile(join(scratch.path, 'new file.txt'), '');
    const { code, of, document } = await check({ agent: 'scripted', run: false });
    expect([code, of('checkout').answer, document.unseen]).toEqual([3, 'no', ['a.txt', 'new file.txt']]);
    expect(messagesOf(of('checkout'))[0]).toBe('a merge is in progress');
  });

  it('to a target that is checked out, and to a branch in the way', async () => {
    await scratch.commit(fit);
    await scratch.git('branch', 'feat');
    const { of } = await check({ agent: 'scripted', target: 'main', run: false });
    expect(of('branches').reasons.map(({ code }) => code)).toEqual(['target-checked-out', 'invalid-config']);
  });

  it('to a template of prompts that cannot be filled in', async () => {
    await scratch.commit({
      ...fit,
      'tutti.yaml': `${fit['tutti.yaml']}prompt: told.md\n`,
      'told.md': '{{body}} {{rule}}\n',
    });
    const { code, of } = await check();
    expect([code, of('configuration').answer]).toEqual([3, 'no']);
    expect(of('configuration').reasons[0]).toMatchObject({
      fix: 'Did you mean rules?',
      file: 'told.md',
      line: 1,
    });
  });

  it('to a broken configuration', async () => {
    await scratch.commit({ ...fit, 'tutti.yaml': 'slots: x\n' });
    const { code, answers, of } = await check({ agent: 'scripted' });
    expect([code, answers.configuration, answers.gate, of('configuration').reasons[0]?.line]).toEqual([
      3,
      'no',
      'skipped',
      1,
    ]);
  });

  it('while somebody is at work, and where no worktree can be made', async () => {
    await scratch.commit(fit);
    const { repository } = await openRepository(scratch.path);
    if (repository === undefined) throw new Error('no repository');
    const other = await openTrial(repository, { cwd: scratch.path, env, name: 'init' });
    try {
      const { code, answers } = await check({ agent: 'scripted' });
      expect([code, answers.engine, answers.worktrees, answers.gate]).toEqual([3, 'no', 'no', 'skipped']);
    } finally {
      await other.close();
    }
  });
});

it('warns of a dirty checkout only', async () => {
  await scratch.commit(fit);
  await writeFile(join(scratch.path, 'plan.yaml'), `${plan}# more\n`);
  const { code, answers, document } = await check({ agent: 'scripted', run: false });
  expect([code, answers.checkout, document.unseen]).toEqual([0, 'warning', ['plan.yaml']]);
});

it('runs nothing with --no-run', async () => {
  await scratch.commit({
    ...fit,
    'tutti.yaml': `gate: [touch ${dirname(scratch.path)}/ran]\nsetup: [touch ${dirname(scratch.path)}/ran]\n`,
  });
  const { code, answers } = await check({ agent: 'scripted', run: false });
  expect([code, answers.worktrees, answers['set-up'], answers.gate]).toEqual([
    0,
    'yes',
    'skipped',
    'skipped',
  ]);
  expect(existsSync(join(dirname(scratch.path), 'ran'))).toBe(false);
});

it('does not count what the target has already', async () => {
  await scratch.commit(fit);
  await scratch.git('switch', '-qc', 'feat/A');
  await scratch.commit({ 'a.txt': 'a' });
  await scratch.git('switch', '-q', 'main');
  await scratch.git('merge', '-q', '--no-ff', '-m', 'A\n\nTutti-Task: Shop/A\nTutti-Run: r', 'feat/A');
  const { document, of } = await check({ agent: 'scripted', run: false });
  expect([document.budget?.total, of('plan').message]).toEqual([
    100_000,
    '3 tasks of Shop, 1 is done already',
  ]);
});

describe('exits with 2', () => {
  it.each([
    ['a plan that is not there', 'nowhere.yaml', {}],
    ['a format that does not exist', undefined, { format: 'nonsense' }],
    ['a flag that says nothing', undefined, { budget: 'much' }],
    ['too many slots', undefined, { slots: 99 }],
  ] as const)('for %s', async (_name, given, options) => {
    await scratch.commit(fit);
    await expect(check(options, given)).rejects.toBeInstanceOf(ProblemError);
  });
});

it('reads well at 80 columns', async () => {
  await scratch.commit(fit);
  const terminal = fakeTerminal({ cwd: scratch.path, env });
  const code = await command(terminal, ['plan.yaml'], { budget: '160k', gate: ['false'], slots: 2 });
  const text = terminal.printed();
  expect(code).toBe(3);
  expect(text.split('\n').filter((line) => line.length > 80 && !line.includes('/'))).toEqual([]);
  expect(text).toContain(
    [
      '          wave   tasks  at once   required  available  shortfall  in all',
      '             0       2        2       150k       160k          -    150k',
      '             1       1        1        50k        10k        40k     50k',
    ].join('\n'),
  );
  expect(text).toContain('\nNo: 3 answers to mend, with 1 warning.\n');
});
