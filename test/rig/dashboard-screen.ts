/** A run with its dashboard on a real terminal, for tests: steered agents, so that nothing moves that the test does not move. */
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { binFile, nodeFile } from './cli-process.ts';
import { type PlannedTask, type Project, steered } from './project.ts';
import { hasTmux, openTerminal, type TerminalSession } from './terminal-session.ts';

export const canShow = await hasTmux();
if (!canShow && process.env.CI)
  throw new Error('tmux is missing: install it, the dashboard has to be tested');
if (!canShow) console.warn('tmux is missing: the dashboard is NOT tested');

export const tutti = `${nodeFile} ${binFile}`;

export interface Screen {
  readonly terminal: TerminalSession;
  /** The command that starts the run. */
  readonly run: string;
  /** Another terminal in the same repository; closed with the first. */
  another(): Promise<TerminalSession>;
}

export interface ScreenOptions {
  readonly tasks?: readonly PlannedTask[];
  readonly slots?: number;
  /** For `sh`; steered when it is left out. */
  readonly agent?: string;
  readonly columns?: number;
  readonly rows?: number;
}

const few: readonly PlannedTask[] = [{ id: 'A' }, { id: 'B' }, { id: 'C', dependsOn: ['A'] }];

/** A project with a plan, and a terminal in it that is closed at the end. */
export async function withTerminal(
  project: Project,
  use: (screen: Screen) => Promise<void>,
  { tasks = few, slots = 2, agent = steered, columns = 80, rows = 24 }: ScreenOptions = {},
): Promise<void> {
  await project.commit({ 'README.md': 'A project.\n' });
  const agents = { command: { driver: 'command', command: agent } };
  await project.configure({ gate: ['true'], slots, retries: 0, agents });
  const plan = await project.plan(tasks);
  const opened: TerminalSession[] = [];
  const open = async (): Promise<TerminalSession> => {
    const folder = join(project.root, `terminal-${opened.length}`);
    await mkdir(folder);
    const terminal = await openTerminal({ cwd: project.path, env: project.env, folder, columns, rows });
    opened.push(terminal);
    return terminal;
  };
  try {
    await use({ terminal: await open(), run: `${tutti} run ${plan} --agent command`, another: open });
  } finally {
    for (const terminal of opened) await terminal.close();
  }
}

/** Rows of a screen with what differs between any two runs replaced: names, times, processes, what is expected. */
export const calmed = (rows: readonly string[]): string[] =>
  rows.map((row) =>
    row
      .replace(/\d{8}-\d{4}-[a-z0-9]{5}/, '<run>')
      .replace(/ +([A-Z]+) · \S+ · slots/, ' $1 · <t> · slots')
      .replace(/^(?:no ETA yet|about .*?) · (\d+ commits).*/, '<ahead> · $1')
      .replace(/ +(?:[\d.]+s|\d+m\d\ds|\d+h\d\dm)(?= |$)/, ' <t>')
      .replace(/\d\d:\d\d:\d\d/, '<time>')
      .replace(/engine \d\S* started.*/, 'engine started')
      .replace(/on the base [0-9a-f…]{2,}/, 'on the base')
      .trimEnd(),
  );
