import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { diagnose } from '../core/analysis/diagnose.ts';
import type { Task } from '../core/plan.ts';
import type { Place } from '../core/problem.ts';
import { readPlan } from './detect.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'tutti-gsd-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

interface Read {
  readonly tasks: readonly Task[];
  /** `id < dependency dependency`. */
  readonly edges: string[];
  /** `code file:line message`, of the reader and of the graph; no overlaps, no remarks. */
  readonly problems: string[];
}

/** Reads `.planning` with these files in it; a plan's text is its front matter. */
async function read(files: Readonly<Record<string, string>>): Promise<Read> {
  for (const [name, text] of Object.entries(files)) {
    const file = path.join(folder, '.planning', name.endsWith('ROADMAP.md') ? name : `phases/${name}`);
    mkdirSync(path.dirname(file), { recursive: true });
    writeFileSync(file, name.endsWith('-PLAN.md') ? `---\n${text}\n---\n\nDo it.\n` : text);
  }
  const { plan, problems } = await readPlan(folder);
  const place = (location: Place | undefined): string =>
    `${path.relative(path.join(folder, '.planning'), location?.file ?? '')}:${location?.line}`;
  return {
    tasks: plan.tasks,
    edges: plan.tasks.map(({ id, dependsOn }) =>
      [id, ...(dependsOn.length > 0 ? ['<', ...dependsOn] : [])].join(' '),
    ),
    problems: [...problems, ...diagnose(plan)]
      .filter(({ severity }) => severity !== 'info')
      .map(
        ({ code, location, message }) => `${code} ${place(location)} ${message.replaceAll(`${folder}/`, '')}`,
      ),
  };
}

const phases = (...lines: string[]): string =>
  `# Roadmap\n\n${lines.map((line, index) => `### Phase ${index + 1}: P${index + 1}\n**Depends on**: ${line}\n\nText.\n`).join('\n')}`;

describe('a plan', () => {
  it('becomes a task', async () => {
    const { tasks } = await read({
      'ROADMAP.md': `### Phase 2: Login\n**Depends on**: Nothing\n\nPlans:\n- [ ] 02-01-PLAN.md — Keep the sessions\n`,
      '02-login/02-01-PLAN.md':
        'phase: 02-login\nplan: 01\nwave: 1\ndepends_on: []\nfiles_modified:\n  - src/a.ts (new)\n  - src/b/*\nautonomous: false',
    });
    const file = path.join(folder, '.planning/phases/02-login/02-01-PLAN.md');
    expect(tasks).toEqual([
      {
        id: '02-01',
        title: 'Keep the sessions',
        body: 'Do it.',
        dependsOn: [],
        files: ['src/a.ts', 'src/b/*'],
        outline: [],
        estimate: {},
        labels: [],
        declaredWave: 1,
        waveScope: '02',
        status: 'todo',
        pools: {},
        workspace: 'worktree',
        allowEmpty: false,
        autonomous: false,
        location: { file, line: 3 },
        dependencyLocations: {},
      },
    ]);
  });

  it('has its title from the roadmap, else from itself, else none', async () => {
    const { tasks } = await read({
      'ROADMAP.md': `${phases('Nothing')}\n- [ ] 01-01: TBD\n- [ ] 01-02: Second\n`,
      '1-p/01-01-PLAN.md': 'title: Own title',
      '1-p/01-02-PLAN.md': 'title: Not this',
      '1-p/01-03-PLAN.md': 'plan: 03',
    });
    expect(tasks.map(({ title }) => title)).toEqual(['Own title', 'Second', '01-03']);
  });

  it('is done when it has a summary; a summary that is left alone is a plan that is done', async () => {
    const { tasks } = await read({
      'ROADMAP.md': phases('Nothing'),
      '01-p/01-01-SUMMARY.md': '# Done',
      '01-p/01-02-PLAN.md': 'depends_on: ["01-01"]',
      '01-p/01-02-SUMMARY.md': '# Done',
      '01-p/01-03-PLAN.md': 'depends_on: ["01-02"]',
    });
    expect(tasks.map(({ id, status }) => `${id} ${status}`)).toEqual([
      '01-01 done',
      '01-02 done',
      '01-03 todo',
    ]);
  });

  it('may be called otherwise', async () => {
    const { tasks } = await read({
      '03-x/PLAN.md': '',
      '03-x/02-PLAN.md': '',
      '03-x/03-04-some-words-PLAN.md': '',
      '03-x/03-RESEARCH.md': '',
      '12a-y/12a-01-PLAN.md': '',
      'v1.0-launch/v1.0-01-PLAN.md': '',
      'v2.0-01-z/v2.0-01-02-PLAN.md': '',
    });
    expect(tasks.map(({ id }) => id)).toEqual(['03-02', '03-04', '03-01', '12a-01', 'v1.0-01', 'v2.0-01-02']);
  });
});

