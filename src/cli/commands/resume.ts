/** `tutti resume`: puts an engine on a run again, or tells the one that is draining to go on. */
import { type Home, openHome, openRun } from '../../compose.ts';
import { ProblemError, problem } from '../../core/problem.ts';
import type { RunState } from '../../core/run-state.ts';
import { attendRun } from '../attend-run.ts';
import { DETACHED, detachEngine } from '../detach.ts';
import { findRunToResume, loadRun } from '../find-run.ts';
import { loadPlan } from '../load-plan.ts';
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
    const { state } = loadRun(home, run);
    refuseEnded(state);
    const json = options.json === true;
    if (!json) for (const line of await resumeText(home, state)) terminal.remark(line);
    if (options.detach === true) return await detachEngine(home, terminal, run);
    const live = await openRun(home, run, async () => {
      const found = loadRun(home, run);
      const slots = options.slots;
      return { ...found, opening: slots === undefined ? [] : [{ type: 'slots-requested', slots } as const] };
    });
    const land = options.land === true || live.engine.state.settings.land;
    const attended = { json, detached: env[DETACHED] !== undefined, land, isNew: false };
    return await attendRun(home, live, terminal, attended);
  } finally {
    home.close();
  }
};

/** Only an engine that drains can be told to go on; beside any other the repository is found locked. */
async function isDraining(home: Home): Promise<boolean> {
  const owner = await home.owner();
  // `init` and `clean` hold the lock, too, and are no runs.
  if (owner === undefined || home.runs.find(owner.run) === undefined) return false;
  return loadRun(home, owner.run).state.record.phase === 'draining';
}

/** @throws ProblemError: an engine would find nothing to do */
function refuseEnded({ run, record }: RunState): void {
  if (record.phase !== 'ended') return;
  const fix =
    record.outcome === 'all-done'
      ? 'Take its result with `tutti land`, or start a new run.'
      : 'Send a task back first: `tutti status` shows which, then `tutti retry TASK` or `tutti resolve TASK`.';
  throw new ProblemError([
    problem('wrong-state', `The run ${run} has ended: there is nothing to go on with.`, fix),
  ]);
}

async function resumeText(home: Home, { run, plan, settings }: RunState): Promise<string[]> {
  const lines = [`resuming run ${run}`];
  const source = await loadPlan(plan.source, {
    cwd: settings.cwd,
    format: plan.format,
    root: home.repository.topLevel,
  });
  if (JSON.stringify(source.plan.tasks) !== JSON.stringify(plan.tasks)) {
    lines.push(
      '  the plan has changed since: this run keeps the one it began with; `tutti run` starts a new one',
    );
  }
  return lines;
}
