/** `tutti run`: a new run of a plan, from the question to the summary. */
import { openHome, openRun } from '../../compose.ts';
import { buildGraph, waves } from '../../core/graph.ts';
import type { Plan } from '../../core/plan.ts';
import { attendRun } from '../attend-run.ts';
import { detachEngine } from '../detach.ts';
import { exitCode } from '../exit-code.ts';
import { loadPlan, refuseBadPlan } from '../load-plan.ts';
import { confirmRun, createDraftedRun, draftRun, draftText } from '../prepare-run.ts';
import type { Action } from '../program.ts';
import { problemText } from '../tell-error.ts';

interface Options {
  readonly format?: string;
  readonly agent?: string;
  readonly command?: string;
  readonly slots?: number;
  /** The commands given, false after `--no-gate`, true by default. */
  readonly gate: readonly string[] | boolean;
  readonly target?: string;
  readonly order?: string;
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
  const { agent, slots, target, order, retries, land, gate } = options;
  const flags = { agent, slots, target, order, retries, land, ...(Array.isArray(gate) ? { gate } : {}) };
  const home = await openHome({ cwd, env, flags });
  try {
    const loaded = await loadPlan(source, { cwd, format: options.format, root: home.repository.topLevel });
    refuseBadPlan(loaded, options.strict === true);
    const wishes = { command: options.command, noGate: gate === false, redo: options.redo === true };
    const draft = await draftRun(home, loaded.plan, wishes);
    const json = options.json === true;
    if (!json) {
      for (const line of draftText(draft, waveSizes(loaded.plan))) terminal.remark(line);
      for (const found of [...home.warnings, ...loaded.problems])
        if (found.severity === 'warning') terminal.remark(problemText(found, terminal));
    }
    const unfinished = home.runs.lastUnfinished();
    if (!json && unfinished?.plan === loaded.plan.name && unfinished.endedAt === null) {
      terminal.remark(
        `  run ${unfinished.id} of this plan is not finished; \`tutti resume\` would go on with it`,
      );
    }
    if (!(await confirmRun(home, draft, terminal, options.yes === true))) return exitCode.usage;
    if (options.detach === true) return await detachEngine(home, terminal);
    const live = await openRun(home, draft.run, async () => createDraftedRun(home, draft));
    const attended = { json, detached: env.TUTTI_DETACHED !== undefined, land: draft.settings.land };
    return await attendRun(home, live, terminal, attended);
  } finally {
    home.close();
  }
};

function waveSizes(plan: Plan): number[] {
  const sizes: number[] = [];
  for (const wave of waves(buildGraph(plan)) ?? []) sizes[wave] = (sizes[wave] ?? 0) + 1;
  return sizes;
}
