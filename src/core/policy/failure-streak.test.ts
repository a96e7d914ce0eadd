/** What counts as the same failure, with what real gates print. */
import { expect, it } from 'vitest';
import { taskId } from '../plan.ts';
import { longerStreak, type Streak } from './failure-streak.ts';

const after = (...outputs: readonly string[]): number =>
  outputs.reduce<Streak | null>(
    (streak, feedback, index) =>
      longerStreak(streak, {
        task: taskId(`T-00${index}`),
        kind: 'work',
        failure: { reason: 'gate-failed', message: 'The gate step "test" ended with code 1.', feedback },
      }),
    null,
  )?.tasks.length ?? 0;

it('three badly formatted files are three failures', () => {
  const prettier = (file: string): string =>
    `Checking formatting...\n[warn] ${file}\n[warn] Code style issues found in the above file. Run Prettier with --write to fix.`;
  expect(after(...['src/cart.ts', 'src/mail/send.ts', 'src/price.ts'].map(prettier))).toBe(1);
});

it('three tests that fail in different files are three failures', () => {
  const tap = (title: string, file: string, actual: number): string =>
    `not ok 1 - ${title}\n  ---\n  code: 'ERR_ASSERTION'\n  name: 'AssertionError'\n  expected: 3\n  actual: ${actual}\n  operator: 'strictEqual'\n  stack: |-
    TestContext.<anonymous> (file:///w/w1/${file}:2:41)\n    Test.runInAsyncScope (node:async_hooks:206:9)\n    Test.run (node:internal/test_runner/test:796:25)
    Test.processPendingSubtests (node:internal/test_runner/test:526:18)\n    node:internal/test_runner/harness:255:12\n    node:internal/process/task_queues:140:7
    AsyncResource.runInAsyncScope (node:async_hooks:206:9)\n    AsyncResource.runMicrotask (node:internal/process/task_queues:137:8)
  ...\n1..1\n# tests 1\n# suites 0\n# pass 0\n# fail 1\n# cancelled 0\n# skipped 0\n# todo 0\n# duration_ms 402.6\n`;
  expect(
    after(tap('adds', 'cart.test.js', 2), tap('rounds', 'price.test.js', 5), tap('keeps', 'mail.test.js', 7)),
  ).toBe(1);
});
