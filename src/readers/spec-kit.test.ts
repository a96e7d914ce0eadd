import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { analyse } from '../core/analysis/analyse.ts';
import { readPlan } from './detect.ts';
import { specKitReader } from './spec-kit.ts';

const fixtures = path.join(import.meta.dirname, '../../test/fixtures/plans/spec-kit');

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'tutti-spec-kit-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

async function read(text: string) {
  const file = path.join(folder, 'tasks.md');
  writeFileSync(file, text);
  return specKitReader.read(file);
}

/** `T2: T1 (why)` for each task; what is stated has no why. */
async function edges(text: string): Promise<string[]> {
  const { plan } = await read(text);
  return plan.tasks.map(({ id, dependsOn, dependencyReasons }) => {
    const list = dependsOn.map((other) => {
      const reason = dependencyReasons?.[other];
      return reason === undefined ? other : `${other} (${reason})`;
    });
    return `${id}: ${list.join(', ')}`;
  });
}

describe('the fixture', () => {
  const reading = readPlan(fixtures, { root: fixtures });
  const shown = (text: string): string => text.replaceAll(`${fixtures}/`, '');

  it('has these tasks, dependencies and reasons', async () => {
    const { plan } = await reading;
    const rows = plan.tasks.map(({ id, status, location, dependsOn, dependencyReasons }) => [
      `${location.line} ${id}${status === 'done' ? ' done' : ''}`,
      Object.fromEntries(dependsOn.map((other) => [other, dependencyReasons?.[other] ?? 'stated'])),
    ]);
    expect([plan.name, rows]).toEqual([
      'specs/001-photo-albums/tasks.md',
      [
        ['24 T001 done', {}],
        ['25 T002 done', { T001: 'T001 is not marked [P] and comes first' }],
        ['26 T003 done', { T001: 'T001 is not marked [P] and comes first' }],
        ['32 T004', { T002: 'Phase 2 comes after Phase 1', T003: 'Phase 2 comes after Phase 1' }],
        ['33 T005', { T004: 'T004 is not marked [P] and comes first' }],
        ['34 T006', { T004: 'T004 is not marked [P] and comes first' }],
        ['45 T007', { T005: 'Phase 3 comes after Phase 2', T006: 'Phase 3 comes after Phase 2' }],
        ['46 T008', { T005: 'Phase 3 comes after Phase 2', T006: 'Phase 3 comes after Phase 2' }],
        ['51 T009', { T005: 'Phase 3 comes after Phase 2', T006: 'Phase 3 comes after Phase 2' }],
        ['52 T010', { T009: 'both name src/models/album.ts' }],
        [
          '53 T011',
          {
            T009: 'stated',
            T010: 'stated',
            T007: 'T011 is not marked [P] and comes after it',
            T008: 'T011 is not marked [P] and comes after it',
          },
        ],
        ['54 T011a', { T011: 'T011a is not marked [P] and comes after it' }],
        ['58 T012', { T011a: 'Phase 4 comes after Phase 3' }],
        ['59 T013', { T011a: 'stated', T012: 'T013 is not marked [P] and comes after it' }],
        ['69 T014', { T013: 'Phase N comes after Phase 4' }],
        ['70 T015', { T013: 'Phase N comes after Phase 4' }],
      ],
    ]);
  });

  it('tells of the checkbox without an id, and of nothing else that matters', async () => {
    const { plan, problems } = await reading;
    const told = analyse(plan, { problems }).diagnostics.map(
      ({ code, severity, message, line }) => `${line} ${severity} ${code}: ${shown(message)}`,
    );
    expect(told).toEqual([
      '35 warning invalid-value: "Decide who reviews this" has no id such as T012 and is not read as a task',
      '53 info redundant-dependency: T011 need not name T009: it depends on T010, which comes after it anyway',
      '65 info redundant-dependency: T013 need not name T011a: it depends on T012, which comes after it anyway',
    ]);
  });

  it('gives a task its story, files, urgency and what its agent is told', async () => {
    const { plan } = await reading;
    const task = plan.tasks.find(({ id }) => id === 'T013');
    const { title, module, labels, files, priority, body } = task ?? {};
    expect({ title, module, labels, files, priority, body }).toEqual({
      title: 'Share service in src/services/share.ts',
      module: 'US2',
      labels: ['US2'],
      files: ['src/services/share.ts', 'src/http/share.ts'],
      priority: 2,
      body: `Share service in src/services/share.ts
**Files**:
- \`src/services/share.ts\` (create)
- \`src/http/share.ts\` (create)

**Dependencies**: T011a

This is part of Phase 4: User Story 2 - Share an album (Priority: P2). The feature is described in specs/001-photo-albums: spec.md.`,
    });
    expect(plan.tasks.find(({ id }) => id === 'T008')?.body).toMatch(
      /^Journey test in tests\/journeys\/albums\.test\.ts\nwith three pictures and an empty album\n\nThis/,
    );
    expect(plan.tasks.map(({ files }) => files.join(' ')).slice(0, 6)).toEqual([
      'package.json tsconfig.json',
      'biome.json',
      'vitest.config.ts',
      'src/db/schema.ts',
      'src/http/server.ts',
      'src/http/sessions.ts',
    ]);
  });
});

