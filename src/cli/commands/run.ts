/** `tutti run`: a new run of a plan, from the question to the summary. */
import { type Home, lockRun, openHome, openRun } from '../../compose.ts';
import { buildGraph, waves } from '../../core/graph.ts';
import type { Plan } from '../../core/plan.ts';
import { attendRun } from '../attend-run.ts';
import { attendOnScreen } from '../dashboard/attend-on-screen.ts';
import { exitCode } from '../exit-code.ts';
import { expectationText } from '../expectation-text.ts';
import { detachEngine } from '../launch-engine.ts';
import { loadPlan, refuseBadPlan } from '../load-plan.ts';
import {
  confirmRun,
  createDraftedRun,
  draftRun,
  draftText,
  earlierRunText,
  type RunDraft,
  surveyRepository,
} from '../prepare-run.ts';
import type { Action } from '../program.ts';
import { agentFor, withoutRouting, withProfile } from '../run-settings.ts';
import { tellProblems } from '../tell-error.ts';

interface Options {
  readonly format?: string;
  readonly agent?: string;
  readonly command?: string;
  readonly slots?: number;
  /** The commands given, false after `--no-gate`, true by default. */
  readonly gate: readonly string[] | boolean;
  readonly target?: string;
  readonly schedule?: string;
  readonly order?: string;
  readonly conflicts?: string;
  readonly budget?: string;
  readonly conservative?: boolean;
  readonly retries?: string;
  readonly land?: boolean;
  readonly redo?: boolean;
  readonly strict?: boolean;
  readonly detach?: boolean;
  readonly yes?: boolean;
  readonly json?: boolean;
}

export const command: Action<Options> = async (terminal, [source], options) => {
  const { cwd, env } = terminal;
  const { target, order, conflicts, budget, retries, land, gate } = options;
  const agent = options.agent ?? agentFor(options.command);
  const { slots, schedule } = withProfile(options);
  const flags = {
    ...{ agent, slots, target, schedule, order, conflicts, budget, retries, land },
    ...(Array.isArray(gate) ? { gate } : {}),
    ...withoutRouting(agent),
  };
  const home = await openHome({ cwd, env, flags, commits: true });
  try {
    const choice = { command: 'run', terminal, asks: true, json: options.json === true };
    const root = home.repository.topLevel;
    // Git answers while the plan is read; a bad plan is told first.
    const surveyed = surveyRepository(home);
    surveyed.catch(() => {});
    const loaded = await loadPlan(source, { cwd, format: options.format, root, choice });
    refuseBadPlan(loaded, options.strict === true);
    const wishes = {
      command: options.command,
      noGate: gate === false,
      redo: options.redo === true,
      conservative: options.conservative === true,
    };
    const draft = await draftRun(home, loaded.plan, await surveyed, wishes);
    const json = options.json === true;
    if (!json) {
      for (const line of [...draftText(draft, waveSizes(loaded.plan)), ...expectationText(draft)])
        terminal.remark(line);
      const warnings = [...home.warnings, ...draft.warnings, ...loaded.problems].filter(
        ({ severity }) => severity === 'warning',
      );
      tellProblems(warnings, terminal, '`tutti analyze --json` has all');
    }
    if (!json) for (const line of await earlierRunText(home, draft)) terminal.remark(line);
    if (!(await confirmRun(home, draft, terminal, options.yes === true))) return exitCode.usage;
    if (options.detach === true || (terminal.interactive && !json)) {
      await createRunAlone(home, draft);
      const attend = options.detach === true ? detachEngine : attendOnScreen;
      return await attend(home, terminal, draft.run, [draft.run]);
    }
    const live = await openRun(home, draft.run, async () => createDraftedRun(home, draft));
    const attended = { json, detached: false, land: draft.settings.land, isNew: true };
    return await attendRun(home, live, terminal, attended);
  } finally {
    home.close();
  }
};

/** Makes the run for an engine that is another process. */
async function createRunAlone(home: Home, draft: RunDraft): Promise<void> {
  const lock = await lockRun(home, draft.run);
  try {
    createDraftedRun(home, draft);
  } finally {
    lock.release();
  }
  home.launcher.close();
}

function waveSizes(plan: Plan): number[] {
  const sizes: number[] = [];
  for (const wave of waves(buildGraph(plan)) ?? []) sizes[wave] = (sizes[wave] ?? 0) + 1;
  return sizes;
}
