/** A small folder of task files. */
import { taskFilesReader } from '../../../src/readers/task-files.ts';
import type { ReaderSample } from '../reader-sample.ts';

const files = {
  'tasks/T-001-cart.md': `# T-001: Cart model

**Dependencies**: None
**Priority**: High
**Blocks**: T-002, T-004

## Commit plan

### Phase 1: Model
- \`feat(cart): add the line items\`
`,
  'tasks/T-002-prices.md': `---
id: T-002
title: Prices
depends_on: [T-001]
estimate: 4h
files: [src/prices/**]
---

Move the prices.
`,
  'tasks/later/T-003.md': `# T-003: Checkout

- **Depends on:** \`T-002\` (the prices) and T-001

Write a page.

\`\`\`
Depends on: T-009
\`\`\`
`,
  'tasks/T-004.md': `# T-004: Refunds

## Dependencies

- T-001: the cart
- T-003: Checkout

## Files

- \`src/refunds/**\`
`,
  'tasks/README.md': '# What the tasks are about\n',
};

export const sample: ReaderSample = {
  reader: taskFilesReader,
  files,
  source: 'tasks',
  main: 'tasks/T-002-prices.md',
  graph: ['T-001:', 'T-002: T-001', 'T-004: T-001, T-003', 'T-003: T-002, T-001'],
  mistakes: {
    files: {
      ...files,
      'tasks/T-002-prices.md': files['tasks/T-002-prices.md'].replace('[T-001]', '[T-001'),
      'tasks/T-004.md': files['tasks/T-004.md'].replace('- T-003', '- T-030'),
    },
    told: [
      'invalid-yaml tasks/T-002-prices.md:5',
      'one-sided-block tasks/later/T-003.md:3',
      'unknown-dependency tasks/T-004.md:6',
    ],
  },
};
