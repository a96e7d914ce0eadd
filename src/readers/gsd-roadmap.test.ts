import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { diagnose } from '../core/analysis/diagnose.ts';
import { readPlan } from './detect.ts';
import { gsdRoadmapReader } from './gsd-roadmap.ts';
import { parseRoadmap } from './gsd-roadmap-file.ts';

let file: string;
beforeEach(() => {
  file = path.join(mkdtempSync(path.join(tmpdir(), 'tutti-roadmap-')), 'ROADMAP.md');
});
afterEach(() => rmSync(path.dirname(file), { recursive: true, force: true }));

async function read(text: string) {
  writeFileSync(file, text);
  const { plan, problems } = await readPlan(file);
  return {
    tasks: plan.tasks,
    edges: plan.tasks.map(({ id, dependsOn }) =>
      [id, ...(dependsOn.length > 0 ? ['<', ...dependsOn] : [])].join(' '),
    ),
    problems: [...problems, ...diagnose(plan)]
      .filter(({ code }) => code !== 'redundant-dependency')
      .map(({ code, severity, location, message }) => `${severity} ${code}:${location?.line} ${message}`),
  };
}

/** `x 1 Title`, `. 2 Title`. */
const phasesOf = (text: string): string[] =>
  parseRoadmap('ROADMAP.md', text).phases.map(
    ({ isDone, written, title }) => `${isDone ? 'x' : '.'} ${written} ${title}`,
  );

const dependsOnOf = (text: string): string | undefined =>
  parseRoadmap('ROADMAP.md', `### Phase 2: B\n${text}`).phases[0]?.dependsOn?.text;

it('a phase becomes a task, from its list item and its section', async () => {
  const { tasks } = await read(
    '- [x] **Phase 1: Base** - short\n- [ ] **Phase 04.1: Mail** - short\n\n### Phase 1: Base\n**Goal**: g\n\n' +
      '### Phase 04.1: Mail (INSERTED)\n**Goal**: h\n**Depends on:** Phase 01\n\n```sh\nrun\n```\n\n---\n\n## Progress\n',
  );
  expect(tasks[1]).toEqual({
    id: '4.1',
    title: 'Mail (INSERTED)',
    body: '**Goal**: h\n**Depends on:** Phase 01\n\n```sh\nrun\n```',
    dependsOn: ['1'],
    files: [],
    outline: [],
    estimate: {},
    labels: [],
    status: 'todo',
    pools: {},
    workspace: 'worktree',
    allowEmpty: false,
    autonomous: true,
    location: { file, line: 7 },
    dependencyLocations: { '1': { file, line: 9 } },
  });
  expect(tasks.map(({ id, status }) => `${id} ${status}`)).toEqual(['1 done', '4.1 todo']);
});

