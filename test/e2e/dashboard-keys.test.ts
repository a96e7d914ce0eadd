/** Every key of the dashboard on a real terminal, and what the run makes of it. */
import { describe, expect } from 'vitest';
import { canShow, withTerminal } from '../rig/dashboard-screen.ts';
import { it } from '../rig/e2e-test.ts';
import { type PlannedTask, steered } from '../rig/project.ts';
import type { TerminalSession } from '../rig/terminal-session.ts';

const tasks: readonly PlannedTask[] = [
  { id: 'A', module: 'api' },
  { id: 'B', module: 'web' },
  { id: 'C', module: 'web' },
  { id: 'D', module: 'web' },
  { id: 'E', dependsOn: ['A'] },
  { id: 'F', dependsOn: ['B'] },
  { id: 'G', dependsOn: ['D'] },
];

/** The task whose row is selected. */
const selects = (terminal: TerminalSession, id: string): Promise<string> =>
  terminal.sees(new RegExp(`^›[^A-Z]+${id} `, 'm'));

/** Presses a key and waits for what it leads to. */
async function key(terminal: TerminalSession, name: string, pattern: RegExp): Promise<string> {
  await (name.length > 1 && /^[A-Z]/.test(name) ? terminal.press(name) : terminal.type(name));
  return terminal.sees(pattern);
}

/** A command on the dashboard's line. */
async function command(terminal: TerminalSession, text: string, pattern: RegExp): Promise<void> {
  await terminal.type(':');
  await terminal.sees(/^:▏/m);
  await terminal.enter(text);
  await terminal.sees(pattern);
}

