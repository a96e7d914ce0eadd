/** A small Spec Kit plan. */
import { specKitReader } from '../../../src/readers/spec-kit.ts';
import type { ReaderSample } from '../reader-sample.ts';

const tasks = `---
description: 'Tasks'
---

# Tasks: the shop

## Phase 1: Setup

- [x] T001 Make the project in \`package.json\`
- [ ] T002 [P] Write the linter's rules in biome.json
- [ ] T003 [P] Write a test in test/shop.test.ts

## Phase 2: User Story 1 - Buy (Priority: P1)

- [ ] T004 [P] [US1] Cart model in src/cart.ts
- [ ] T005 [P] [US1] Prices of the cart in src/cart.ts
- [ ] T006 [US1] Checkout in src/checkout.ts (depends on T004)
      with the rules of spec.md

  **Files**:
  - \`src/checkout.ts\` (create)

  **Dependencies**: T001
`;

export const sample: ReaderSample = {
  reader: specKitReader,
  files: { 'specs/001-shop/tasks.md': tasks, 'specs/001-shop/spec.md': '# The shop\n' },
  source: 'specs/001-shop/tasks.md',
  main: 'specs/001-shop/tasks.md',
  graph: ['T001:', 'T002: T001', 'T003: T001', 'T004: T002, T003', 'T005: T004', 'T006: T004, T001, T005'],
  mistakes: {
    files: {
      'specs/001-shop/tasks.md': tasks
        .replace('T002 [P]', '[P]')
        .replace('T005', 'T004')
        .replace('**: T001', '**: T009'),
    },
    told: [
      'invalid-value specs/001-shop/tasks.md:10',
      'duplicate-id specs/001-shop/tasks.md:16',
      'self-dependency specs/001-shop/tasks.md:16',
      'unknown-dependency specs/001-shop/tasks.md:23',
    ],
  },
};
