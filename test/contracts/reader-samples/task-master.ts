/** A small plan of Task Master: two tags, subtasks, every status. */
import { taskMasterReader } from '../../../src/readers/task-master.ts';
import type { ReaderSample } from '../reader-sample.ts';

const master = `    "tasks": [
      {
        "id": 1,
        "title": "Cart \\"model\\"",
        "description": "Add the cart.",
        "details": "Line items and a currency.\\nNo prices yet.",
        "testStrategy": "Unit tests.",
        "priority": "high",
        "dependencies": [],
        "status": "done",
        "complexity": 3,
        "subtasks": [{ "id": 1, "title": "Items", "status": "completed" }]
      },
      {
        "id": 2,
        "title": "Prices",
        "description": "Move the prices.",
        "priority": "medium",
        "dependencies": [1],
        "status": "in-progress",
        "subtasks": [
          {
            "id": 1,
            "title": "Migration",
            "dependencies": [],
            "status": "pending"
          },
          {
            "id": 2,
            "title": "Backfill",
            "dependencies": [1],
            "status": "pending",
            "relevantFiles": [{ "path": "src/prices.ts", "action": "modify" }]
          },
          {
            "id": 2.3,
            "title": "A page",
            "dependencies": [
              "2.1",
              "2.2"
            ],
            "status": "review"
          }
        ]
      },
      {
        "id": "3",
        "title": "Checkout",
        "dependencies": [2],
        "status": "deferred"
      },
      {
        "id": 4,
        "title": "Refunds",
        "dependencies": [
          3,
          "2.1"
        ],
        "priority": "low",
        "status": "pending"
      },
      { "id": 5, "title": "Coupons", "dependencies": [], "status": "cancelled" }
    ]`;

const files = {
  '.taskmaster/tasks/tasks.json': `{
  "master": {
${master},
    "metadata": { "created": "2026-01-01T00:00:00.000Z", "description": "The shop" }
  },
  "later": { "tasks": [{ "id": 1, "title": "x", "dependencies": [] }] }
}
`,
  '.taskmaster/state.json': '{ "currentTag": "master" }\n',
};

export const sample: ReaderSample = {
  reader: taskMasterReader,
  files,
  source: '.taskmaster/tasks/tasks.json',
  main: '.taskmaster/tasks/tasks.json',
  graph: ['1:', '2.1: 1', '2.2: 2.1', '2.3: 2.1, 2.2', '3: 2.3', '4: 3, 2.1', '5:'],
  // What waits for 2 waits for the last of its parts.
  spellings: (id) => (id.startsWith('2.') ? [id.slice(2), '2'] : []),
  mistakes: {
    files: {
      '.taskmaster/tasks/tasks.json': `{\n${master
        .replace('{ "id": 1, "title": "Items"', '{ "title": "Items"')
        .replace('"2.2"\n', '3\n')
        .replace('3,\n          "2.1"', '30,\n          5')}\n}\n`,
    },
    told: [
      'invalid-value .taskmaster/tasks/tasks.json:13',
      'source-status .taskmaster/tasks/tasks.json:58',
      // In subtask 2.3 a bare 3 means itself.
      'self-dependency .taskmaster/tasks/tasks.json:41',
      'unknown-dependency .taskmaster/tasks/tasks.json:57',
      'empty-body .taskmaster/tasks/tasks.json:48',
      'empty-body .taskmaster/tasks/tasks.json:54',
    ],
  },
};
