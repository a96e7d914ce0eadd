/** The dashboard at the sizes of real terminals, with few tasks and with many: whole screens, compared as text. */
import { describe, expect } from 'vitest';
import { calmed, canShow, withTerminal } from '../rig/dashboard-screen.ts';
import { it } from '../rig/e2e-test.ts';
import type { PlannedTask } from '../rig/project.ts';
import type { TerminalSession } from '../rig/terminal-session.ts';

const SIZES = [
  [80, 24],
  [120, 40],
  [200, 60],
] as const;

const name = (place: number): string => `T-${String(place).padStart(3, '0')}`;

/** Rows of twelve, each task below the one that it needs. */
const planOf = (count: number): PlannedTask[] =>
  Array.from({ length: count }, (_, at) => ({
    id: name(at + 1),
    title: `Piece number ${at + 1} of the shop`,
    module: ['api', 'web', 'core'][at % 3],
    dependsOn: at < 12 ? [] : [name(at - 11)],
  }));

/**
 * The whole screen once it has been painted for this size: its first and its last row go from edge to edge, and the first has
 * its end, which one that was painted for a wider screen and cut off has not.
 */
async function screenAt(
  terminal: TerminalSession,
  columns: number,
  rows: number,
): Promise<readonly string[]> {
  await terminal.resize(columns, rows);
  return terminal.rowsWhen(
    (seen) =>
      seen.length === rows &&
      seen[0]?.length === columns &&
      seen[0].endsWith(' slots 6/6') &&
      seen.at(-1)?.length === columns,
  );
}

describe.skipIf(!canShow)('the dashboard', { timeout: 120_000 }, () => {
  it.for([45, 1000])('stands at every size, with %i tasks', async (count, { project }) => {
    await withTerminal(
      project,
      async ({ terminal, run }) => {
        await terminal.enter(`${run} --yes; echo code $?`);
        await terminal.sees(/WORKING 6\/6/);
        await terminal.sees(/^about .* left, P90/m);
        const { scrolled } = await terminal.modes();
        const compare = async (columns: number, rows: number): Promise<void> => {
          const seen = await screenAt(terminal, columns, rows);
          for (const row of seen) expect(row.length).toBeLessThanOrEqual(columns);
          const file = `../fixtures/screens/${count}-tasks-${columns}x${rows}.txt`;
          await expect(`${calmed(seen).join('\n')}\n`).toMatchFileSnapshot(file);
        };
        for (const [columns, rows] of [...SIZES, ...SIZES.toReversed()]) await compare(columns, rows);
        await terminal.resize(20, 5);
        await terminal.sees(new RegExp(`^0/${count} done; `, 'm'));
        await terminal.resize(40, 10);
        await terminal.sees(/^ WORKING 6\/6 \(\d more\)/m);
        await terminal.resize(2, 2);
        expect(await terminal.modes()).toMatchObject({ alternateScreen: true, scrolled });
        await compare(80, 24);
        await terminal.type('qs');
        await terminal.sees(/^code 4/m);
        expect((await project.run(['status', '--follow'])).code).toBe(4);
      },
      { tasks: planOf(count), slots: 6 },
    );
  });
});
