/** `tutti prompt TASK`: what the agent of its next attempt is told, or of the one that runs. Starts nothing. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Home, openCommitHistory, openHome, promptFor } from '../../compose.ts';
import { type Event, hasSession } from '../../core/event.ts';
import type { RunId } from '../../core/plan.ts';
import { hasErrors, ProblemError, problem } from '../../core/problem.ts';
import { createRun, reduce } from '../../core/reduce.ts';
import { type RunState, taskAt } from '../../core/run-state.ts';
import { nextRequest } from '../../engine/next-request.ts';
import type { AttemptRequest } from '../../ports/executor.ts';
import { plainText } from '../../view/plain-text.ts';
import { exitCode } from '../exit-code.ts';
import { findRun, lastRun, loadRun } from '../find-run.ts';
import { findTask } from '../find-task.ts';
import { loadPlan, refuseBadPlan } from '../load-plan.ts';
import { composeDraft, firstEvents, surveyRepository } from '../prepare-run.ts';
import type { Action } from '../program.ts';
import { promptRemarks } from '../prompt-remarks.ts';
import { readPromptTemplate } from '../prompt-template-file.ts';
import { tellProblems } from '../tell-error.ts';
import type { Terminal } from '../terminal.ts';
import { shellWord } from '../wrapped-text.ts';

interface Options {
  readonly run?: string;
  readonly format?: string;
}

const GOES_ON =
  'Its agent goes on in its earlier session where it can: there it is told only what went wrong, and the note.';

export const command: Action<Options> = async (terminal, [id = '', plan], options) => {
  const home = await openHome({ cwd: terminal.cwd, env: terminal.env, commits: true });
  try {
    const run = plan === undefined ? chosenRun(home, options.run) : undefined;
    const state =
      run === undefined ? await freshRun(home, terminal, id, plan, options.format) : loadRun(home, run).state;
    const position = findTask(state, id);
    const told = run === undefined ? undefined : promptInUse(home, run, state, position);
    for (const remark of promptRemarks(state, position)) terminal.remark(plainText(remark));
    const request = nextRequest(state, position);
    if (request.resume !== undefined) terminal.remark(GOES_ON);
    const text = told ?? (await promptOf(home, request));
    // Exactly what is told, unless a screen would act on it.
    terminal.write(terminal.interactive ? text.split('\n').map(plainText).join('\n') : text);
    return exitCode.allDone;
  } finally {
    home.close();
  }
};

/** A plan that is named counts; else the run that is named, or the last one. */
const chosenRun = (home: Home, id: string | undefined): RunId | undefined =>
  id === undefined ? lastRun(home) : findRun(home, id);

/** What the agent that is at work has been told: its slot's file. */
function promptInUse({ folder }: Home, run: RunId, state: RunState, position: number): string | undefined {
  const { attempt } = taskAt(state, position);
  if (attempt === null || attempt.process === null) return undefined;
  const file = join(folder.promptsOf(run), `slot-${attempt.slot}.md`);
  return existsSync(file) ? readFileSync(file, 'utf8') : undefined;
}

async function promptOf({ repository }: Home, request: AttemptRequest): Promise<string> {
  if (!hasSession(request.kind)) {
    const { id } = request.task;
    const message = `The next attempt on ${id} has no agent: its work is there, and is only verified.`;
    throw new ProblemError([problem('wrong-state', message, `See \`tutti why ${id}\`.`)]);
  }
  return promptFor(request, openCommitHistory(repository));
}

/** A run of a plan at its birth; nothing of it is kept. */
async function freshRun(
  home: Home,
  terminal: Terminal,
  task: string,
  source: string | undefined,
  format: string | undefined,
): Promise<RunState> {
  const choice = { command: `prompt ${shellWord(task)}`, terminal, asks: true, json: false };
  const root = home.repository.topLevel;
  const loaded = await loadPlan(source, { cwd: home.cwd, format, root, choice });
  refuseBadPlan(loaded, false);
  const { template, problems } = readPromptTemplate(home.config.prompt, home.cwd);
  if (hasErrors(problems)) throw new ProblemError(problems);
  tellProblems(problems, terminal);
  const survey = await surveyRepository(home);
  const { head } = survey;
  if (head === null) throw new ProblemError(survey.problems);
  const draft = await composeDraft(
    home,
    loaded.plan,
    { ...survey, head },
    { command: undefined, noGate: false, redo: false, conservative: false, template, warnings: [] },
  );
  const { created, facts } = firstEvents(draft);
  const at = home.clock.now();
  const state = createRun({ ...created, seq: 1, at });
  for (const fact of facts) reduce(state, { ...fact, seq: state.record.seq + 1, at } as Event);
  return state;
}
