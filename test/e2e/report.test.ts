/** `report` through the real command line: every form, of a run that has ended, one that goes on and one that waits; pages in a real browser. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect } from 'vitest';
import { comparisonSchema, reportSchema } from '../../src/cli/report/report-schema.ts';
import { findBrowser, launchBrowser, openFile } from '../rig/browser.ts';
import { describeResult } from '../rig/cli-process.ts';
import { it } from '../rig/e2e-test.ts';
import { type Project, steered, works } from '../rig/project.ts';

const program = await findBrowser();
if (program === undefined && process.env.CI)
  throw new Error('Chromium is missing: install it, the page of `report` has to be tested');

const reportOf = async (project: Project, ...args: readonly string[]) =>
  reportSchema.parse(await project.json<unknown>('report', ...args));

/** What `report` prints. */
async function printed(project: Project, ...args: readonly string[]): Promise<string> {
  const result = await project.run(['report', ...args]);
  expect(result.code, describeResult(result)).toBe(0);
  return result.stdout;
}

/** A brings two lines, B needs somebody, C waits for B. */
async function runWithTrouble(project: Project): Promise<string> {
  await project.commit({ 'README.md': 'Shop\n' });
  const tasks = [
    { id: 'A', title: 'Cart model', module: 'shop', estimate: { duration: '2m' } },
    { id: 'B', title: 'Prices', module: 'shop' },
    { id: 'C', dependsOn: ['B'] },
  ];
  const agent = 'printf "%s\\n" one two > "$TUTTI_TASK.txt"';
  const gate = '! test -e B.txt';
  const args = ['--command', agent, '--gate', gate, '--retries', '1', '--yes', '--json'];
  const result = await project.run(['run', await project.plan(tasks), ...args]);
  expect(result.code, describeResult(result)).toBe(1);
  return result.events[0]?.run ?? '';
}

