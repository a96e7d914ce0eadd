/** A small native plan. */
import { nativeReader } from '../../../src/readers/native.ts';
import type { ReaderSample } from '../reader-sample.ts';

const plan = `plan: The shop
defaults: { agent: claude-code, gate: [npm test] }
pools: { database: 1 }
tasks:
  - id: T-001
    title: Cart model
    files: [src/cart/**]
    estimate: { duration: 40m, tokens: 80k }
    outline: [{ phase: Model, commits: ["feat(cart): add the line items"] }]
    body: |
      Add the cart.
  - id: T-002
    dependsOn: [T-001]
    priority: high
    pools: [database]
    bodyFile: tasks/prices.md
  - { id: &last T-003, body: "Do \\"it\\"", dependsOn: [T-001, T-002], status: done }
  - id: T-004
    dependsOn:
      - *last
      - T-001
    body: >-
      Write it
      down.
`;

export const sample: ReaderSample = {
  reader: nativeReader,
  files: { 'plan.yaml': plan, 'tasks/prices.md': 'Move the prices.\n' },
  source: 'plan.yaml',
  main: 'plan.yaml',
  graph: ['T-001:', 'T-002: T-001', 'T-003: T-001, T-002', 'T-004: T-003, T-001'],
  spellings: (id) => (id === 'T-003' ? ['*last'] : []),
  mistakes: {
    files: {
      'plan.yaml': plan
        .replace('priority: high', 'priority: urgent')
        .replace('body: |', 'text: |')
        .replace('[T-001, T-002]', '[T-001, T-020]'),
      'tasks/prices.md': 'Move the prices.\n',
    },
    told: ['invalid-value plan.yaml:10', 'invalid-value plan.yaml:14', 'unknown-dependency plan.yaml:17'],
  },
};
