/** `run` on a real terminal: the question, the live view, Ctrl+C, the summary. */
import { describe, expect } from 'vitest';
import { binFile, nodeFile } from '../rig/cli-process.ts';
import { it } from '../rig/e2e-test.ts';
import { type Project, steered } from '../rig/project.ts';
import { hasTmux, openTerminal, type TerminalSession } from '../rig/terminal-session.ts';

const canShow = await hasTmux();
if (!canShow && process.env.CI)
  throw new Error('tmux is missing: install it, the live view has to be tested');
if (!canShow) console.warn('tmux is missing: the live view is NOT tested');

const tasks = [{ id: 'A' }, { id: 'B' }, { id: 'C', dependsOn: ['A'] }];

async function withTerminal(
  project: Project,
  use: (terminal: TerminalSession, command: string) => Promise<void>,
): Promise<void> {
  await project.commit({ 'README.md': 'A project.\n' });
  await project.configure({
    gate: ['true'],
    slots: 2,
    agents: { command: { driver: 'command', command: steered } },
  });
  const plan = await project.plan(tasks);
  const { path: cwd, env, root: folder } = project;
  const terminal = await openTerminal({ cwd, env, folder, columns: 80, rows: 24 });
  try {
    await use(terminal, `${nodeFile} ${binFile} run ${plan} --agent command`);
  } finally {
    await terminal.close();
  }
}

describe.skipIf(!canShow)('on a terminal, `run`', () => {
  it('asks, shows waves and slots while it works, and ends with the summary', async ({ project }) => {
    await withTerminal(project, async (terminal, command) => {
      await terminal.type(`${command}; echo code $?`);
      await terminal.press('Enter');
      await terminal.sees(/Start\? \[y\/N\]/);
      await terminal.type('y');
      await terminal.press('Enter');
      const frame = await terminal.sees(/Ctrl\+C: finish what runs/);
      await terminal.sees(/^ +0 +A +Task A/m);
      expect(frame).toMatch(/wave 0 .* 0\/2 done/);
      expect(frame).toMatch(/wave 1 .* 0\/1 done/);
      await terminal.resize(50, 15);
      await terminal.sees(/wave 0/);
      await terminal.resize(80, 24);
      await project.letGo('A', 'B', 'C');
      const end = await terminal.sees(/code \d+/);
      expect(end).toMatch(/all done in .*: 3 done \(3 merged\)/);
      expect(end).toMatch(/tutti land/);
      expect(end).toMatch(/^code 0$/m);
      // The view leaves one last frame, not a trail of them.
      expect(end.match(/^wave 0 /gm)).toHaveLength(1);
    });
  });

  it('asks whether a task that starves others shall pause, and takes one key for an answer', async ({
    project,
  }) => {
    await withTerminal(project, async (terminal, command) => {
      const long = ['A', 'B'].map((id) => ({ id, estimate: { duration: '3h' }, priority: 'high' }));
      const short = Array.from({ length: 11 }, (_, n) => ({ id: `S${n}`, estimate: { duration: '5m' } }));
      await project.plan([...long, ...short]);
      await terminal.type(`${command} --yes; echo code $?`);
      await terminal.press('Enter');
      await terminal.sees(/Pause A, so that 11 short tasks get through\? It goes on later\. \(y\/n\)/);
      await terminal.type('x');
      await terminal.type('y');
      await terminal.sees(/^ +0 +S0 /m);
      // Somebody who reads keys has to leave Ctrl+C what it is.
      await terminal.press('C-c');
      await terminal.sees(/Ctrl\+C again: cancel what runs/);
      await terminal.press('C-c');
      expect(await terminal.sees(/code \d+/)).toMatch(/^code 4$/m);
    });
    const { tasks: told } = await project.json<{ tasks: readonly { id: string; paused: boolean }[] }>(
      'status',
    );
    expect(told.filter(({ paused }) => paused).map(({ id }) => id)).toEqual(['A']);
  });

  it('drains at the first Ctrl+C and says what the second would do', async ({ project }) => {
    await withTerminal(project, async (terminal, command) => {
      await terminal.type(`${command} --yes; echo code $?`);
      await terminal.press('Enter');
      await terminal.sees(/^ +1 +B +Task B/m);
      await terminal.press('C-c');
      await terminal.sees(/Ctrl\+C again: cancel what runs/);
      await terminal.press('C-c');
      const end = await terminal.sees(/code \d+/);
      expect(end).toMatch(/is paused/);
      expect(end).toMatch(/^code 4$/m);
    });
    await project.letGo('A', 'B', 'C');
    expect((await project.run(['resume'])).code).toBe(0);
  });

  it('starts nothing when the answer is no', async ({ project }) => {
    await withTerminal(project, async (terminal, command) => {
      await terminal.type(`${command}; echo code $?`);
      await terminal.press('Enter');
      await terminal.sees(/Start\? \[y\/N\]/);
      await terminal.press('Enter');
      await terminal.sees(/^code 2$/m);
    });
    expect(await project.git('branch', '--list', 'tutti/*')).toBe('');
  });
});