describe('order', () => {
  it.each<[string, string, string[]]>([
    [
      'neighbours marked [P] run together, a task without it waits for all of them',
      '- [ ] T001 [P] a\n- [ ] T002 [P] b\n- [ ] T003 c\n- [ ] T004 [P] d',
      [
        'T001: ',
        'T002: ',
        'T003: T001 (T003 is not marked [P] and comes after it), T002 (T003 is not marked [P] and comes after it)',
        'T004: T003 (T003 is not marked [P] and comes first)',
      ],
    ],
    [
      'a chain inside a group is entered at its start and left at its end',
      '- [ ] T001 a\n- [ ] T002 [P] `x.ts`\n- [ ] T003 [P] `x.ts`\n- [ ] T004 b',
      [
        'T001: ',
        'T002: T001 (T001 is not marked [P] and comes first)',
        'T003: T002 (both name x.ts)',
        'T004: T003 (T004 is not marked [P] and comes after it)',
      ],
    ],
    [
      'what is stated decides the order of those that name the same file',
      '- [ ] T001 [P] `x.ts` (depends on T002)\n- [ ] T002 [P] `x.ts`',
      ['T001: T002', 'T002: '],
    ],
    [
      'other headings than phases do not part a group, other stories neither',
      '## Phase 1: A\n\n### Tests\n\n- [ ] T001 [P] [US1] a\n\n### Code\n\n- [ ] T002 [P] [US2] b',
      ['T001: ', 'T002: '],
    ],
    [
      'without any phase the headings of the second level count',
      '## Setup\n- [ ] T001 a\n## Core\n### One\n- [ ] T002 [P] b\n### Two\n- [ ] T003 [P] c',
      ['T001: ', 'T002: T001 (Core comes after Setup)', 'T003: T001 (Core comes after Setup)'],
    ],
    [
      'ranges, and what is behind brackets',
      '- [ ] T001 [P] a\n- [ ] T002 [P] b\n- [ ] T003 [P] c\n- [ ] T004 [P] d — depends on T001–T003\n- [ ] T005 [P] no dependency on others',
      ['T001: ', 'T002: ', 'T003: ', 'T004: T001, T002, T003', 'T005: '],
    ],
    [
      'labels in any order and shape',
      '- [ ] T001: [US1][P] a\n* [ ] **[T002]** [P] [US1] b\n+ [ ] T003 [P](x) c',
      [
        'T001: ',
        'T002: ',
        'T003: T001 (T003 is not marked [P] and comes after it), T002 (T003 is not marked [P] and comes after it)',
      ],
    ],
  ])('%s', async (_, text, expected) => {
    expect(await edges(text)).toEqual(expected);
  });

  it('between two large groups one task stands for the first', async () => {
    const row = (phase: number, count: number): string[] =>
      Array.from({ length: count }, (__, index) => `- [ ] T${phase}${String(index).padStart(3, '0')} [P] x`);
    const { plan } = await read(['## Phase 1: A', ...row(1, 60), '## Phase 2: B', ...row(2, 60)].join('\n'));
    const counts = plan.tasks.map(({ dependsOn }) => dependsOn.length);
    expect([counts.slice(0, 60), counts.slice(60)]).toEqual([[...Array(59).fill(0), 59], Array(60).fill(1)]);
    expect(analyse(plan).waves?.map((ids) => ids.length)).toEqual([59, 1, 60]);
  });
});

it('a stated id that is not there is told at its line', async () => {
  const { plan, problems } = await read('- [ ] T001 a\n- [ ] T002 b\n      that depends on T009');
  const told = analyse(plan, { problems }).diagnostics.map(({ code, line, message }) => [
    code,
    line,
    message,
  ]);
  expect(told).toEqual([['unknown-dependency', 2, 'T002 depends on T009, which is not in the plan']]);
});

it('each feature with tasks is found below specs, in order', async () => {
  for (const name of ['specs/010-b', 'specs/002-a', 'specs/003-none']) {
    mkdirSync(path.join(folder, name), { recursive: true });
    writeFileSync(path.join(folder, name, 'tasks.md'), name.endsWith('none') ? 'Later.' : '- [ ] T001 Do it');
  }
  const found = await specKitReader.matches(folder);
  expect(found.map(({ path: at, found: what }) => [path.relative(folder, at), what])).toEqual([
    ['specs/002-a/tasks.md', '1 task such as T001'],
    ['specs/010-b/tasks.md', '1 task such as T001'],
  ]);
});

it('a file without tasks, and no file at all, are told', async () => {
  const { problems } = await read('# Tasks\n\n- [ ] one\n');
  const { problems: none } = await specKitReader.read(path.join(folder, 'none.md'));
  expect([problems, none].map((list) => list.map(({ code }) => code))).toEqual([
    ['no-tasks'],
    ['unreadable'],
  ]);
});

it('items of ordered lists are tasks, and those without a valid box are told', async () => {
  const { plan, problems } = await read(
    '## Phase 1: A\n1. [ ] T001 a\n2) [x] T002 b\n- [ ] T003 c\n- [] T006 d\n- T007 no box\n-[ ] T008 e\n- T001, T002 first\n' +
      '## Dependencies\n- T002 needs T001\n### More\n- T003 is last\n## Notes\n- T001 is small\n',
  );
  expect([
    plan.tasks.map(({ id, status }) => `${id} ${status}`),
    problems.map(({ severity, location, message }) => `${severity} ${location?.line}: ${message}`),
  ]).toEqual([
    ['T001 todo', 'T002 done', 'T003 todo'],
    ['T006 d', 'T007 no box', 'T008 e'].map(
      (text, index) => `warning ${index + 5}: "${text}" has no box such as [ ] and is not read as a task`,
    ),
  ]);
});
