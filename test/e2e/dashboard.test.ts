/** The dashboard on a real terminal: what it shows, what its keys do, how it is left, and that it never hurts its run. */
import { describe, expect } from 'vitest';
import { canShow, tutti, withTerminal } from '../rig/dashboard-screen.ts';
import { it } from '../rig/e2e-test.ts';
import { processesUnder } from '../rig/leftovers.ts';

describe.skipIf(!canShow)('on a terminal, `run`', () => {
  it('asks, shows the dashboard while it works, and ends with the summary', async ({ project }) => {
    await withTerminal(project, async ({ terminal, run }) => {
      await terminal.enter(`${run}; echo code $?`);
      await terminal.sees(/Start\? \[y\/N\]/);
      await terminal.type('y');
      await terminal.press('Enter');
      const frame = await terminal.sees(/WORKING 2\/2/);
      expect(frame).toMatch(/Ctrl\+C: finish what runs, then pause/);
      expect(await terminal.sees(/^ +0 A +Task A/m)).toMatch(/wave 0 .* 0\/2 done, 2 active/);
      await terminal.sees(/ready soon: ← A \(running\)/);
      await terminal.resize(50, 15);
      await terminal.sees(/^wave 0 .*2 active\s*$/m);
      await terminal.resize(130, 40);
      await terminal.sees(/ LATEST ─/);
      await terminal.resize(80, 24);
      await project.letGo('A', 'B', 'C');
      const end = await terminal.sees(/code \d+/);
      expect(end).toMatch(/all done in .*: 3 done \(3 merged\)/);
      expect(end).toMatch(/^code 0$/m);
      // The screen is given back as it was.
      expect(end).not.toMatch(/WORKING/);
    });
  });

  it('drains at the first Ctrl+C, stops at the second, and says each time which comes next', async ({
    project,
  }) => {
    await withTerminal(project, async ({ terminal, run }) => {
      await terminal.enter(`${run} --yes; echo code $?`);
      await terminal.sees(/^ +1 B +Task B/m);
      await terminal.press('C-c');
      expect(await terminal.sees(/Ctrl\+C again: cancel what runs/)).toMatch(/DRAINING/);
      await terminal.press('C-c');
      const end = await terminal.sees(/code \d+/);
      expect(end).toMatch(/is paused/);
      expect(end).toMatch(/^code 4$/m);
    });
    await project.letGo('A', 'B', 'C');
    expect((await project.run(['resume'])).code).toBe(0);
  });

  it('goes on without its screen when it is left, and without it being killed', async ({ project }) => {
    await withTerminal(project, async ({ terminal, run }) => {
      await terminal.enter(`${run} --yes; echo code $?`);
      await terminal.sees(/^ +1 B +Task B/m);
      await terminal.type('q');
      await terminal.sees(/Leave: b it goes on without you/);
      await terminal.type('b');
      const left = await terminal.sees(/code \d+/);
      expect(left).toMatch(/goes on without this screen/);
      expect(left).toMatch(/^code 0$/m);
      await terminal.enter(`clear; ${tutti} watch; echo watched $?`);
      await terminal.sees(/watching; q or Ctrl\+C leaves/);
      const watching = processesUnder(project.root).find(({ command }) => command.endsWith(' watch'));
      process.kill(watching?.pid ?? 0, 'SIGKILL');
      // What was killed could not give the terminal back: Ctrl+J is Enter there.
      await terminal.type("stty sane; printf '\\033[?1049l'; clear; echo still there");
      await terminal.press('C-j');
      await terminal.sees(/^still there/m);
      expect(await project.json('status')).toMatchObject({ state: 'running', counts: { running: 2 } });
      await project.letGo('A', 'B', 'C');
      await terminal.enter(`clear; ${tutti} status --follow; echo followed $?`);
      await terminal.sees(/followed 0/);
    });
    expect(await project.json('status')).toMatchObject({ outcome: 'all-done' });
  });

  it('starts nothing when the answer is no', async ({ project }) => {
    await withTerminal(project, async ({ terminal, run }) => {
      await terminal.enter(`${run}; echo code $?`);
      await terminal.sees(/Start\? \[y\/N\]/);
      await terminal.press('Enter');
      await terminal.sees(/^code 2$/m);
    });
    expect(await project.git('branch', '--list', 'tutti/*')).toBe('');
  });
});
