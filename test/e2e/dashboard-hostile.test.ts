/** What agents print and plans are called on a real terminal: it changes nothing outside its own field. */
import { rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect } from 'vitest';
import { cellWidth } from '../../src/view/cell-width.ts';
import { calmed, canShow, withTerminal } from '../rig/dashboard-screen.ts';
import { it } from '../rig/e2e-test.ts';
import { steered } from '../rig/project.ts';

const hostile: readonly string[] = [
  '\u001b[2J\u001b[H\u001b[3Jcleared',
  '\u001b]0;owned\u0007\u001b]2;owned\u001b\\title',
  '\u001b[?1049l\u001b[?25h\u001bc\u001b[!preset',
  '\u001b]8;;http://example.com\u0007link\u001b]8;;\u0007\u001b]52;c;aGk=\u0007clipboard',
  '\u001b[41m\u001b[5m\u001b#8\u001b(0colours\u009b31m\u0090q#0\u009c',
  '\u202eright to left\u202c \u2066isolated \u05d0\u05d1\u05d2 \u0627\u0644',
  'x'.repeat(1_000_000),
  '👨‍👩‍👧‍👦🏳️‍🌈👍🏽🇩🇪'.repeat(20),
  `z${'\u0301\u0302\u0303'.repeat(170)}`,
  '日本語한국어ｆｕｌｌ'.repeat(20),
  'back\b\b\b\b\bspace \u007f\u0000nul \u000b\u000c\u0084\u0085 end',
];

/** Says what the test has written for it, one file after the other, then waits as all do. */
const talks = `if [ "$TUTTI_TASK" = A ]; then for at in $(seq 0 ${hostile.length}); do
until [ -e "$HOME/../steer/say-$at" ]; do sleep 0.05; done; cat "$HOME/../steer/say-$at"; done; fi; ${steered}`;

describe.skipIf(!canShow)('the screen', { timeout: 120_000 }, () => {
  it('stands as it is but for the field of an agent, whatever that prints', async ({ project }) => {
    // Whole from the beginning: it is read as soon as it is there.
    const say = async (at: number, text: string): Promise<void> => {
      const file = join(project.root, 'steer', `say-${at}`);
      await writeFile(`${file}.part`, text);
      await rename(`${file}.part`, file);
    };
    await withTerminal(
      project,
      async ({ terminal, run }) => {
        await terminal.enter(`${run} --yes; echo code $?`);
        await say(0, 'calm\n');
        await terminal.sees(/^ +0 A .* calm$/m);
        await terminal.sees(/^about /m);
        const { scrolled, title } = await terminal.modes();
        /** Without the field: what is right of the elapsed time of A. */
        const around = (rows: readonly string[]): string[] =>
          calmed(rows).map((row) => (/^ +0 A /.test(row) ? row.replace(/(<t>|\d[ms]) .*$/, '$1') : row));
        const calm = around(await terminal.rowsWhen(() => true));
        for (const [at, text] of hostile.entries()) {
          await say(at + 1, `#${at} ${text}\n`);
          const shown = new RegExp(`^ +0 A .* #${at}( |…)`);
          const rows = await terminal.rowsWhen((seen) => seen.some((row) => shown.test(row)));
          expect(around(rows)).toEqual(calm);
          for (const row of rows) expect(cellWidth(row)).toBeLessThanOrEqual(80);
          expect(await terminal.modes()).toEqual({ alternateScreen: true, cursor: false, scrolled, title });
        }
        // Its log, too, has a screen of its own.
        await terminal.type('j\rl');
        await terminal.sees(/^ A {2}story {2}\[log\]/m);
        await terminal.sees(/ end$/m);
        const log = await terminal.rowsWhen((seen) => /^Esc back .*\? help$/.test(seen.at(-1) ?? ''));
        expect(calmed(log).slice(0, 3)).toEqual(calm.slice(0, 3));
        for (const row of log) expect(cellWidth(row)).toBeLessThanOrEqual(80);
        expect(await terminal.modes()).toEqual({ alternateScreen: true, cursor: false, scrolled, title });
        await project.letGo('A', 'B', 'C');
        await terminal.sees(/^code 0/m);
        expect((await terminal.modes()).title).toBe(title);
      },
      { agent: talks },
    );
  });

  it('has a row and a place for each task, whatever it is called', async ({ project }) => {
    const [clear = '', named = '', , , , bidi = '', , emoji = '', marks = '', wide = ''] = hostile;
    const called = [bidi, `${clear}id`, wide, emoji.slice(0, 60), marks];
    const tasks = [
      ...called.map((id) => ({ id, title: 'Harmless', module: named })),
      ...called.map((title, at) => ({ id: `T-${at}`, title, module: title.slice(0, 40) })),
      { id: 'long', title: 'x'.repeat(3_000), module: 'y'.repeat(300), dependsOn: called },
    ];
    await withTerminal(
      project,
      async ({ terminal, run }) => {
        const { title } = await terminal.modes();
        await terminal.enter(`${run} --yes; echo code $?`);
        await terminal.sees(/^ WORKING 3\/3/m);
        const { scrolled } = await terminal.modes();
        const whole = (columns: number) => (seen: readonly string[]) =>
          cellWidth(seen[0] ?? '') === columns && cellWidth(seen.at(-1) ?? '') === columns;
        for (const [columns, rows] of [
          [80, 40],
          [140, 40],
        ] as const) {
          await terminal.resize(columns, rows);
          const seen = await terminal.rowsWhen(whole(columns));
          expect(seen.filter((row) => / Harmless/.test(row))).toHaveLength(5);
          for (const row of seen) expect(cellWidth(row)).toBeLessThanOrEqual(columns);
          // Columns stand below each other.
          const places = seen
            .filter((row) => / Harmless/.test(row))
            .map((row) => cellWidth(row.split('Harmless')[0]!));
          expect(new Set(places).size).toBe(2);
        }
        await terminal.type('gtg');
        await terminal.sees(/^ GRAPH/m);
        for (const row of await terminal.rowsWhen((seen) => seen.some((line) => /^ wave 1/.test(line))))
          expect(cellWidth(row)).toBeLessThanOrEqual(140);
        expect(await terminal.modes()).toEqual({ alternateScreen: true, cursor: false, scrolled, title });
        await terminal.press('Escape');
        await terminal.sees(/^ WORKING/m);
        await terminal.press('C-c', 'C-c');
        await terminal.sees(/^code 4/m);
      },
      { tasks, slots: 3 },
    );
  });
});
