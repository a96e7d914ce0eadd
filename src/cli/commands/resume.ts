/** `tutti resume`: puts an engine on a run again, or tells the one that works to go on, with a task or with more budget. */
import { type Home, openHome, openRun } from '../../compose.ts';
import type { Request } from '../../core/event.ts';
import { runId, type TaskId, type Timestamp, taskId } from '../../core/plan.ts';
import { isClosed } from '../../core/policy/agent-load.ts';
import { ProblemError, problem } from '../../core/problem.ts';
import { refuse } from '../../core/reduce-request.ts';
import type { RunState } from '../../core/run-state.ts';
import { attendRun } from '../attend-run.ts';
import { attendOnScreen } from '../dashboard/attend-on-screen.ts';
import { currentRun, findRunToResume, loadRun } from '../find-run.ts';
import { detachEngine, LAUNCHED } from '../launch-engine.ts';
import { loadPlan } from '../load-plan.ts';
import type { Action } from '../program.ts';
import { sendToEngine, tellAnswer } from '../send-request.ts';

interface Options {
  readonly slots?: number;
  readonly budget?: string;
  readonly land?: boolean;
  readonly detach?: boolean;
  readonly json?: boolean;
}

export const command: Action<Options> = async (terminal, [given], options) => {
  const { cwd, env } = terminal;
  const home = await openHome({ cwd, env, flags: flagsOf(options), commits: true });
  try {
    const task = given === undefined ? undefined : await taskNamed(home, given);
    const wishes: Request[] = [
      ...(options.slots === undefined ? [] : [{ type: 'slots-requested', slots: options.slots } as const]),
      ...budgetWish(home, options),
      ...(task ? [{ type: 'resume-requested', task } as const] : []),
    ];
    for (const wish of await livingWishes(home, wishes)) {
      const answer = await sendToEngine(home, wish);
      if (answer === undefined) break;
      if (wish === wishes.at(-1) || !answer.accepted || wish.type === 'resume-requested')
        return tellAnswer(answer, terminal, options.json === true);
    }
    const run = findRunToResume(home, task === undefined ? given : undefined);
    const { state } = loadRun(home, run);
    refuseEnded(state);
    const json = options.json === true;
    const isLaunched = env[LAUNCHED] === run;
    if (!json && !isLaunched) for (const line of await resumeText(home, state)) terminal.remark(line);
    if (options.detach === true || (terminal.interactive && !json)) {
      refuseWishes(state, wishes);
      const attend = options.detach === true ? detachEngine : attendOnScreen;
      return await attend(home, terminal, run, [task ?? run, ...wordsOf(options)]);
    }
    const live = await openRun(home, run, async () => {
      const found = loadRun(home, run);
      refuseWishes(found.state, wishes);
      const again: Request[] = leavesAgentAlone(found.state, home.clock.now())
        ? [{ type: 'resume-requested' }]
        : [];
      return { ...found, opening: [...again, ...wishes] };
    });
    const land = options.land === true || live.engine.state.settings.land;
    const attended = { json, detached: isLaunched, land, isNew: false };
    return await attendRun(home, live, terminal, attended);
  } finally {
    home.close();
  }
};

/** The task of the current run that has this id; undefined when a run has it, or nothing. */
async function taskNamed(home: Home, given: string): Promise<TaskId | undefined> {
  if (home.runs.find(runId(given)) !== undefined || home.runs.all().length === 0) return undefined;
  const { state } = loadRun(home, await currentRun(home));
  return state.graph.positions.has(taskId(given)) ? taskId(given) : undefined;
}

/** The options again, for the engine that is another process. */
const wordsOf = ({ slots, budget, land }: Options): string[] => [
  ...(slots === undefined ? [] : ['--slots', String(slots)]),
  ...(budget === undefined ? [] : ['--budget', budget]),
  ...(land === true ? ['--land'] : []),
];

const NO_LIMIT = 'none';

/** `--budget none` lifts a limit; no configuration says that. */
const flagsOf = ({ slots, budget }: Options) => ({ slots, budget: budget === NO_LIMIT ? undefined : budget });

/** A budget that was given, as the configuration understands it. */
function budgetWish({ config }: Home, { budget }: Options): Request[] {
  if (budget === undefined) return [];
  if (budget === NO_LIMIT) return [{ type: 'budget-requested', tokens: null, costUsd: null }];
  const { budgetTokens: tokens, budgetCost: costUsd } = config;
  return /^\s*\$/.test(budget)
    ? [{ type: 'budget-requested', ...(costUsd === undefined ? {} : { costUsd }) }]
    : [{ type: 'budget-requested', ...(tokens === undefined ? {} : { tokens }) }];
}

/** What the engine that works can be told; nothing when none does, or when it could only refuse. */
async function livingWishes(home: Home, wishes: readonly Request[]): Promise<readonly Request[]> {
  const owner = await home.owner();
  // `init` and `clean` hold the lock, too, and are no runs.
  if (owner === undefined || home.runs.find(owner.run) === undefined) return [];
  if (wishes.length > 0) return wishes;
  const { state } = loadRun(home, owner.run);
  return state.record.phase === 'draining' || leavesAgentAlone(state, home.clock.now())
    ? [{ type: 'resume-requested' }]
    : [];
}

/** Whoever resumes has seen to it that the agent may be asked again, or wants to know. */
const leavesAgentAlone = ({ record }: RunState, now: Timestamp): boolean =>
  Object.values(record.agents).some((load) => isClosed(load, now));

/** @throws ProblemError for a wish that the run cannot grant */
function refuseWishes(state: RunState, wishes: readonly Request[]): void {
  const problems = wishes.flatMap((wish) => refuse(state, wish) ?? []);
  if (problems.length > 0) throw new ProblemError(problems);
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
