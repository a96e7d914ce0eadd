/** `tutti doctor`: whether this machine is fit, one line for each thing that was looked at. Works outside any repository. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import {
  ensurePrivateFolder,
  examineRepository,
  findLocalFiles,
  openAgents,
  stateRoot,
} from '../../compose.ts';
import type { Config } from '../../config/schema.ts';
import { loadConfig, projectFileName } from '../../config/sources.ts';
import { ProblemError, problem } from '../../core/problem.ts';
import { plainText } from '../../view/plain-text.ts';
import { type AgentSearch, agentsToAsk, checkAgents, type Examined } from '../doctor/agents.ts';
import { type Check, fromProblem, note, ok } from '../doctor/check.ts';
import { checkEnvironment } from '../doctor/environment.ts';
import { checkMachine } from '../doctor/machine.ts';
import { checkRepository } from '../doctor/repository.ts';
import { checkSandbox } from '../doctor/sandbox.ts';
import { examineAgents } from '../examine-agents.ts';
import { exitCode } from '../exit-code.ts';
import type { Action } from '../program.ts';
import type { Terminal } from '../terminal.ts';
import { counted, reportWidth, wrapWords } from '../wrapped-text.ts';

export const command: Action<{ readonly json?: boolean }> = async (terminal, _args, { json = false }) => {
  const checks = await lookAtAll(terminal);
  const count = checks.filter(({ verdict }) => verdict === 'problem').length;
  if (json) {
    const document = { schemaVersion: 1, kind: 'doctor', fit: count === 0, checks };
    terminal.print(JSON.stringify(document, null, 2));
  } else {
    for (const check of checks) terminal.print(checkText(check, terminal));
    const { good, bad } = terminal.palette;
    terminal.print(
      `\n${count === 0 ? good('This machine is fit.') : bad(`${counted(count, 'problem')} to mend.`)}`,
    );
  }
  return count === 0 ? exitCode.allDone : exitCode.checkFailed;
};

async function lookAtAll({ cwd, env }: Terminal): Promise<readonly Check[]> {
  const { repository, problems } = await examineRepository(cwd).catch(asProblems);
  const root = repository?.topLevel;
  const loaded = loadConfig({ root, cwd, env, flags: {} });
  const { agent, agents = {}, env: names = [], sandbox = false, stateDir, worktrees } = loaded.config ?? {};
  const search = { path: env.PATH, cwd };
  const [machine, examined] = await Promise.all([
    checkMachine(cwd, stateRoot({ env, stateDir })),
    examineAll({ agent, agents, env: names }, search, { env, stateFolder: stateRoot({ env, stateDir }) }),
  ]);
  const files = repository && loaded.config && (await findLocalFiles(repository, loaded.config));
  return [
    ...machine,
    ...checkConfig(
      loaded.problems.map((problem) => fromProblem('configuration', problem)),
      root,
    ),
    ...(files?.problems ?? []).map((problem) => fromProblem('files', problem)),
    ...checkAgents({ agent, agents }, search, examined),
    ...(await checkSandbox({ agents, sandbox }, env)),
    checkEnvironment({ agent, agents, env: names }, env),
    ...(await checkRepository({ repository, problems, env, stateDir, worktrees })),
  ];
}

/**
 * Where agents are asked: in no repository, which may have plugins for them, and in the same folder each time, because
 * some of them keep a list of those they have seen. Undefined when it cannot be made, which is told elsewhere.
 */
function askingPlace(stateFolder: string): string | undefined {
  try {
    ensurePrivateFolder(stateFolder);
    const place = join(stateFolder, 'asked-agents');
    ensurePrivateFolder(place);
    return place;
  } catch {
    return undefined;
  }
}

/** Long enough for an agent that works; nobody waits for one that hangs. */
const EXAMINATION_MS = 5_000;

/** What the agents say that are there. Ctrl+C ends what was started for it. */
async function examineAll(
  config: Pick<Config, 'agent' | 'agents' | 'env'>,
  search: AgentSearch,
  { env, stateFolder }: Pick<Terminal, 'env'> & { readonly stateFolder: string },
): Promise<Examined> {
  const names = agentsToAsk(config, search);
  if (names.length === 0) return new Map();
  const agents = openAgents(config);
  const stop = new AbortController();
  const interrupt = (): void => stop.abort();
  process.on('SIGINT', interrupt).on('SIGTERM', interrupt);
  try {
    const { lookup } = agents;
    const how = { lookup, env, cwd: askingPlace(stateFolder), timeoutMs: EXAMINATION_MS };
    const examined = await examineAgents(names, how, stop.signal);
    if (!stop.signal.aborted) return examined;
    throw new ProblemError([problem('usage', 'interrupted', 'Run `tutti doctor` again when you like.')]);
  } finally {
    process.off('SIGINT', interrupt).off('SIGTERM', interrupt);
    agents.close();
  }
}

/** A git that does not even start has a line of its own. */
function asProblems(error: unknown): Awaited<ReturnType<typeof examineRepository>> {
  return { problems: error instanceof ProblemError ? error.problems : [] };
}

function checkConfig(problems: readonly Check[], root: string | undefined): readonly Check[] {
  if (problems.length > 0 || root === undefined) return problems;
  return existsSync(join(root, projectFileName))
    ? [ok('configuration', projectFileName)]
    : [note('configuration', `no ${projectFileName} here`, '`tutti init` writes one.')];
}

const LABEL = 9;
const NAME = 15;

function checkText({ name, verdict, message, fix }: Check, terminal: Terminal): string {
  const { good, busy, bad, dim } = terminal.palette;
  const paint = { ok: good, note: busy, problem: bad }[verdict];
  const width = reportWidth(terminal.columns());
  const indent = LABEL + NAME;
  const head = `${paint(verdict.padEnd(LABEL))}${plainText(name).padEnd(NAME - 1)} `;
  const told = verdict === 'problem' ? `fix: ${fix}` : (fix ?? '');
  const advice = fix === null ? '' : `\n${' '.repeat(indent)}${dim(wrapWords(told, width, indent))}`;
  return `${head}${wrapWords(message, width, indent)}${advice}`;
}
