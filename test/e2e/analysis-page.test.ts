/** The page and the picture of `analyze` in a real browser: keyboard, search, night, paper; nothing leaves them. */
import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect } from 'vitest';
import { findBrowser, launchBrowser, openFile } from '../rig/browser.ts';
import { it } from '../rig/e2e-test.ts';
import type { Project } from '../rig/project.ts';
import { packageRoot } from '../rig/source-tree.ts';

const program = await findBrowser();
if (program === undefined && process.env.CI)
  throw new Error('Chromium is missing: install it, the page of `analyze` has to be tested');
if (program === undefined) console.warn('Chromium is missing: the page of `analyze` is NOT tested');

const originB = join(packageRoot, 'test/fixtures/plans/origin-b');

/** What `analyze` writes for a plan under this name. */
async function write(project: Project, plan: string, name: string): Promise<string> {
  const file = join(project.root, name);
  const { code, stderr } = await project.run(['analyze', plan, '--out', file]);
  expect({ code, wrote: stderr.includes('wrote ') }).toEqual({ code: 0, wrote: true });
  return file;
}

describe.skipIf(program === undefined)('in a browser', () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await launchBrowser(program ?? '');
  });
  afterAll(() => browser.close());

  it('the page tells about the task that has the focus, and the arrow keys go along dependencies', async ({
    project,
  }) => {
    const { page, misdeeds } = await openFile(browser, await write(project, originB, 'plan.html'));
    const heading = page.locator('#details h2');
    const boxes = page.locator('#graph [data-task]');
    expect([await boxes.count(), await heading.count()]).toEqual([45, 0]);
    // Past the search and three buttons; the graph is one stop, not forty-five.
    for (let stop = 0; stop < 5; stop++) await page.keyboard.press('Tab');
    expect(await heading.textContent()).toBe('T-001');
    await page.locator('#diagnostics button', { hasText: 'T-015' }).first().click();
    expect(await heading.textContent()).toBe('T-015');
    expect(await page.locator('#details .problem strong').allTextContents()).toEqual(['wave-mismatch']);
    await page.keyboard.press('ArrowLeft');
    expect(await heading.textContent()).toBe('T-008');
    await page.keyboard.press('ArrowRight');
    expect(await heading.textContent()).toBe('T-015');
    await page.keyboard.press('Escape');
    expect(await heading.count()).toBe(0);
    await page.locator('#graph [data-task]', { hasText: 'T-028' }).hover();
    expect(await heading.textContent()).toBe('T-028');
    expect(await page.locator('#details dd').first().textContent()).toBe('waits');
    expect(misdeeds).toEqual([]);
  });

  it('the search finds tasks in the graph and in the table', async ({ project }) => {
    const { page, misdeeds } = await openFile(browser, await write(project, originB, 'plan.html'));
    await page.keyboard.press('/');
    await page.keyboard.type('t-02');
    expect(await page.locator('#found').textContent()).toBe('10 tasks');
    expect(await page.locator('#tasks tbody tr:visible').count()).toBe(10);
    await page.keyboard.press('Enter');
    await page.keyboard.press('Enter');
    expect(await page.locator('#details h2').textContent()).toBe('T-021');
    await page.keyboard.press('Escape');
    expect(await page.locator('#tasks tbody tr:visible').count()).toBe(45);
    expect(misdeeds).toEqual([]);
  });

  it('the page is dark at night, and on paper has all of the graph and no controls', async ({ project }) => {
    const { page } = await openFile(browser, await write(project, originB, 'plan.html'));
    const background = (): Promise<string> =>
      page.evaluate('getComputedStyle(document.documentElement).backgroundColor');
    const frame = (): Promise<string> =>
      page.evaluate('getComputedStyle(document.querySelector(".t-frame")).fill');
    const day = [await background(), await frame()];
    await page.emulateMedia({ colorScheme: 'dark' });
    const night = [await background(), await frame()];
    await page.emulateMedia({ colorScheme: 'dark', media: 'print' });
    expect([await background(), await frame()]).toEqual(day);
    expect(night[0]).not.toBe(day[0]);
    expect(night[1]).not.toBe(day[1]);
    expect(await page.locator('#search').isVisible()).toBe(false);
    const fits =
      'document.querySelector("#graph").scrollWidth <= document.querySelector("#graph").clientWidth + 1';
    expect(await page.evaluate(fits)).toBe(true);
  });

  it('text of a plan does nothing in page and picture', async ({ project }) => {
    const bad = [
      '</script><script>alert(1)</script>',
      '<img src="https://evil.example/x.png" onerror="alert(2)">',
      `]]><svg onload="alert(3)">`,
      `"><a href='javascript:alert(4)' autofocus onfocus=alert(5)>`,
      '\u202e<style>@import "https://evil.example/x.css";</style>&lt;',
    ];
    const tasks = bad.map((text, index) => ({
      id: `${index} ${text}`,
      title: text,
      dependsOn: index === 0 ? [] : [`${index - 1} ${bad[index - 1]}`],
    }));
    const plan = await project.plan(tasks);
    const { page, misdeeds } = await openFile(browser, await write(project, plan, 'plan.html'));
    for (const key of [
      '/',
      ...'img',
      'Enter',
      'Escape',
      'Tab',
      'Tab',
      'Tab',
      'Tab',
      'ArrowRight',
      'ArrowRight',
    ])
      await page.keyboard.press(key);
    expect(await page.locator('#details h2').textContent()).toContain(bad[2]);
    expect(
      await page.evaluate('[document.scripts.length, document.images.length, document.links.length]'),
    ).toEqual([2, 0, 0]);
    const picture = await openFile(browser, await write(project, plan, 'plan.svg'));
    expect(await picture.page.evaluate('document.documentElement.nodeName')).toBe('svg');
    expect(
      await picture.page.evaluate('document.querySelectorAll("parsererror, script, a, image").length'),
    ).toBe(0);
    expect(await picture.page.locator('g[data-task]').count()).toBe(bad.length);
    expect([...misdeeds, ...picture.misdeeds]).toEqual([]);
  });
});
