/** How a dashboard ends, by signals, by hands and by accidents, and what becomes of its run and of the terminal. */
import { describe, expect } from 'vitest';
import { calmed, canShow, type Screen, tutti, withTerminal } from '../rig/dashboard-screen.ts';
import { it } from '../rig/e2e-test.ts';
import { processesUnder } from '../rig/leftovers.ts';
import type { Project } from '../rig/project.ts';
import type { TerminalSession } from '../rig/terminal-session.ts';

async function startRun({ terminal, run }: Screen): Promise<void> {
  await terminal.enter(`clear; ${run} --yes; echo code $?`);
  await terminal.sees(/^ +1 B +Task B/m);
}

/** The process of `tutti run`, which shows the dashboard and is not the engine. */
const dashboardOf = ({ root }: Project): number =>
  processesUnder(root).find(({ command }) => /tutti\.mjs run /.test(command))?.pid ?? 0;

const enginePid = async (project: Project): Promise<number> =>
  (await project.json('status')).engine?.pid ?? 0;

/** The terminal is as it was before the dashboard. */
async function expectGivenBack(terminal: TerminalSession): Promise<void> {
  expect(await terminal.modes()).toMatchObject({ alternateScreen: false, cursor: true });
  await terminal.enter('clear; stty -a | grep -c " echo "; stty -a | grep -c " icanon"');
  await terminal.sees(/^1\s+1$/m);
}

