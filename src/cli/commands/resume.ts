/** `tutti resume`: puts an engine on a run again, or tells the one that is draining to go on. */
import { type Home, openHome, openRun } from '../../compose.ts';
import { attendRun } from '../attend-run.ts';
import { detachEngine } from '../detach.ts';
import { findRunToResume, loadRun } from '../find-run.ts';
import type { Action } from '../program.ts';
import { sendToEngine, tellAnswer } from '../send-request.ts';

interface Options {
  readonly slots?: number;
  readonly land?: boolean;
  readonly detach?: boolean;
  readonly json?: boolean;
}

export const command: Action<Options> = async (terminal, [id], options) => {
  const { cwd, env } = terminal;
  const home = await openHome({ cwd, env, flags: { slots: options.slots } });
  try {
    const answer = (await isDraining(home))
      ? await sendToEngine(home, { type: 'resume-requested' })
      : undefined;
    if (answer !== undefined) return tellAnswer(answer, terminal, options.json === true);
    const run = findRunToResume(home, id);
    if (options.detach === true) return await detachEngine(home, terminal);
    const json = options.json === true;
    if (!json) terminal.remark(`resuming run ${run}`);
    const live = await openRun(home, run, async () => {
      const found = loadRun(home, run);
      const slots = options.slots;
      return { ...found, opening: slots === undefined ? [] : [{ type: 'slots-requested', slots } as const] };
    });
    const land = options.land === true || live.engine.state.settings.land;
    const attended = { json, detached: env.TUTTI_DETACHED !== undefined, land };
    return await attendRun(home, live, terminal, attended);
  } finally {
    home.close();
  }
};

/** Only an engine that drains can be told to go on; beside any other the repository is found locked. */
async function isDraining(home: Home): Promise<boolean> {
  const owner = await home.owner();
  return owner !== undefined && loadRun(home, owner.run).state.record.phase === 'draining';
}
