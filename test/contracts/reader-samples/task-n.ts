/** A small "Task N" plan. */
import { taskNReader } from '../../../src/readers/task-n.ts';
import type { ReaderSample } from '../reader-sample.ts';

const plan = `# The shop

## Global Constraints

- Write it in TypeScript.

### Task 1: Cart

**Files:**
- Create: \`src/cart.ts\`
- Test: \`test/cart.test.ts\`

**Interfaces:**
- Consumes: None
- Produces: \`cart(items)\` — a list

- [x] **Step 1: Write a test**

\`\`\`ts
cart([]);
\`\`\`

### Task 2: Prices

**Files:**
- Modify: \`src/cart.ts:12-34\`

**Interfaces:**
- Consumes: None

- [ ] **Step 1: Change it**

### Task 3: Checkout

**Files:** \`src/checkout.ts\`

**Interfaces:**
- Consumes: \`cart\` (from Task 1)
- Produces: \`checkout()\`

**Depends on:** Task 2

- [ ] **Step 1: Write it**
`;

export const sample: ReaderSample = {
  reader: taskNReader,
  files: { 'docs/plans/shop.md': plan },
  source: 'docs/plans/shop.md',
  main: 'docs/plans/shop.md',
  graph: ['task-1:', 'task-2: task-1', 'task-3: task-2, task-1'],
  spellings: (id) => [id.replace('task-', 'Task ')],
  mistakes: {
    files: {
      'docs/plans/shop.md': plan
        .replace('on:** Task 2', 'on:** Task 8')
        .replace('Produces: `checkout()`', 'Produces: `cart()`')
        .replace('Produces: `cart(items)`', 'Produces: `cart(items)`, `total`')
        .replace('- Consumes: None\n\n- [ ]', '- Produces: `total`\n- Consumes: (from Task 9)\n\n- [ ]'),
    },
    told: ['unknown-dependency docs/plans/shop.md:30', 'unknown-dependency docs/plans/shop.md:42'],
  },
};