describe('depends_on', () => {
  it.each([
    ['[]', ''],
    ['["05-01"]', '05-01'],
    ['[05-01]', '05-01'],
    ['05-01', '05-01'],
    ['05-01, 05-02', '05-01 05-02'],
    ['\n  - "05-01"\n  - 05-02', '05-01 05-02'],
    ['["5-1"]', '05-01'],
    ['["05-01-PLAN.md"]', '05-01'],
    ['["05-01-PLAN"]', '05-01'],
    ['[".planning/phases/05-mail/05-01-PLAN.md"]', '05-01'],
    ['["05-01 (the tables)"]', '05-01'],
    ['["Plan 05-01"]', '05-01'],
    ['["01"]', '05-01'],
    ['[1]', '05-01'],
    ['["04"]', '04-02'],
    ['["4"]', '04-02'],
    ['["05"]', ''],
    ['["04-base"]', '04-02'],
    ['["Phase 4"]', '04-02'],
    ['["phase-4"]', '04-02'],
    ['["Phase 4 (the tables)", "01"]', '04-02 05-01'],
    ['["12a-01"]', '12a-01'],
    ['["12A-1"]', '12a-01'],
    ['["12a"]', '12a-01'],
    ['["02.1-01"]', '02.1-01'],
    ['["2.1"]', '02.1-01'],
    ['["v1.0-01"]', 'v1.0-01'],
    ['["v1.0-04-02"]', '04-02'],
    ['["06"]', '6'],
    ['["06-01"]', '6'],
    ['["none"]', ''],
    ['null', ''],
    ['["05-09"]', '05-09'],
  ])('%s', async (value, expected) => {
    const { tasks } = await read({
      'ROADMAP.md': '### Phase 6: Later\n**Depends on**: Nothing\n',
      '02.1-fix/02.1-01-PLAN.md': '',
      '04-base/04-01-PLAN.md': '',
      '04-base/04-02-PLAN.md': 'depends_on: ["04-01"]',
      '05-mail/05-01-PLAN.md': '',
      '05-mail/05-02-PLAN.md': '',
      '05-mail/05-03-PLAN.md': `wave: 1\ndepends_on: ${value}`,
      '12a-odd/12a-01-PLAN.md': '',
      'v1.0-launch/v1.0-01-PLAN.md': '',
    });
    expect(tasks.find(({ id }) => id === '05-03')?.dependsOn.join(' ')).toBe(expected);
  });

  it('on its own number means the phase of that number', async () => {
    const { edges } = await read({
      'ROADMAP.md': phases('Nothing', 'Nothing'),
      '01-p/01-01-PLAN.md': '',
      '02-p/02-01-PLAN.md': 'depends_on: ["01"]',
    });
    expect(edges).toEqual(['01-01', '02-01 < 01-01']);
  });

  it('that names nothing is told with its line', async () => {
    const { problems } = await read({
      'ROADMAP.md': phases('Nothing'),
      '01-p/01-01-PLAN.md': 'plan: 01\ndepends_on:\n  - 01-07\n  - the vendor',
    });
    expect(problems).toEqual([
      'unclear-dependency phases/01-p/01-01-PLAN.md:5 01-01: "the vendor" is no other plan or phase; no dependency is read from it',
      'unknown-dependency phases/01-p/01-01-PLAN.md:4 01-01 depends on 01-07, which is not in the plan',
    ]);
  });
});

