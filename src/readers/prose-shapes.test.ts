/** The ways people write dependencies, one row each: the text of a file, and the ids it waits for. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Task } from '../core/plan.ts';
import type { Problem } from '../core/problem.ts';
import { readPlan } from './detect.ts';

const known = [
  'T-001',
  'T-002',
  'T-003',
  'T-004',
  'T-005',
  'T-006b',
  'T-111',
  'EST-41',
  'PROJ-API-12',
  'task_7',
];

const shapes: readonly (readonly [text: string, ...ids: string[]])[] = [
  // fields
  ['**Dependencies**: T-002, T-003', 'T-002', 'T-003'],
  ['**Dependencies:** T-002', 'T-002'],
  ['**Depends on:** T-111', 'T-111'],
  ['**Depends on**: T-111', 'T-111'],
  ['**Depends On** : T-111', 'T-111'],
  ['Dependencies: T-001', 'T-001'],
  ['Dependencies:T-001', 'T-001'],
  ['dependencies: t-001', 'T-001'],
  ['DEPENDS ON: T-001', 'T-001'],
  ['Depends-on: T-001', 'T-001'],
  ['- **Dependencies**: T-001', 'T-001'],
  ['* Dependencies: T-001', 'T-001'],
  ['1. **Dependencies**: T-001', 'T-001'],
  ['> **Dependencies**: T-001', 'T-001'],
  ['- [ ] **Dependencies**: T-001', 'T-001'],
  ['__Dependencies__: T-001', 'T-001'],
  ['*Dependencies*: T-001', 'T-001'],
  ['_Depends on:_ T-001', 'T-001'],
  ['**Blocked by**: T-001', 'T-001'],
  ['**Dependency**: T-001', 'T-001'],
  ['🔗 **Dependencies**: T-001', 'T-001'],
  ['**Dependencies** (hard): T-001', 'T-001'],
  ['**Dependencies** — T-001', 'T-001'],
  ['| **Dependencies** | T-001, T-002 |', 'T-001', 'T-002'],
  ['Depends on T-001 and T-002.', 'T-001', 'T-002'],
  ['**Depends on** T-001', 'T-001'],
  ['**Dependencies**:\n- T-001\n- T-002', 'T-001', 'T-002'],
  ['**Dependencies**:\n\n* T-001: the model\n* T-002', 'T-001', 'T-002'],
  // how several are written
  ['**Dependencies**: T-001 and T-002', 'T-001', 'T-002'],
  ['**Dependencies**: T-001 & T-002', 'T-001', 'T-002'],
  ['**Dependencies**: T-001; T-002', 'T-001', 'T-002'],
  ['**Dependencies**: T-001 / T-002', 'T-001', 'T-002'],
  ['**Dependencies**: T-001 + T-002', 'T-001', 'T-002'],
  ['**Dependencies**: T-001 T-002', 'T-001', 'T-002'],
  ['**Dependencies**: [T-001, T-002]', 'T-001', 'T-002'],
  ['**Dependencies**: `T-001`, `T-002`', 'T-001', 'T-002'],
  ['**Dependencies**: [T-001](./T-001-x.md), [T-002](T-002.md)', 'T-001', 'T-002'],
  ['**Dependencies**: [[T-001]] [[T-002]]', 'T-001', 'T-002'],
  ['**Dependencies**: both T-001 and T-002', 'T-001', 'T-002'],
  ['**Dependencies**: T-001 to T-003', 'T-001', 'T-002', 'T-003'],
  ['**Dependencies**: T-001–T-003', 'T-001', 'T-002', 'T-003'],
  ['**Dependencies**: T-001 through T-003, T-111', 'T-001', 'T-002', 'T-003', 'T-111'],
  ['**Dependencies**: T-001, T-001', 'T-001'],
  // how ids are written
  ['**Dependencies**: T-006b', 'T-006b'],
  ['**Dependencies**: EST-41', 'EST-41'],
  ['**Dependencies**: PROJ-API-12', 'PROJ-API-12'],
  ['**Dependencies**: task_7', 'task_7'],
  ['**Dependencies**: T-1', 'T-001'],
  ['**Dependencies**: T-002-contract-testing.md', 'T-002'],
  ['**Dependencies**: Task T-002', 'T-002'],
  ['**Dependencies**: #T-002', 'T-002'],
  ['**Dependencies**: T-002.', 'T-002'],
  // what is no id
  ['**Dependencies**: T-002 (needs the schema of T-005)', 'T-002'],
  ['**Dependencies**: T-002 (v1.2, SIG-06), T-003 (see T-004)', 'T-002', 'T-003'],
  ['**Dependencies**: T-002 — before T-004 can start', 'T-002'],
  ['**Dependencies**: T-002: its model, as T-004, T-005: the rest', 'T-002', 'T-005'],
  ['**Dependencies**: T-002 must be merged before T-004', 'T-002'],
  ['**Dependencies**: ~~T-001~~ T-002', 'T-002'],
  ['**Dependencies**: T-002 in 3-5h', 'T-002'],
  ['**Dependencies**: (T-002, T-003)', 'T-002', 'T-003'],
  ['**Dependencies**: None'],
  ['**Dependencies**: none.'],
  ['**Dependencies**: -'],
  ['**Dependencies**: —'],
  ['**Dependencies**: n/a'],
  ['**Dependencies**: N/A (can run parallel to T-001)'],
  ['**Dependencies**:'],
  ['**Dependencies**: None (T-001 is optional)'],
  ['**Dependencies**: Nothing, starts at once'],
  ['**Dependencies**: no dependencies'],
  ['**Dependencies**: []'],
  // sections
  ['## Dependencies\n\n- T-001\n- T-002', 'T-001', 'T-002'],
  ['## Dependencies\n\nT-001, T-002', 'T-001', 'T-002'],
  ['### Depends on:\n\n1. T-001 - the model, used by T-003\n2. `T-002`', 'T-001', 'T-002'],
  ['## 🔗 Dependencies\n\n- [x] T-001\n- [ ] T-002', 'T-001', 'T-002'],
  ['## Dependencies\n\nNone\n\n## Notes\n\n- T-001'],
  ['## Dependencies\n\n### Blocked by\n\n- T-001\n\n## Notes\n\n- T-002', 'T-001'],
  ['## Dependencies\n\n- **Blocked by**: T-001\n- **Priority**: High', 'T-001'],
  ['## 3. Dependencies ##\n\n* **T-001** (done)', 'T-001'],
  ['---\ndepends_on: T-001\n---\n**Dependencies**: T-002', 'T-001', 'T-002'],
  ['## Dependencies\n\n- T-001\n- Node 22', 'T-001'],
  // not a statement at all
  ['This depends on how T-001 is done.'],
  ['```\n**Dependencies**: T-001\n```'],
  ['<!-- **Dependencies**: T-001 -->'],
  ['## Notes\n\n- T-001 was done'],
];

/** Shapes that cannot be understood, with what is told. */
const unclear: readonly (readonly [text: string, code: string, ...ids: string[]])[] = [
  ['**Dependencies**: the database must exist', 'unclear-dependency'],
  ['## Dependencies\n\n- Node 22', 'unclear-dependency'],
  ['---\ndepends_on: [setup]\n---\n', 'unknown-dependency', 'setup'],
];

