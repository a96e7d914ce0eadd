/** A small board of Backlog.md, with what is completed and archived. */
import { backlogMdReader } from '../../../src/readers/backlog-md.ts';
import type { ReaderSample } from '../reader-sample.ts';

const files = {
  'backlog/config.yml': `project_name: "The shop"
statuses: ["To Do", "In Progress", "Shipped"]
task_prefix: "back"
`,
  'backlog/tasks/back-2 - Prices.md': `---
id: BACK-2
title: 'Prices: in cents'
status: In Progress
assignee: @ada
created_date: '2026-01-02 03:04'
labels:
  - data
  - shop
dependencies:
  - task-1
  - BACK-09
priority: high
ordinal: 2000
---

## Description

Move the prices.

## Acceptance Criteria
<!-- AC:BEGIN -->
- [ ] #1 All are moved
<!-- AC:END -->
`,
  'backlog/tasks/back-3 - Checkout.md': `---
id: BACK-3
title: Checkout
status: To Do
dependencies: [BACK-2]
ordinal: 1000
---

Build a checkout.
`,
  'backlog/tasks/back-3.1 - A-page.md': `---
id: BACK-3.1
title: A page
status: To Do
dependencies: []
parent_task_id: BACK-3
---

A form.
`,
  'backlog/tasks/back-3.2 - A-mail.md': `---
id: BACK-3.2
title: A mail
status: To Do
dependencies: [BACK-3.1]
parent_task_id: BACK-3
---

Say thanks.
`,
  'backlog/tasks/back-4 - Announce.md': `---
id: BACK-4
title: Announce
status: Shipped
dependencies: ["3"]
---

Tell the people.
`,
  'backlog/tasks/readme.md': 'Here are the tasks.\n',
  'backlog/completed/back-1 - Cart.md':
    '---\nid: BACK-1\ntitle: Cart\nstatus: Shipped\ndependencies: []\n---\n\nAdd it.\n',
  'backlog/completed/back-8 - Old.md': '---\nid: BACK-8\ntitle: Old\nstatus: Shipped\n---\n',
  'backlog/archive/tasks/back-9 - Never.md': '---\nid: BACK-9\ntitle: Never\nstatus: To Do\n---\n\nDo not.\n',
};

export const sample: ReaderSample = {
  reader: backlogMdReader,
  files,
  source: 'backlog',
  main: 'backlog/tasks/back-2 - Prices.md',
  graph: [
    'BACK-2: BACK-1, BACK-9',
    'BACK-3.1: BACK-2',
    'BACK-3.2: BACK-3.1',
    'BACK-4: BACK-3.2',
    'BACK-1:',
    'BACK-9:',
  ],
  spellings: (id) => [
    id.replace('BACK-', 'task-'),
    id.replace('BACK-', 'BACK-0'),
    ...(id === 'BACK-3.2' ? ['"3"'] : []),
  ],
  mistakes: {
    files: {
      ...files,
      'backlog/tasks/back-2 - Prices.md': files['backlog/tasks/back-2 - Prices.md'].replace(
        '- task-1',
        '- { id: task-1 }',
      ),
      'backlog/tasks/back-3.2 - A-mail.md': files['backlog/tasks/back-3.2 - A-mail.md'].replace(
        '[BACK-3.1]',
        '[BACK-7]',
      ),
    },
    told: [
      'invalid-value backlog/tasks/back-2 - Prices.md:10',
      'source-status backlog/tasks/back-2 - Prices.md:11',
      'unknown-dependency backlog/tasks/back-3.2 - A-mail.md:5',
    ],
  },
};