it('says what a run came to, as text, Markdown, a page and JSON', async ({ project }) => {
  const run = await runWithTrouble(project);
  const report = await reportOf(project);
  expect(report).toMatchObject({
    ...{ run, state: 'ended', outcome: 'incomplete', live: false, attempts: 3 },
    counts: { done: 1, needsAttention: 1, blocked: 1 },
    tries: { judged: 2, firstTry: 1, retried: 0, notDone: 1 },
    commits: { made: 2, merged: 1 },
    merges: { count: 1, lines: { files: 1, added: 2, removed: 0 } },
    tokens: { counted: 0, orchestrator: 0 },
    gate: { steps: [{ counts: true }] },
  });
  expect(
    report.tasks.map(({ id, attempts, estimateFrom, lines }) => [id, attempts, estimateFrom, lines?.added]),
  ).toEqual([
    ['A', 1, 'plan', 2],
    ['B', 2, 'default', undefined],
    ['C', 0, 'default', undefined],
  ]);
  const [needing] = report.attention;
  expect([needing?.task, needing?.steps.map(({ command }) => command)]).toEqual([
    'B',
    ['tutti logs B', 'tutti resolve B', 'tutti retry B'],
  ]);

  const text = await printed(project);
  expect(text).toMatch(/^Test: ended with tasks not done\nrun /);
  expect(text).toMatch(/\nTasks {8}3: 1 done, 1 needs-attention, 1 blocked\n/);
  expect(text).toMatch(/\nslot 1 +│[\s\S]*\ndone +1/);
  expect(text).toContain(`mend it in ${needing?.workspace}, then: tutti resolve B`);
  expect(text).toContain(`tutti land ${run}`);
  const withoutPaths = text.split('\n').filter((line) => !line.includes('mend it in'));
  expect(withoutPaths.filter((line) => line.length > 80)).toEqual([]);

  const markdown = await printed(project, '--format', 'markdown');
  expect(markdown).toMatch(/^# Test\n\n⚠️ \*\*ended with tasks not done\*\*: run /);
  expect(markdown).toContain('| `A` | done | 1 | 2m00s |');

  const page = join(project.root, 'report.html');
  const wrote = await project.run(['report', '--output', page]);
  expect([wrote.code, wrote.stdout, wrote.stderr]).toEqual([0, '', expect.stringContaining(`wrote ${page}`)]);
  expect(await readFile(page, 'utf8')).toMatch(/^<!doctype html>[\s\S]*<\/html>\n$/);
  const file = join(project.root, 'report.md');
  await printed(project, '--output', file);
  expect(await readFile(file, 'utf8')).toBe(markdown);
});

it('is what `run` points at, and works while the run goes on and when it is paused', async ({ project }) => {
  await project.commit({ 'README.md': 'Shop\n' });
  const plan = await project.plan([{ id: 'A' }, { id: 'B' }, { id: 'C', dependsOn: ['A'] }]);
  const running = project.start(['run', plan, '--command', steered, '--no-gate', '--slots', '2', '--yes']);
  await expect.poll(() => running.soFar().stdout, { timeout: 30_000 }).toContain('B started');
  const live = await reportOf(project);
  expect(live).toMatchObject({
    ...{ state: 'running', live: true, outcome: null, attempts: 2, attention: [] },
    counts: { running: 2, waiting: 1 },
    time: { endedAt: null },
    tries: { judged: 0 },
  });
  expect(live.timeline.attempts.map(({ task, outcome }) => [task, outcome])).toEqual([
    ['A', 'running'],
    ['B', 'running'],
  ]);
  expect(await printed(project)).toMatch(/^Test: still running\n[\s\S]*\n {2}watch: {2}tutti status /);

  expect((await project.run(['pause'])).code).toBe(0);
  await project.letGo('A', 'B');
  const { code, stdout } = await running.ended;
  expect([code, stdout]).toEqual([4, expect.stringMatching(/\n {2}tell: {3}tutti report \S+ {5}\(/)]);
  const paused = await reportOf(project);
  expect(paused).toMatchObject({ state: 'paused', live: false, counts: { done: 2, ready: 1 }, pace: {} });
  expect(await printed(project)).toMatch(/\n {2}go on: {2}tutti resume /);

  await project.letGo('C');
  expect((await project.run(['resume'])).code).toBe(0);
  const ended = await reportOf(project);
  expect(ended).toMatchObject({ outcome: 'all-done', counts: { done: 3 } });
  const [beforeStart, pause] = ended.timeline.gaps.filter(({ because }) => because !== 'asleep');
  expect([beforeStart?.because, pause?.because]).toEqual(['not-started', 'paused']);
  const lost = ended.timeline.gaps.reduce((sum, { from, to }) => sum + to - from, 0);
  expect(ended.time.elapsedMs - ended.time.activeMs).toBe(lost);
});

it('tells of a run whose engine was killed what it has recorded, and later that there was none for a while', async ({
  project,
}) => {
  await project.commit({ 'README.md': 'Shop\n' });
  const plan = await project.plan([{ id: 'A' }]);
  const killed = project.start(['run', plan, '--command', steered, '--no-gate', '--yes', '--json']);
  await killed.eventOf('agent-launched', 'A');
  killed.signal('SIGKILL');
  await killed.ended;
  expect(await reportOf(project)).toMatchObject({ state: 'running', live: false, counts: { running: 1 } });
  expect(await printed(project)).toMatch(
    /^Test: its engine is gone; .*\n[\s\S]*\n {2}go on: {2}tutti resume /,
  );

  await project.letGo('A');
  expect((await project.run(['resume'])).code).toBe(0);
  const { timeline, tries } = await reportOf(project);
  expect(timeline.gaps.map(({ because }) => because)).toEqual(['not-started', 'died']);
  expect(timeline.attempts.map(({ outcome, reason }) => [outcome, reason])).toEqual([
    ['cut-off', 'engine-died'],
    ['done', null],
  ]);
  expect(tries).toEqual({ judged: 1, firstTry: 1, retried: 0, notDone: 0 });
});

it('sets two runs side by side in each form, and says when their plans differ', async ({ project }) => {
  await project.commit({ 'README.md': 'Shop\n' });
  const runOf = async (...ids: readonly string[]): Promise<string> => {
    const plan = await project.plan(ids.map((id) => ({ id })));
    const result = await project.run([
      'run',
      plan,
      '--command',
      works,
      '--no-gate',
      '--redo',
      '--yes',
      '--json',
    ]);
    expect(result.code, describeResult(result)).toBe(0);
    return result.events[0]?.run ?? '';
  };
  const [first, second, third] = [await runOf('A', 'B'), await runOf('A', 'B'), await runOf('A', 'X', 'Y')];
  const same = comparisonSchema.parse(await project.json('report', second, '--compare', first));
  expect([same.runs.map(({ run }) => run), same.samePlan]).toEqual([[second, first], true]);
  const other = comparisonSchema.parse(await project.json('report', '--compare', first));
  expect([other.runs[0].run, other.samePlan, other.onlyIn]).toEqual([third, false, [2, 1]]);
  expect(other.measures.find(({ key }) => key === 'done')).toMatchObject({ values: [3, 2], difference: 1 });

  const remark = '2 tasks only in the first, 1 only in the second.';
  expect((await printed(project, '--compare', first)).replace(/\s+/g, ' ')).toContain(remark);
  expect(await printed(project, '--compare', first, '--format', 'markdown')).toContain(remark);
  expect(await printed(project, '--compare', first, '--format', 'html')).toContain(remark);
  expect(await printed(project, second, '--compare', first)).not.toContain('only in the first');
});

it('refuses what it cannot find or write, in words', async ({ project }) => {
  await project.commit({ 'README.md': 'Shop\n' });
  const none = await project.run(['report']);
  expect([none.code, none.stderr]).toEqual([
    2,
    expect.stringContaining('There is no run in this repository yet.'),
  ]);
  await project.run(['run', await project.plan([{ id: 'A' }]), '--command', works, '--no-gate', '--yes']);
  for (const [args, words] of [
    [['nope'], 'There is no run nope here.'],
    [['--compare', 'nope'], 'There is no run nope here.'],
    [['--format', 'pdf'], 'Allowed choices are text, markdown, html'],
    [['--format', 'html', '--json'], 'are two forms'],
    [['--output', 'no/such/folder.md'], 'cannot be written'],
    [['--output', join(project.root, 'plan.json')], 'is part of the plan'],
  ] as const) {
    const refused = await project.run(['report', ...args]);
    expect([args, refused.code]).toEqual([args, 2]);
    expect(refused.stderr).toContain(words);
  }
});

describe.skipIf(program === undefined)('in a browser', () => {
  const bad = [
    '</script><script>alert(1)</script>',
    '<img src="https://evil.example/x.png" onerror="alert(2)">',
    `]]><svg onload="alert(3)">`,
    `"><a href='javascript:alert(4)' autofocus onfocus=alert(5)>`,
    '\u202e<style>@import "https://evil.example/x.css";</style>&lt;',
  ];

  it('text of a plan does nothing in the pages, which fit a telephone and are dark at night', async ({
    project,
  }) => {
    await project.commit({ 'README.md': 'Shop\n' });
    const tasks = bad.map((title, index) => ({ id: `${index} ${title}`, title, module: title }));
    const plan = await project.plan(tasks, bad.join(' '));
    const run = (agent: string, ...more: readonly string[]) =>
      project.run(['run', plan, '--command', agent, '--no-gate', '--yes', '--json', ...more]);
    const good = await run('mktemp ./made.XXXXXX', '--slots', '1');
    const failed = await run('echo "<b>printed</b>" >&2; exit 1', '--retries', '0');
    expect([good.code, failed.code]).toEqual([0, 1]);
    const first = good.events[0]?.run ?? '';
    const pages = [['failed.html'], ['good.html', first], ['both.html', '--compare', first]].map(
      ([name = '', ...more]) => [join(project.root, name), ...more],
    );
    const browser = await launchBrowser(program ?? '');
    try {
      for (const [file = '', ...more] of pages) {
        expect(await project.run(['report', ...more, '--output', file])).toMatchObject({
          code: 0,
          stdout: '',
        });
        const { page, misdeeds } = await openFile(browser, file);
        const strange =
          'document.querySelectorAll("script, img, a, iframe, style ~ style, svg[onload]").length';
        expect([file, await page.evaluate(strange)]).toEqual([file, 0]);
        expect(await page.locator('h1').textContent()).toContain(bad[0]);
        const background = (): Promise<string> =>
          page.evaluate('getComputedStyle(document.documentElement).backgroundColor');
        const day = await background();
        await page.emulateMedia({ colorScheme: 'dark' });
        expect(await background()).not.toBe(day);
        await page.setViewportSize({ width: 400, height: 800 });
        expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(400);
        expect(misdeeds).toEqual([]);
      }
    } finally {
      await browser.close();
    }
  });

  it('each number, bar and attempt of a run is on its page', async ({ project }) => {
    await runWithTrouble(project);
    const file = join(project.root, 'report.html');
    expect((await project.run(['report', '--output', file])).code).toBe(0);
    const browser = await launchBrowser(program ?? '');
    try {
      const { page, misdeeds } = await openFile(browser, file);
      const textsOf = (selector: string): Promise<string[]> => page.locator(selector).allTextContents();
      expect((await textsOf('.tiles li'))[0]).toBe('1 of 3 tasks done');
      expect((await textsOf('.attention h3')).join()).toBe('B Prices');
      expect(await textsOf('.attention code')).toEqual(['tutti logs B', 'tutti resolve B', 'tutti retry B']);
      expect((await textsOf('h2')).join()).toBe('Needs a person,Timeline,Numbers,Modules,Tasks,Next');
      // A picture for each of the two timelines, with its name; and the same in words.
      expect(await page.locator('section svg[role=img][aria-label]').count()).toBe(2);
      expect(await page.locator('.frame').nth(1).locator('text.t-text, text.t-id').allTextContents()).toEqual(
        expect.arrayContaining([
          expect.stringMatching(/^A {1,2}Cart model$/),
          expect.stringMatching(/^B {1,2}Prices$/),
        ]),
      );
      await page.locator('summary', { hasText: 'Attempts' }).click();
      expect(await page.locator('details tbody tr').count()).toBe(3);
      expect(misdeeds).toEqual([]);
    } finally {
      await browser.close();
    }
  });
});
