/** A small export of Beads: every kind of link, an epic, a tombstone, and what is no issue. */
import { beadsReader } from '../../../src/readers/beads.ts';
import type { ReaderSample } from '../reader-sample.ts';

const link = (issue: string, other: string, type: string): string =>
  `{"issue_id":"${issue}","depends_on_id":"${other}","type":"${type}","created_at":"2026-01-02T00:00:00Z","metadata":"{}"}`;

const lines = [
  '{"_type":"issue","id":"bd-a1","title":"Cart \\"model\\"","description":"Add the cart.","status":"closed","priority":0,"issue_type":"task","closed_at":"2026-01-03T00:00:00Z"}',
  `{"id":"bd-b2","title":"Prices","description":"Move the prices.","design":"In cents.","status":"open","priority":1,"issue_type":"feature","estimated_minutes":90,"labels":["data"],"dependencies":[${link('bd-b2', 'bd-a1', 'blocks')},${link('bd-b2', 'bd-d4', 'related')}]}`,
  `{"id":"bd-e","title":"The shop","description":"All of it.","status":"open","priority":2,"issue_type":"epic","dependencies":[${link('bd-e', 'bd-b2', 'blocks')}]}`,
  `{"id":"bd-e.1","title":"Checkout","description":"A page.","status":"in_progress","priority":2,"issue_type":"task","dependencies":[${link('bd-e.1', 'bd-e', 'parent-child')}]}`,
  `{"id":"bd-e.2","title":"Refunds","status":"open","priority":3,"issue_type":"task","dependencies":[${link('bd-e.2', 'bd-e', 'parent-child')},${link('bd-e.2', 'bd-e.1', 'blocks')}]}`,
  `{"id":"bd-d4","title":"Announce","description":"Tell the people.","status":"open","priority":4,"issue_type":"chore","dependencies":[${link('bd-d4', 'bd-e', 'blocks')},${link('bd-d4', 'bd-a1', 'discovered-from')}]}`,
  '{"id":"bd-x","title":"(deleted)","status":"tombstone","priority":0,"issue_type":"task"}',
  '{"_type":"memory","key":"tone","value":"friendly"}',
];

const file = '.beads/issues.jsonl';

export const sample: ReaderSample = {
  reader: beadsReader,
  files: { [file]: `${lines.join('\n')}\n`, '.beads/deletions.jsonl': '{"id":"bd-x"}\n' },
  source: file,
  main: file,
  graph: ['bd-a1:', 'bd-b2: bd-a1', 'bd-e.1: bd-b2', 'bd-e.2: bd-e.1', 'bd-d4: bd-e.2'],
  spellings: (id) => (id.startsWith('bd-e.') ? ['bd-e'] : []),
  mistakes: {
    files: {
      [file]: lines
        .join('\n')
        .replace('"title":"Prices",', '"title":"Prices"')
        .replace('"id":"bd-d4"', '"di":"bd-d4"')
        .replace('"depends_on_id":"bd-e.1"', '"depends_on_id":"bd-e.7"'),
    },
    told: [
      'invalid-yaml .beads/issues.jsonl:2',
      'invalid-value .beads/issues.jsonl:6',
      'unknown-dependency .beads/issues.jsonl:3',
      'unknown-dependency .beads/issues.jsonl:5',
      // bd-e.2 names no known child of the epic any more, so that it waits for what the epic waits for.
      'unknown-dependency .beads/issues.jsonl:3',
    ],
  },
};
