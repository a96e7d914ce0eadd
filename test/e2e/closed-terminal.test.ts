/** The terminal of a run is closed: what runs finishes, nothing new starts, and the run can be resumed. */
import { describe, expect } from 'vitest';
import { binFile, nodeFile } from '../rig/cli-process.ts';
import { it } from '../rig/e2e-test.ts';
import { steered } from '../rig/project.ts';
import { hasTmux, openTerminal } from '../rig/terminal-session.ts';

const canShow = await hasTmux();
if (!canShow && process.env.CI)
  throw new Error('tmux is missing: install it, a closed terminal has to be tested');
if (!canShow) console.warn('tmux is missing: a closed terminal is NOT tested');

describe.skipIf(!canShow)('a terminal that is closed', () => {
  it('drains its run', async ({ project }) => {
    await project.commit({ 'README.md': 'A project.\n' });
    await project.configure({ gate: ['true'], agents: { command: { driver: 'command', command: steered } } });
    const plan = await project.plan([{ id: 'A' }, { id: 'B', dependsOn: ['A'] }]);
    const { path: cwd, env, root: folder } = project;
    const terminal = await openTerminal({ cwd, env, folder, columns: 80, rows: 24 });
    try {
      await terminal.type(`${nodeFile} ${binFile} run ${plan} --agent command --yes`);
      await terminal.press('Enter');
      await terminal.sees(/^ +0 +A +Task A/m);
    } finally {
      await terminal.close();
    }
    const watching = project.start(['status', '--follow', '--json']);
    await watching.line('"kind":"status"');
    while ((await project.json('status')).state !== 'draining');
    await project.letGo('A', 'B');
    expect((await watching.ended).code).toBe(4);
    expect(await project.json('status')).toMatchObject({ state: 'paused', counts: { done: 1, ready: 1 } });
    while ((await project.json('status')).engine !== null);
    expect((await project.run(['resume'])).code).toBe(0);
  });
});