describe('phases', () => {
  it.each([
    ['## Phase 2: B', '. 2 B'],
    ['#### Phase 2: B', '. 2 B'],
    ['### Phase 2 - B', '. 2 B'],
    ['### Phase 2 — B', '. 2 B'],
    ['### Phase 2. B', '. 2 B'],
    ['### Phase 2', '. 2 Phase 2'],
    ['### **Phase 2: B**', '. 2 B'],
    ['### Phase 12A: B', '. 12A B'],
    ['### Phase A: B', '. A B'],
    ['### Phase 2.10: B', '. 2.10 B'],
    ['### 🚧 Phase 2: B', '. 2 B'],
    ['### ✅ Phase 2: B', 'x 2 B'],
    ['### Phase 2: B ✅', 'x 2 B'],
    ['### Phase 2: B - COMPLETE', 'x 2 B'],
    ['### Phase 2: B (Complete)', 'x 2 B'],
    ['### Phase 2: B — SHIPPED 2026-01-02', 'x 2 B'],
    ['### [x] Phase 2: B', 'x 2 B'],
    ['### Phase 2: Complete the mail', '. 2 Complete the mail'],
    ['### Phase 2: Make it complete', '. 2 Make it complete'],
    ['### Phase 2: B\n**Status**: Complete (2026-01-02)', 'x 2 B'],
    ['### Phase 2: B\n**Status**: In progress', '. 2 B'],
    ['### Phase 2: B\n**Completed**: 2026-01-02', 'x 2 B'],
    ['### Phase 2: B\n**Plans**: 2/2 plans complete', 'x 2 B'],
    ['### Phase 2: B\n**Plans**: 1/2 plans complete', '. 2 B'],
    ['- [ ] **Phase 2: B** - what', '. 2 B'],
    ['- [] **Phase 2: B** - what', '. 2 B'],
    ['- [x] Phase 2: B (2/2 plans) — completed 2026-01-02', 'x 2 B'],
    ['* [X] **Phase 2: B**', 'x 2 B'],
    ['- **Phase 2: B** - what', '. 2 B'],
    ['## Milestone\n### ✅ v1.0 First (shipped)\n#### Phase 2: B', 'x 2 B'],
    ['## 🚧 v1.1 Next (after v1.0 shipped, in progress)\n### Phase 2: B', '. 2 B'],
    ['<details>\n<summary>✅ v1.0 (Phases 1-2) - SHIPPED</summary>\n\n### Phase 2: B\n</details>', 'x 2 B'],
    ['<details><summary>📋 v2.0 (planned)</summary>\n\n### Phase 2: B\n</details>', '. 2 B'],
    ['### Phase 2: B\n\n| Phase | Plans | Status |\n|--|--|--|\n| 2. B | 2/2 | Complete |', 'x 2 B'],
    ['### Phase 2: B\n\n| # | Phase | Status |\n|--|--|--|\n| 2 | B | Pending |', '. 2 B'],
    ['### Phase 2: B\n\n| Phase | Plans | Status |\n|--|--|--|\n| 2. B | 2 | Planning complete |', '. 2 B'],
  ])('%s', (text, expected) => {
    expect(phasesOf(text)).toEqual([expected]);
  });

  it.each([
    '## Phases',
    '## Phase Details',
    '## Phase Numbering',
    '- Phase 2 can run parallel to Phase 1',
    '# Phase 2: B',
    '```\n### Phase 2: B\n```',
    '<!--\n### Phase 2: B\n-->',
  ])('%s is none', (text) => {
    expect(phasesOf(text)).toEqual([]);
  });

  it('of an old milestone do not mix with those that have their numbers now', () => {
    const text =
      '<details>\n<summary>✅ v1.0 (shipped)</summary>\n\n### Phase 1: Old\n### Phase 2: Old too\n</details>\n\n' +
      '### Phase 1: New\n### Phase 2: Newer\n\n| Phase | Status |\n|--|--|\n| 1. Old | Complete |\n| 2. Old too | Complete |\n| 1. New | Complete |\n| 2. Newer | Open |\n';
    expect(phasesOf(text)).toEqual(['x 1 New', '. 2 Newer']);
  });

  it('of one number and two titles are told', async () => {
    const { problems } = await read(
      '### Phase 1: A\n**Depends on**: Nothing\n\ntext\n\n### Phase 1: B\n**Depends on**: Nothing\n\ntext\n',
    );
    expect(problems).toEqual([`error duplicate-id:6 1 is the id of two tasks: ${file}:1 and ${file}:6`]);
  });

  it('999.x are backlog', async () => {
    const { edges, problems } = await read(
      '### Phase 1: A\n**Goal**: g\n\n## Backlog\n\n### Phase 999.1: Some day (BACKLOG)\n**Goal**: g\n\n### Phase 7: Later\n**Goal**: g\n',
    );
    expect([edges, problems]).toEqual([
      ['1'],
      [
        'info ignored-phase:6 Phase 999.1 (Some day (BACKLOG)) is in the backlog and is no task',
        'info ignored-phase:9 Phase 7 (Later) is in the backlog and is no task',
      ],
    ]);
  });
});