// Dozens of screens a test: seconds on a quiet machine.
describe.skipIf(!canShow)('the keys of the dashboard', { timeout: 120_000 }, () => {
  it('select, open, filter, and show pages', async ({ project }) => {
    await withTerminal(
      project,
      async ({ terminal, run }) => {
        await terminal.enter(`${run} --yes; echo code $?`);
        await terminal.sees(/^ WORKING 2\/2/m);
        for (const [press, id] of [
          ['j', 'A'],
          ['Down', 'B'],
          ['k', 'A'],
          ['Up', 'A'],
          ['End', 'G'],
          ['Home', 'A'],
          ['NPage', 'G'],
          ['PPage', 'A'],
          ['jjjkjjk', 'C'],
          ['kkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkk', 'A'],
        ] as const) {
          await (press.length > 1 && /^[A-Z]/.test(press) ? terminal.press(press) : terminal.type(press));
          await selects(terminal, id);
        }
        // Quick fingers: all in one piece.
        await key(terminal, 'jj\r', /^ D {2}\[story\]/m);
        await terminal.sees(/All 2 slots are taken/);
        await key(terminal, 'l', /Nobody has worked on it yet/);
        await key(terminal, 'd', /Nothing is committed on its branch yet/);
        await key(terminal, 'Tab', /\[story\]/);
        await key(terminal, 'Right', /\[log\]/);
        await key(terminal, 's', /\[story\]/);
        // Escape and the next key, too.
        await key(terminal, '\u001bg', /^ › ○ D +Task D/m);
        await key(terminal, 't', /^ TIMELINE/m);
        await key(terminal, 't', /^ WORKING/m);
        await selects(terminal, 'D');
        await key(terminal, '?', /^ HELP/m);
        await key(terminal, 'q', /^ WORKING/m);
        expect(await key(terminal, '/API', /^\/API▏/m)).not.toMatch(/^ +1 B /m);
        await key(terminal, 'Enter', /^filter: API \(Esc clears it\)/m);
        await key(terminal, 'Escape', /^ +1 B /m);
        await key(terminal, '/zzz', /No task matches "zzz"/);
        await key(terminal, 'Escape', /^ +1 B /m);
        await key(terminal, 'Enter', /Select a task first/);
        await key(terminal, 'q', /d finish 2 attempts, then pause · s stop now$/m);
        await key(terminal, 'Escape', /Ctrl\+C: finish/);
        await key(terminal, 'C-z', /Stopped|suspended/i);
        expect(await terminal.modes()).toMatchObject({ alternateScreen: false, cursor: true });
        await terminal.enter('stty -a | grep -c " echo "');
        await terminal.sees(/^1$/m);
        await terminal.enter('fg');
        await terminal.sees(/^ WORKING 2\/2/m);
        await key(terminal, 'j', /^›.*A +Task A/m);
        await project.letGo(...tasks.map(({ id }) => id));
        await terminal.sees(/all done in/);
      },
      { tasks },
    );
  });

  it('pause, resume, cancel, change slots and take commands', async ({ project }) => {
    await withTerminal(
      project,
      async ({ terminal, run }) => {
        await terminal.enter(`${run} --yes; echo code $?`);
        await terminal.sees(/^ WORKING 2\/2/m);
        const taskOf = async (id: string): Promise<unknown> =>
          (await project.json('status')).tasks.find((task) => task.id === id);
        await terminal.type('jjj');
        await selects(terminal, 'D');
        await key(terminal, 'p', /Pause: t only D · a the whole run/);
        await key(terminal, 'z', /Ctrl\+C: finish/);
        await key(terminal, 'pt', /^›○ D .*paused; r takes it up again/m);
        expect(await taskOf('D')).toMatchObject({ status: 'ready', paused: true });
        await key(terminal, 'r', /^›○ D .*next free slot/m);
        expect(await taskOf('D')).toMatchObject({ paused: false });
        await key(terminal, 'c', /^Cancel D\? .*\(y\/s\/n\)/m);
        await key(terminal, 'n', /Ctrl\+C: finish/);
        await key(terminal, 'cs', /^›× D .*cancelled/m);
        await terminal.sees(/^ ○ G /m);
        await key(terminal, 'k', /^›◦ F /m);
        await key(terminal, 'cy', /^›× F .*cancelled/m);
        expect((await project.json('status')).counts).toMatchObject({ cancelled: 2, blocked: 0 });
        await key(terminal, 'r', /^›◦ F /m);
        // Each of several presses counts.
        await key(terminal, '+++', /slots \d\/5$/m);
        await key(terminal, '----', /slots \d\/1$/m);
        await key(terminal, '-', /There is one slot only/);
        expect((await project.json('status')).slots.limit).toBe(1);
        await terminal.type('qd');
        await terminal.sees(/^code 4/m);
        await project.letGo(...tasks.map(({ id }) => id));
        expect((await project.run(['status', '--follow'])).code).toBe(4);
      },
      { tasks },
    );
  });

  it('answer the advice to pause what starves others', async ({ project }) => {
    const long = ['A', 'B'].map((id) => ({ id, estimate: { duration: '3h' }, priority: 'high' }));
    const short = Array.from({ length: 11 }, (_, n) => ({ id: `S${n}`, estimate: { duration: '5m' } }));
    await withTerminal(
      project,
      async ({ terminal, run }) => {
        await terminal.enter(`${run} --yes; echo code $?`);
        await terminal.sees(/^Pause A, so that short tasks get through\? It goes on later\. \(y\/n\)/m);
        await key(terminal, 'y', /^ +0 S0 /m);
        const { tasks: told } = await project.json<{
          tasks: readonly { id: string; paused: boolean }[];
        }>('status');
        expect(told.filter(({ paused }) => paused).map(({ id }) => id)).toEqual(['A']);
        await terminal.type('qs');
        await terminal.sees(/^code 4/m);
        expect((await project.run(['status', '--follow'])).code).toBe(4);
      },
      { tasks: [...long, ...short] },
    );
  });

  it('take lines, pastes and commands, and drain and go on', async ({ project }) => {
    await withTerminal(
      project,
      async ({ terminal, run }) => {
        await terminal.enter(`${run} --yes; echo code $?`);
        await terminal.sees(/^ WORKING 2\/2/m);
        await command(terminal, 'status', /^ : status/m);
        await key(terminal, 'Escape', /^ WORKING/m);
        await command(terminal, 'why E', /It waits for A \(running\)|needs A/);
        await key(terminal, 'Escape', /^ WORKING/m);
        await command(terminal, 'pause E', /^ [·◦] E .*paused/m);
        await terminal.type('pa');
        await terminal.sees(/DRAINING/);
        await command(terminal, 'resume', /RUNNING/);
        await terminal.type('pa');
        await terminal.sees(/DRAINING/);
        await key(terminal, 'Home', /^›.*A +Task A/m);
        await key(terminal, 'r', /RUNNING/);
        await command(terminal, 'nonsense', /There is no command nonsense here/);
        await key(terminal, ':', /^:▏/m);
        await key(terminal, 'Up', /^:nonsense▏/m);
        await key(terminal, 'Up', /^:resume▏/m);
        await key(terminal, 'Down', /^:nonsense▏/m);
        await key(terminal, 'C-u', /^:▏/m);
        await terminal.paste(`why A\n${'x'.repeat(3_000)}`);
        await terminal.sees(/^:x{70,}▏/m);
        await key(terminal, 'Escape', /Ctrl\+C: finish/);
        // What is pasted on the list is no list of keys.
        await terminal.paste('cy\rqs\rpa');
        await terminal.sees(/can be pasted after/);
        expect(await project.json('status')).toMatchObject({ state: 'running', counts: { cancelled: 0 } });
        await terminal.type('qd');
        await terminal.sees(/^code 4/m);
        // Nothing of what the screen had asked of the terminal is left.
        await terminal.paste('echo as-it-was');
        await terminal.press('Enter');
        await terminal.sees(/^as-it-was$/m);
        await project.letGo('A', 'B');
        expect((await project.run(['status', '--follow'])).code).toBe(4);
      },
      { tasks },
    );
  });

  it('retry a task that needs somebody', async ({ project }) => {
    const agent = `[ "$TUTTI_TASK" = A ] && [ ! -e "$HOME/../steer/again" ] && exit 1; ${steered}`;
    await withTerminal(
      project,
      async ({ terminal, run }) => {
        await terminal.enter(`${run} --yes; echo code $?`);
        await terminal.sees(/^ NEEDS YOU 1 /m);
        await key(terminal, 'j', /^›! A .*needs attention/m);
        await project.letGo('again');
        await key(terminal, 'r', /^› \d A +Task A/m);
        await project.letGo('A', 'B', 'C');
        await terminal.sees(/^code 0/m);
      },
      { agent },
    );
  });
});