describe.skipIf(!canShow)('a dashboard', { timeout: 120_000 }, () => {
  it('counts Ctrl+C with what others have asked for, and quick ones each', async ({ project }) => {
    await withTerminal(project, async (screen) => {
      const { terminal } = screen;
      await startRun(screen);
      await project.run(['pause']);
      expect(await terminal.sees(/DRAINING/)).toMatch(/Ctrl\+C again: cancel what runs/);
      await terminal.press('C-c');
      expect(await terminal.sees(/^code \d/m)).toMatch(/is paused[\s\S]*^code 4/m);
      await expectGivenBack(terminal);
      await terminal.enter(`clear; ${tutti} resume; echo code $?`);
      await terminal.sees(/WORKING 2\/2/);
      await terminal.press('C-c', 'C-c');
      expect(await terminal.sees(/^code \d/m)).toMatch(/is paused[\s\S]*^code 4/m);
      await terminal.enter(`clear; ${tutti} resume; echo code $?`);
      await terminal.sees(/WORKING 2\/2/);
      await terminal.press('C-c');
      await terminal.sees(/DRAINING/);
      await project.letGo('A', 'B');
      expect(await terminal.sees(/^code \d/m)).toMatch(/is paused[\s\S]*2 done \(2 merged\)[\s\S]*^code 4/m);
    });
  });

  it('drains at SIGTERM and stops at the next', async ({ project }) => {
    await withTerminal(project, async (screen) => {
      await startRun(screen);
      process.kill(dashboardOf(project), 'SIGTERM');
      await screen.terminal.sees(/DRAINING/);
      process.kill(dashboardOf(project), 'SIGTERM');
      expect(await screen.terminal.sees(/^code \d/m)).toMatch(/is paused[\s\S]*^code 4/m);
      await expectGivenBack(screen.terminal);
    });
  });

  it('lets its run drain when its terminal is closed', async ({ project }) => {
    await withTerminal(project, async (screen) => startRun(screen));
    await project.letGo('A', 'B', 'C');
    const end = await project.run(['status', '--follow']);
    expect(end.code).toBe(4);
    expect(await project.json('status')).toMatchObject({ state: 'paused', counts: { done: 2 } });
  });

  it('that is killed ends nothing; an engine that is killed is said, with the way on', async ({
    project,
  }) => {
    await withTerminal(project, async (screen) => {
      const { terminal } = screen;
      await startRun(screen);
      const engine = await enginePid(project);
      process.kill(dashboardOf(project), 'SIGKILL');
      await terminal.type("stty sane; printf '\\033[?1049l\\033[?25h\\033[?2004l'; clear");
      await terminal.press('C-j');
      expect(await project.json('status')).toMatchObject({ engine: { pid: engine }, counts: { running: 2 } });
      await terminal.enter(`clear; ${tutti} watch; echo watched $?`);
      await terminal.sees(/watching; q or Ctrl\+C leaves/);
      process.kill(engine, 'SIGKILL');
      expect(await terminal.sees(/^watched \d/m)).toMatch(
        /its engine is gone, .*`tutti resume` goes on[\s\S]*^watched 4/m,
      );
      await expectGivenBack(terminal);
      await terminal.enter(`clear; ${tutti} watch; echo watched $?`);
      expect(await terminal.sees(/CUT OFF 2\/2/)).toMatch(/WAITING 1[^\n]*\n[^\n]*[^:] ← A/);
      await terminal.type('q');
      await terminal.sees(/^watched 0/m);
      await terminal.enter(`clear; ${tutti} resume; echo code $?`);
      await terminal.sees(/WORKING 2\/2/);
      process.kill(await enginePid(project), 'SIGKILL');
      const end = await terminal.sees(/^code \d/m);
      expect(end).toMatch(/its engine is gone, .*`tutti resume` goes on[\s\S]*engine\.log[\s\S]*^code 4/m);
      // None of its events: they were on the screen.
      expect(end).not.toMatch(/engine .* started/);
      await expectGivenBack(terminal);
    });
    await project.letGo('A', 'B', 'C');
    expect((await project.run(['resume'])).code).toBe(0);
  });

  it('of a run at rest goes live when somebody resumes it, and not for what is only recorded', async ({
    project,
  }) => {
    await withTerminal(project, async (screen) => {
      const { terminal: watcher } = screen;
      await startRun(screen);
      await watcher.press('C-c', 'C-c');
      await watcher.sees(/^code 4/m);
      await watcher.enter(`clear; ${tutti} watch; echo watched $?`);
      await watcher.sees(/PAUSED/);
      expect((await project.run(['cancel', 'C', '--yes'])).code).toBe(0);
      const other = await screen.another();
      await other.enter(`${tutti} resume; echo code $?`);
      expect(await watcher.sees(/WORKING 2\/2/)).toMatch(/watching; q or Ctrl\+C leaves/);
      await project.letGo('A', 'B');
      await other.sees(/^code \d/m);
      expect(await watcher.sees(/^watched \d/m)).toMatch(/2 done \(2 merged\)[\s\S]*^watched 0/m);
      await expectGivenBack(watcher);
    });
  });

  it('is not opened for a run that cannot start: the error is the one of any terminal', async ({
    project,
  }) => {
    await withTerminal(project, async ({ terminal, run, ...rest }) => {
      const refused = async (command: string, code: string): Promise<void> => {
        await terminal.enter(`clear; ${command} --yes; echo code $?`);
        // What the command before it has said may still be there.
        await terminal.sees(new RegExp(`^error \\[${code}\\]: .*\\n +fix: .*(?:\\n.*)*\\ncode 2$`, 'm'));
        expect((await terminal.modes()).alternateScreen).toBe(false);
      };
      await refused(`${run.replace('--agent command', '--agent nobody')}`, 'agent-not-found');
      await project.git('switch', '-q', '-c', 'target');
      await refused(`${run} --target target`, 'target-checked-out');
      await project.git('switch', '-q', 'main');
      await startRun({ terminal, run, ...rest });
      await terminal.type('qb');
      await terminal.sees(/^code 0/m);
      await refused(run, 'locked');
      await project.letGo('A', 'B', 'C');
      expect((await project.run(['status', '--follow'])).code).toBe(0);
    });
  });

  it('shows the same to its owner and to all who watch, and takes what each asks for', async ({
    project,
  }) => {
    await withTerminal(project, async (screen) => {
      const { terminal: owner } = screen;
      await startRun(screen);
      const watchers = [await screen.another(), await screen.another()] as const;
      for (const one of watchers) await one.enter(`${tutti} watch; echo watched $?`);
      const [first, second] = watchers;
      for (const one of watchers) await one.sees(/watching; q or Ctrl\+C leaves/);
      const all = [owner, ...watchers];
      const same = async (pattern: RegExp): Promise<void> => {
        for (const one of all) await one.sees(pattern);
        const shown = await Promise.all(all.map(async (one) => calmed((await one.rows()).slice(0, 21))));
        for (const rows of shown)
          expect(rows.filter((row) => !row.startsWith('<ahead>'))).toEqual(
            shown[0]?.filter((row) => !row.startsWith('<ahead>')),
          );
      };
      await same(/slots 2\/2/);
      await first.type('+');
      await same(/slots 2\/3/);
      await second.type('pa');
      await same(/DRAINING/);
      await owner.type('r');
      await same(/RUNNING/);
      await first.type('q');
      await first.sees(/^watched 0/m);
      all.splice(1, 1);
      await second.type('-');
      await same(/slots 2\/2/);
      await second.press('C-c');
      await second.sees(/^watched 0/m);
      await project.letGo('A', 'B', 'C');
      await owner.sees(/^code 0/m);
    });
  });
});
