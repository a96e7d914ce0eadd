/** `tutti demo`: makes a repository with a plan of 45 tasks and has the real `run` execute it there, with scripted agents. */
import { openHome } from '../../compose.ts';
import { settingOf } from '../../config/environment.ts';
import { ProblemError, problem } from '../../core/problem.ts';
import { PLAN_FOLDER } from '../demo/demo-plan.ts';
import { type DemoRepository, makeDemoRepository } from '../demo/demo-repository.ts';
import { closingText, findTutti, introText } from '../demo/demo-text.ts';
import { findRun, loadRun } from '../find-run.ts';
import type { Action } from '../program.ts';
import type { Terminal } from '../terminal.ts';
import { command as run } from './run.ts';

interface Options {
  readonly keep?: string;
  readonly slots?: number;
  readonly json?: boolean;
}

export const command: Action<Options> = async (terminal, _args, options) => {
  const { keep, json } = options;
  const repository = makeDemoRepository({ keep, cwd: terminal.cwd, speed: readSpeed(terminal.env) });
  const inside: Terminal = { ...terminal, cwd: repository.path, env: environmentFor(repository, terminal) };
  if (json === true) terminal.remark(`the demo's repository is ${repository.path}`);
  else for (const line of introText(terminal.columns(), options.slots)) terminal.remark(line);
  const code = await runInside(repository, inside, options);
  if (json !== true) await tellEnd(repository, inside, terminal);
  return code;
};

async function runInside(
  repository: DemoRepository,
  inside: Terminal,
  { slots, json }: Options,
): Promise<number> {
  const options = { ...(slots ? { slots } : {}), ...(json ? { json } : {}), gate: true, yes: true };
  try {
    return await run(inside, [PLAN_FOLDER], options);
  } catch (error) {
    // Refused before anything ran, for example by a number of slots: nobody would know what the folder is.
    if (error instanceof ProblemError) repository.remove();
    else inside.remark(`the demo's repository is ${repository.path}`);
    throw error;
  }
}

/** Variables by which a user sets up tutti for all repositories. */
const isSetting = (name: string): boolean => name.startsWith('TUTTI_') || settingOf(name) !== undefined;

/** Without the user's own settings: the demo is the same everywhere. With `--keep` state goes where it always goes. */
function environmentFor({ folder, stateDir }: DemoRepository, { env }: Terminal): Terminal['env'] {
  const kept = Object.entries(env).filter(([name]) => !isSetting(name));
  const state = stateDir === undefined ? { TUTTI_STATE_DIR: env.TUTTI_STATE_DIR } : {};
  return { ...Object.fromEntries(kept), ...state, XDG_CONFIG_HOME: `${folder}/no-configuration` };
}

async function tellEnd(repository: DemoRepository, inside: Terminal, terminal: Terminal): Promise<void> {
  const home = await openHome(inside);
  try {
    const { state, journal } = loadRun(home, findRun(home, undefined));
    const end = {
      repository,
      stateElsewhere: repository.stateDir === undefined ? home.folder.path : undefined,
      target: state.settings.target,
      outcome: state.record.outcome ?? undefined,
      events: journal.read(0),
      env: terminal.env,
    };
    const tutti = findTutti(process.argv[1] ?? 'tutti', terminal.env);
    for (const line of closingText(end, tutti)) terminal.print(line);
  } finally {
    home.close();
  }
}

/**
 * TUTTI_DEMO_SPEED divides the agents' durations. For tests and recordings; not for users, whom a demo in fast motion
 * would tell nothing.
 */
function readSpeed(env: Terminal['env']): number {
  const text = env.TUTTI_DEMO_SPEED;
  if (text === undefined) return 1;
  const speed = Number(text);
  if (speed > 0) return speed;
  throw new ProblemError([
    problem('usage', `TUTTI_DEMO_SPEED is ${text}`, 'Give a number above 0, or unset it.'),
  ]);
}