const blocks: readonly (readonly [text: string, ...ids: string[]])[] = [
  ['Blocks: T-002', 'T-002'],
  ['**Blocks**: T-002, T-003', 'T-002', 'T-003'],
  ['**Blocks:** T-002 (and T-003?)', 'T-002'],
  ['Blocks T-002 and T-003.', 'T-002', 'T-003'],
  ['## Blocks\n\n- T-002', 'T-002'],
  ['- **Unblocks**: T-002', 'T-002'],
  ['**Blocks**: None'],
  ['**Blocks**: -'],
];

let folder: string;
let tasks: ReadonlyMap<string, Task>;
let problems: readonly Problem[];

beforeAll(async () => {
  folder = mkdtempSync(path.join(tmpdir(), 'tutti-shapes-'));
  mkdirSync(path.join(folder, 'shapes'));
  const write = (id: string, text: string): void => writeFileSync(path.join(folder, `${id}.md`), text);
  for (const id of known) write(id, `# ${id}: known\n`);
  for (const [index, [text]] of shapes.entries()) write(`shapes/D-${index}`, text);
  for (const [index, [text]] of unclear.entries()) write(`shapes/U-${index}`, text);
  for (const [index, [text]] of blocks.entries()) write(`shapes/B-${index}`, text);
  const result = await readPlan(folder);
  tasks = new Map(result.plan.tasks.map((task) => [task.id, task]));
  problems = result.problems;
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

it.each(shapes.map(([text, ...ids], index) => ({ text, ids, id: `D-${index}` })))('$text', ({ id, ids }) => {
  expect(tasks.get(id)?.dependsOn).toEqual(ids);
  const told = problems.filter(({ tasks: about }) => about.some((task) => task === id));
  expect(told.filter(({ severity }) => severity !== 'info')).toEqual([]);
});

it.each(unclear.map(([text, code, ...ids], index) => ({ text, code, ids, id: `U-${index}` })))(
  '$text',
  ({ id, code, ids }) => {
    expect(tasks.get(id)?.dependsOn).toEqual(ids);
    const told = problems
      .filter((found) => found.tasks.some((task) => task === id))
      .map((found) => found.code);
    expect(told).toEqual(code === 'unclear-dependency' ? [code] : []);
  },
);

it.each(blocks.map(([text, ...ids], index) => ({ text, ids, id: `B-${index}` })))('$text', ({ id, ids }) => {
  const waiting = [...tasks.values()].filter(({ dependsOn }) => dependsOn.some((other) => other === id));
  expect(waiting.map((task) => task.id)).toEqual(ids);
});