describe('the order of the phases', () => {
  const diamond = {
    '01-a/01-01-PLAN.md': '',
    '01-a/01-02-PLAN.md': 'depends_on: [01-01]',
    '01-a/01-03-PLAN.md': 'depends_on: [01-01]',
    '02-b/02-01-PLAN.md': '',
    '02-b/02-02-PLAN.md': '',
    '02-b/02-03-PLAN.md': 'depends_on: [02-01, 02-02]',
  };

  it('lets the plans that begin a phase wait for those that end the one before', async () => {
    const { edges, problems } = await read({
      'ROADMAP.md': phases('Nothing', 'Phase 1', 'Phase 2'),
      ...diamond,
    });
    expect(edges).toEqual([
      '01-01',
      '01-02 < 01-01',
      '01-03 < 01-01',
      '02-01 < 01-02 01-03',
      '02-02 < 01-02 01-03',
      '02-03 < 02-01 02-02',
      '3 < 02-03',
    ]);
    expect(problems).toEqual([]);
  });

  it('leaves out what comes first by way of another phase', async () => {
    const { edges } = await read({
      'ROADMAP.md': phases('Nothing', 'Phase 1', 'Phases 1-2', 'All previous phases'),
      ...diamond,
    });
    expect(edges.slice(-2)).toEqual(['3 < 02-03', '4 < 3']);
  });

  it('does not hang on plans that are done', async () => {
    const { edges } = await read({
      'ROADMAP.md': phases('Nothing', 'Phase 1', 'Phases 1-2'),
      ...diamond,
      // Done out of order: they hold nobody back any more.
      '01-a/01-03-SUMMARY.md': '',
      '02-b/02-01-SUMMARY.md': '',
      '02-b/02-02-SUMMARY.md': '',
    });
    expect(edges.slice(3)).toEqual([
      '02-01 < 01-02 01-03',
      '02-02 < 01-02 01-03',
      '02-03 < 02-01 02-02 01-02 01-03',
      '3 < 01-02 01-03 02-03',
    ]);
  });

  it('is missing without a roadmap, which is told', async () => {
    const { edges, problems } = await read({ '01-a/01-01-PLAN.md': '', '02-b/02-01-PLAN.md': '' });
    expect([edges, problems]).toEqual([
      ['01-01', '02-01'],
      ['unclear-dependency :1 .planning has no ROADMAP.md: nothing orders its phases among each other'],
    ]);
  });

  it('may contradict the plans, which is a cycle', async () => {
    const { problems } = await read({
      'ROADMAP.md': phases('Nothing', 'Phase 1'),
      '01-a/01-01-PLAN.md': 'depends_on: [02-01]',
      '02-b/02-01-PLAN.md': '',
    });
    expect(problems).toEqual([
      'cycle phases/01-a/01-01-PLAN.md:2 These tasks wait for each other: 01-01 -> 02-01 -> 01-01',
    ]);
  });
});

it('waves count inside their phase', async () => {
  const { problems } = await read({
    'ROADMAP.md': phases('Nothing', 'Phase 1'),
    '01-a/01-01-PLAN.md': 'plan: 01\nwave: 1',
    '01-a/01-02-PLAN.md': 'plan: 02\nwave: 2\ndepends_on: [01-01]',
    '02-b/02-01-PLAN.md': 'plan: 01\nwave: 0',
    '02-b/02-02-PLAN.md': 'plan: 02\nwave: 1\ndepends_on: [02-01]',
    '02-b/02-03-PLAN.md': 'plan: 03\nwave: 3\ndepends_on: [02-01]',
    '02-b/02-04-PLAN.md': 'plan: 04\nwave: soon',
  });
  expect(problems).toEqual([
    'invalid-value phases/02-b/02-04-PLAN.md:3 .planning/phases/02-b/02-04-PLAN.md: the wave "soon" is not a whole number',
    'wave-mismatch phases/02-b/02-03-PLAN.md:2 02-03 is declared in wave 3, but its dependencies put it in wave 1',
  ]);
});

it('plans that only the roadmap calls done are to be done, which is told', async () => {
  const { tasks, problems } = await read({
    'ROADMAP.md': `${phases('Nothing')}\n- [x] 01-01-PLAN.md - First\n- [ ] 01-02-PLAN.md - Second\n- [x] 01-03-PLAN.md - Third\n`,
    '01-a/01-01-PLAN.md': '',
    '01-a/01-02-PLAN.md': '',
    '01-a/01-03-PLAN.md': '',
    '01-a/01-03-SUMMARY.md': '',
  });
  expect(tasks.map(({ status }) => status)).toEqual(['todo', 'todo', 'done']);
  expect(problems).toEqual([
    'missing-summary ROADMAP.md:8 .planning/ROADMAP.md says that 01-01 is done, but there is no SUMMARY.md: a run does them again',
  ]);
});

it('broken front matter, two of one id and an unreadable roadmap are told all at once', async () => {
  const { problems } = await read({
    'ROADMAP.md': '\0\n### Phase 1: A\n**Depends on**: ???\n',
    '01-a/01-01-PLAN.md': 'wave: [',
    '01-a/01-02-PLAN.md': '',
    '01-b/01-02-PLAN.md': '',
  });
  expect(problems.map((text) => text.split(' ').slice(0, 2).join(' '))).toEqual([
    'invalid-yaml phases/01-a/01-01-PLAN.md:2',
    'duplicate-id phases/01-b/01-02-PLAN.md:1',
  ]);
});