describe('what a phase depends on', () => {
  it.each([
    ['**Depends on**: Phase 1', 'Phase 1'],
    ['**Depends on:** Phase 1', 'Phase 1'],
    ['**Depends On**: Phase 1', 'Phase 1'],
    ['- **Depends on**: Phase 1', 'Phase 1'],
    ['Depends on: Phase 1', 'Phase 1'],
    ['*Depends on:* Phase 1', 'Phase 1'],
    ['**Depends on** Phase 1', 'Phase 1'],
    ['Status: open · Depends on: Phase 1', 'Phase 1'],
    ['**Goal**: g **Depends on**: Phase 1 **Research**: none', 'Phase 1'],
    [
      '**Depends on**: Phase 1,\nPhase 3 (which has\nthe tables)\n**Goal**: g',
      'Phase 1, Phase 3 (which has the tables)',
    ],
    ['**Depends on**: Phase 1\n\nPhase 3 is another matter.', 'Phase 1'],
    ['**Depends on**:\n- Phase 1\n- Phase 3\n\n**Goal**: g', 'Phase 1; Phase 3'],
    ['**Dependencies**: the vendor\n**Depends on**: Phase 1', 'Phase 1'],
    ['**Dependencies**: Phase 1', 'Phase 1'],
    ['#### Dependencies\n\n- Phase 1\n- Phase 3', 'Phase 1; Phase 3'],
    ['**Goal**: g\n\n#### Task 2.1\n**Depends on**: Task 1.3', undefined],
    ['- [ ] 02-02: x **Depends on**: 02-01', undefined],
    ['```\n**Depends on**: Phase 1\n```', undefined],
  ])('%s', (text, expected) => {
    expect(dependsOnOf(text)).toBe(expected);
  });

  it('may stand in the list, or in a sentence', async () => {
    const { edges, problems } = await read(
      '- [ ] **Phase 1: A** - a\n- [ ] **Phase 2: B** - b (depends on Phase 1)\n- [ ] **Phase 3: C** - c\n\n## Order\n\n- Phase 3 depends on Phase 1 (tables) and Phase 2\n',
    );
    expect([edges, problems]).toEqual([['1', '2 < 1', '3 < 1 2'], []]);
  });

  it('that is not understood, not there or not said is told', async () => {
    const { edges, problems } = await read(
      ['Nothing', 'the vendor', 'Phase 1, Phase 9', 'Phase 4']
        .map((text, index) => `### Phase ${index + 1}: P\n**Depends on**: ${text}\n\ntext\n`)
        .concat('### Phase 5: P\n\ntext\n')
        .join('\n'),
    );
    expect(edges).toEqual(['1', '2', '3 < 1 9', '4 < 4', '5']);
    expect(problems).toEqual([
      'warning unclear-dependency:7 Phase 2: "the vendor" names no phase, nor nothing; no dependency is read from it',
      'warning unclear-dependency:21 Phase 5 does not say what comes first, and may start at once',
      'error unknown-dependency:12 3 depends on 9, which is not in the plan',
      'error self-dependency:17 4 depends on itself',
    ]);
  });

  it('and was shipped before is met', async () => {
    const { edges, problems } = await read(
      '- ✅ **v1.0** — Phases 20-24 (shipped)\n\n### Phase 10: A\n**Depends on**: Phase 9, Phase 22\n\ntext\n',
    );
    expect([edges, problems]).toEqual([['10'], []]);
  });
});

it('a roadmap without phases is told', async () => {
  writeFileSync(file, '# Some day\n');
  const { problems } = await gsdRoadmapReader.read(file);
  expect(problems.map(({ code }) => code)).toEqual(['no-tasks']);
});

it.each([
  '### Phase 1: A\n',
  '**Depends on**: ',
  '- [ ] **Phase 1: A**\n',
  '<details>',
  '| a ',
  '**',
  '(',
  '- ',
  '~~',
  '<!--',
  'Phase 1 ',
  '### ',
  ' ✅',
  '## Phase 1 -',
])('megabytes of %s end soon', (part) => {
  const many = part.repeat(400_000 / part.length);
  for (const text of [
    many,
    `### Phase 1: ${many}`,
    `### Phase 1: A\n**Depends on**: ${many}`,
    `- [ ] **Phase 1: ${many}`,
  ])
    expect(parseRoadmap('ROADMAP.md', text).phases.length).toBeLessThan(1_001);
});

describe('a phase that a phrase names and that is not read', () => {
  const toldOf = async (phrase: string) => {
    const sections = [1, 2, 3, 4].map((id) => `### Phase ${id}: P${id}\n**Depends on**: Nothing\n`).join('');
    const { edges, problems } = await read(`${sections}### Phase 5: Last\n**Depends on**: ${phrase}\n`);
    return [edges.at(-1), ...problems];
  };

  it.each([
    ['Phase 1 because Phase 3 is large', 'Phase 3 is'],
    ['Phase 1 (and Phase 2 in practice). Then Phase 4.', 'Phases 2, 4 are'],
  ])('%s', async (phrase, named) => {
    expect(await toldOf(phrase)).toEqual([
      '5 < 1',
      `info unclear-dependency:10 Phase 5: ${named} named but not read as a dependency`,
    ]);
  });

  it.each([
    'Phase 1 (can run parallel to Phase 2)',
    'Phase 1, not Phase 3',
    'Phase 1 before Phase 4',
    'Phase 1 — Phase 3 is independent',
    'Phase 1 (needs the schema of Phase 3), needed by Phase 5 ~~and Phase 2~~',
  ])('is denied or a note in: %s', async (phrase) => {
    expect(await toldOf(phrase)).toEqual(['5 < 1']);
  });

  it('is of no interest behind the word nothing', async () => {
    expect(await toldOf('Nothing. Phase 1 is next.')).toEqual(['5']);
  });
});
