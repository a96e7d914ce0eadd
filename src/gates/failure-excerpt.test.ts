import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { failureExcerpt } from './failure-excerpt.ts';

const noise = (name: string, count: number): string =>
  Array.from({ length: count }, (_, index) => `${name} ${index} is fine`).join('\n');

/** What a tool prints of one failure; it stands between much else. */
const samples: Readonly<Record<string, { readonly printed: string; readonly told: readonly string[] }>> = {
  vitest: {
    printed: ` ❯ src/cart.test.ts (3 tests | 1 failed) 12ms
   ✓ adds an item 2ms
   × totals the prices 5ms
     → expected 40 to be 42 // Object.is equality

 FAIL  src/cart.test.ts > totals the prices
AssertionError: expected 40 to be 42 // Object.is equality
 ❯ src/cart.test.ts:14:22`,
    told: ['× totals the prices', 'AssertionError: expected 40 to be 42', 'src/cart.test.ts:14:22'],
  },
  jest: {
    printed: `FAIL src/cart.test.js
  ● Cart › totals the prices

    expect(received).toBe(expected) // Object.is equality

    Expected: 42
    Received: 40`,
    told: ['● Cart › totals the prices', 'Expected: 42', 'Received: 40'],
  },
  'node --test': {
    printed: `not ok 3 - totals the prices
  ---
  duration_ms: 1.2
  failureType: 'testCodeFailure'
  error: |-
    Expected values to be strictly equal:
    40 !== 42
  ...`,
    told: ['not ok 3 - totals the prices', '40 !== 42'],
  },
  pytest: {
    printed: `    def test_total():
>       assert total([20, 20]) == 42
E       assert 40 == 42
E        +  where 40 = total([20, 20])

tests/test_cart.py:8: AssertionError`,
    told: ['> ', 'E       assert 40 == 42', 'tests/test_cart.py:8: AssertionError'],
  },
  'go test': {
    printed: `--- FAIL: TestTotal (0.00s)
    cart_test.go:12: got 40, want 42
FAIL
FAIL	example.com/shop/cart	0.004s`,
    told: ['--- FAIL: TestTotal', 'cart_test.go:12: got 40, want 42'],
  },
  'cargo test': {
    printed: `test tests::totals ... FAILED

---- tests::totals stdout ----
thread 'tests::totals' panicked at src/lib.rs:21:9:
assertion \`left == right\` failed
  left: 40
 right: 42`,
    told: ['test tests::totals ... FAILED', 'panicked at src/lib.rs:21:9', ' right: 42'],
  },
  tsc: {
    printed: `src/cart.ts(14,9): error TS2322: Type 'string' is not assignable to type 'number'.
src/cart.ts:21:3 - error TS2304: Cannot find name 'totl'.`,
    told: ['error TS2322', "Cannot find name 'totl'"],
  },
  eslint: {
    printed: `/work/src/cart.ts
  14:9  error  'total' is assigned a value but never used  no-unused-vars

✖ 1 problem (1 error, 0 warnings)`,
    told: ['/work/src/cart.ts', 'no-unused-vars', '✖ 1 problem'],
  },
};

describe('a failure between thousands of lines', () => {
  it.each(Object.entries(samples))('of %s is told with what is around it', (_, { printed, told }) => {
    const text = `${noise('test before', 3000)}\n${printed}\n${noise('test after', 3000)}\nDone in 3 s.\n`;
    const excerpt = failureExcerpt(text, 2000);
    for (const words of told) expect(excerpt).toContain(words);
    expect(excerpt.length).toBeLessThanOrEqual(2000);
    expect(excerpt).toMatch(/^\[… (?:299\d|3000) lines left out …\]\n/);
    expect(excerpt.endsWith('test after 2999 is fine\nDone in 3 s.\n')).toBe(true);
  });
});

it('leaves a short text as it is', () => {
  expect(failureExcerpt('one\nFAIL\n', 8000)).toBe('one\nFAIL\n');
});

it('tells the end of a text without any sign', () => {
  const excerpt = failureExcerpt(`${noise('line', 500)}\nlast\n`, 1000);
  const lines = excerpt.trimEnd().split('\n');
  expect(lines[0]).toMatch(/^\[… \d+ lines left out …\]$/);
  expect(lines.slice(-2)).toEqual(['line 499 is fine', 'last']);
  expect(lines.length).toBeGreaterThan(40);
});

it('prefers failures to what only sounds like one', () => {
  const loud = Array.from({ length: 500 }, (_, index) => `Error: retry ${index} was expected`).join('\n');
  const text = `${loud}\n${noise('test', 500)}\nnot ok 7 - totals the prices\n${noise('test', 500)}\n`;
  expect(failureExcerpt(text, 3000)).toContain('not ok 7 - totals the prices');
});

it('cuts a line that would take all the room', () => {
  const text = `${noise('line', 500)}\nFAIL ${'x'.repeat(100_000)}\nwhy it failed\n${noise('line', 500)}\n`;
  const excerpt = failureExcerpt(text, 2000);
  expect(excerpt).toContain('… (99505 more characters)\nwhy it failed\n');
});

it('keeps its limit, and every line it tells is one of the text, in order', () => {
  const line = fc.oneof(
    fc.constantFrom('', 'FAIL a', 'not ok 1', 'Error: no', 'ok', 'E   assert', '  at f (a.ts:1)'),
    fc.string({ maxLength: 120 }).map((text) => text.replace(/\n/g, '')),
  );
  fc.assert(
    fc.property(fc.array(line, { maxLength: 300 }), fc.integer({ min: 200, max: 4000 }), (lines, limit) => {
      const text = lines.join('\n');
      const excerpt = failureExcerpt(text, limit);
      if (text.length <= limit) return excerpt === text;
      let at = 0;
      for (const told of excerpt.slice(0, -1).split('\n')) {
        const left = /^\[… (\d+) lines? left out …\]$/.exec(told);
        if (left) at += Number(left[1]);
        else if (told !== lines[at++]) return false;
      }
      return excerpt.length <= limit;
    }),
  );
});
