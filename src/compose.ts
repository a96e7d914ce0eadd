/** The only file that names concrete adapters: puts a home, a run and its engine together. Decides nothing. */
import { rm } from 'node:fs/promises';
import { type AgentRegistry, createRegistry } from './agents/registry.ts';
import { inheritedEnvironment } from './attempt/environment.ts';
import { createLocalExecutor } from './attempt/local-executor.ts';
import { agentPresets } from './config/agent-presets.ts';
import type { Config } from './config/schema.ts';
import { type FlagValues, loadConfig } from './config/sources.ts';
import { connectControl } from './control/client.ts';
import { startControlServer } from './control/server.ts';
import type { AttemptRecord } from './core/estimates/attempt-record.ts';
import type { EventBody, StepResult } from './core/event.ts';
import { type AttemptId, type Commit, type GateStep, type RunId, runId } from './core/plan.ts';
import { hasErrors, type Problem, ProblemError } from './core/problem.ts';
import type { RunState } from './core/run-state.ts';
import { createEngine, type Engine } from './engine/engine.ts';
import { createGate } from './gates/gate-runner.ts';
import { runSetup } from './gates/setup.ts';
import { deleteLeftovers } from './git/clean.ts';
import { openCommitHistory } from './git/commit-history.ts';
import { type GitQuestions, gitQuestions } from './git/git-questions.ts';
import { findLocalFiles } from './git/local-files.ts';
import { openTarget } from './git/merge.ts';
import { worktreeSetup } from './git/place-files.ts';
import { openRefLedger, ownedRefs } from './git/ref-ledger.ts';
import { examineRepository, openRepository, type Repository, readHead } from './git/repository.ts';
import { markGit } from './git/run-git.ts';
import { openWorktreePool } from './git/worktree-pool.ts';
import { readStatus } from './git/worktree-status.ts';
import { createLocalIntegrator } from './integration/local-integrator.ts';
import type { Clock } from './ports/clock.ts';
import type { ControlClient } from './ports/control.ts';
import type { Journal } from './ports/journal.ts';
import type { Notifier } from './ports/notifier.ts';
import { createLauncher, type Launcher } from './process/launcher.ts';
import { createOrphans } from './process/orphans.ts';
import { createSupervisor, type Supervisor } from './process/supervise.ts';
import { keepAttempts, readAttempts } from './store/attempt-history.ts';
import { type Database, openDatabase } from './store/database.ts';
import { openGatePasses } from './store/gate-passes.ts';
import { openPromptFiles } from './store/prompt-files.ts';
import { acquireLock, type LockOwner, lockOwner, type RepositoryLock } from './store/repository-lock.ts';
import { type RunList, runList } from './store/runs.ts';
import { openJournal } from './store/sqlite-journal.ts';
import { openStateFolder, type StateFolder } from './store/state-folder.ts';
import { createNotifier } from './system/notifier.ts';
import { orderSearch } from './system/order-search.ts';
import { slotVariables } from './system/slot-ports.ts';
import { systemClock } from './system/system-clock.ts';
import { createVerifier } from './verification/verifier.ts';
import { version } from './version.ts';

export interface HomeOptions {
  readonly cwd: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly flags?: FlagValues;
  /** Commits will be made: whatever stands in their way is a problem. */
  readonly commits?: boolean;
}

/** A repository with its configuration and its state: what every command but `analyze` and `demo` begins with. */
export interface Home {
  readonly cwd: string;
  readonly repository: Repository;
  readonly config: Config;
  /** What the configuration asks for in vain. */
  readonly warnings: readonly Problem[];
  readonly folder: StateFolder;
  readonly database: Database;
  readonly agents: AgentRegistry;
  readonly clock: Clock;
  readonly launcher: Launcher;
  readonly supervisor: Supervisor;
  /** Undefined: nobody wants to be told. */
  readonly notifier: Notifier | undefined;
  /** What gates inherit; agents get what they may of it. */
  readonly env: Readonly<Record<string, string>>;
  readonly git: GitQuestions;
  readonly runs: RunList;
  journal(run: RunId): Journal;
  /** What earlier attempts here took, the newest first. */
  history(): readonly AttemptRecord[];
  /** Adds what a run that has come to rest took; `seq` is its last event. */
  keepHistory(run: RunId, seq: number, records: readonly AttemptRecord[]): void;
  /** Who runs in this repository now; undefined when nobody does. */
  owner(): Promise<LockOwner | undefined>;
  /** The engine that owns the repository, when one lives. */
  engine(): Promise<ControlClient | undefined>;
  close(): void;
}

/** @throws ProblemError with everything that stands in the way: repository, commits if there will be any, configuration, agents */
export async function openHome({ cwd, env, flags = {}, commits = false }: HomeOptions): Promise<Home> {
  const { repository, problems } = await (commits ? examineRepository : openRepository)(cwd);
  const loaded = loadConfig({ root: repository?.topLevel, cwd, env, flags });
  const found = [...problems, ...loaded.problems];
  if (repository === undefined || loaded.config === undefined || hasErrors(found))
    throw new ProblemError(found);
  const { config } = loaded;
  const clock = systemClock();
  const launcher = createLauncher();
  const supervisor = createSupervisor({ clock, start: launcher.start });
  const agents = createRegistry(
    { ...agentPresets, ...config.agents },
    supervisor,
    config.env,
    config.sandbox,
  );
  if (hasErrors(agents.problems)) throw new ProblemError(agents.problems);
  const { stateDir, worktrees } = config;
  const folder = openStateFolder({ commonFolder: repository.commonDir, env, stateDir, worktrees });
  const database = openDatabase(folder.journalFile);
  const owner = (): Promise<LockOwner | undefined> => lockOwner(folder.lockFile);
  return {
    cwd,
    repository,
    config,
    warnings: [...loaded.problems, ...agents.problems],
    folder,
    database,
    agents,
    clock,
    launcher,
    supervisor,
    notifier:
      config.notify === 'off'
        ? undefined
        : createNotifier(config.notify, { env: inheritedEnvironment(env), cwd }),
    env: inheritedEnvironment(env),
    git: gitQuestions(repository),
    runs: runList(database, clock),
    journal: (run) => openJournal(database, run),
    history: () => readAttempts(database),
    keepHistory: (run, seq, records) => keepAttempts(database, run, seq, records),
    owner,
    async engine() {
      const holder = await owner();
      return holder === undefined ? undefined : connectControl(holder.socket);
    },
    close() {
      launcher.close();
      clock.stop();
      database.close();
    },
  };
}

export interface LiveRun {
  readonly engine: Engine;
  readonly journal: Journal;
  /** Closes the socket and gives the lock back; the run must have come to rest. */
  close(): Promise<void>;
}

/** A run as its journal has it. */
export interface OpenedRun {
  readonly state: RunState;
  readonly journal: Journal;
  /** Facts to record when its engine starts. */
  readonly opening: readonly EventBody[];
}

/**
 * Takes the repository's lock, lets `open` make or load the run under it, and puts an engine on it.
 * @throws ProblemError `locked` when another engine is at work
 */
export async function openRun(home: Home, run: RunId, open: () => Promise<OpenedRun>): Promise<LiveRun> {
  const { folder, clock } = home;
  const lock = await lockRun(home, run);
  markGit(`${run}/engine/git`);
  openLauncher(home, run);
  try {
    const { state, journal, opening } = await open();
    const ports = await openPorts(home, state);
    const search = orderSearch(home.config.searchMs);
    const engine = createEngine(
      state,
      { journal, clock, orderSearch: search, ...ports },
      { pid: process.pid, version, opening },
    );
    const server = await startControlServer(engine, { run, address: folder.socketFile });
    return {
      engine,
      journal,
      async close() {
        await server.close();
        lock.release();
      },
    };
  } catch (error) {
    lock.release();
    throw error;
  }
}

/** Lets the process that starts programs begin; it takes as long to be ready as reading a plan does. */
export const openLauncher = ({ launcher }: Home, run: RunId): void => launcher.open(`${run}/engine/launcher`);

/** The repository's lock without an engine: for commands that act on the journal. @throws ProblemError `locked` */
export function lockRun(
  { folder, clock }: Pick<Home, 'folder' | 'clock'>,
  run: RunId,
): Promise<RepositoryLock> {
  return acquireLock(folder.lockFile, {
    pid: process.pid,
    run,
    socket: folder.socketFile,
    startedAt: clock.now(),
  });
}

/** The executor and the integrator of this machine, on the run's own branches. */
async function openPorts(home: Home, state: RunState) {
  const { repository, folder, clock, supervisor, env, agents, config, database } = home;
  const { run, settings, branches } = state;
  const ledger = await openRefLedger(repository, ownedRefs(settings.target, branches));
  const logFile = (name: string): string => folder.logFile(run, name as AttemptId);
  const setupOptions = {
    supervisor,
    env,
    commands: config.setup,
    logFile: logFile('setup'),
    mark: `${run}/setup`,
  };
  const { files, problems } = await findLocalFiles(repository, config);
  if (hasErrors(problems)) throw new ProblemError(problems);
  const workspaces = await openWorktreePool({
    repository,
    ledger,
    worktreesDir: folder.worktrees,
    setup: worktreeSetup({
      ...{ checkout: repository.topLevel, files, commands: config.setup },
      run: (path, signal) => runSetup(path, setupOptions, signal),
    }),
  });
  const target = openTarget({ repository, ledger, branch: settings.target });
  const passes = openGatePasses(database, () => clock.now());
  const gate = createGate({ supervisor, clock, passes });
  const verifier = createVerifier({ gate, workspaces, target, env });
  const processes = createOrphans({ clock });
  // One more than there are slots: the merge queue's lane has its own, after theirs.
  const variablesOf = slotVariables(folder.repository, config.maxParallel + 1);
  const attemptFiles = {
    log: logFile,
    writePrompt: openPromptFiles(folder.promptsOf(run)).write,
    ownFolder: folder.agentFolder,
  };
  const history = openCommitHistory(repository);
  const ports = { clock, files: attemptFiles, history, env, workspaces, verifier, processes };
  return {
    executor: createLocalExecutor({ ...ports, slotVariables: variablesOf, agents: agents.lookup }),
    integrator: createLocalIntegrator({
      ...{ target, workspaces, verifier, logFile },
      variables: variablesOf(config.maxParallel),
    }),
  };
}

export { promptFor } from './attempt/prompt.ts';
export { nameBranches } from './git/branch-name.ts';
export { openCommitHistory } from './git/commit-history.ts';

// --- what `init`, `doctor` and `clean` need besides a home --------------------------------------

export { inheritedEnvironment } from './attempt/environment.ts';
export { type Checkout, inspectCheckout } from './git/checkout.ts';
export { type Cleaned, type CleanScope, deleteLeftovers, findLeftovers } from './git/clean.ts';
export { type FoundFiles, findLocalFiles } from './git/local-files.ts';
export {
  examineRepository,
  findTargetProblems,
  type Head,
  isTooOld,
  listBranches,
  openRepository,
  type Repository,
  readHead,
  resolveCommit,
} from './git/repository.ts';
export { runGit } from './git/run-git.ts';
export { tasksIntegrated } from './git/trailers.ts';
export { listWorktrees } from './git/worktree-list.ts';
export { rawLines } from './process/lines.ts';
export { olderLog } from './process/output.ts';
export { readProcessTable } from './process/process-table.ts';
export { openDatabase } from './store/database.ts';
export { peekAttempts, peekRuns, peekTasks } from './store/peek.ts';
export { ensurePrivateFolder } from './store/private-folder.ts';
export { lockOwner } from './store/repository-lock.ts';
export { openStateFolder, type StateFolder, stateRoot } from './store/state-folder.ts';
export { freeBytes } from './system/disk.ts';

/** Where `init` and `check` try commands: beside the pool, so that no run is ever given a worktree in which a set-up failed. */
export const trialFolder = ({ worktrees }: Pick<StateFolder, 'worktrees'>): string => `${worktrees}-trial`;

/** A worktree at HEAD made for trying commands in; gone after `close`. */
export interface Trial {
  readonly path: string;
  readonly logFile: string;
  /** What was brought in from the checkout, and what there is to say about that. */
  readonly files: readonly string[];
  readonly problems: readonly Problem[];
  /** Runs the steps in order, all of them or up to the first that does not pass. */
  run(steps: readonly GateStep[], all: boolean, signal: AbortSignal): Promise<readonly StepResult[]>;
  /** Files that git neither knows nor ignores, or that differ from HEAD by now. */
  leftBehind(): Promise<readonly string[]>;
  close(): Promise<void>;
}

/** Programs that only had to say something have nothing to bring to an end. */
const EXAMINATION_GRACE_MS = 500;

type AgentsConfig = Pick<Config, 'agents'> & Partial<Pick<Config, 'env' | 'sandbox'>>;

/** The agents of a configuration without a run, for those who only ask about them. */
export function openAgents(config: AgentsConfig): AgentRegistry & { close(): void } {
  const clock = systemClock();
  const supervisor = createSupervisor({ clock, graceMs: EXAMINATION_GRACE_MS });
  const agents = { ...agentPresets, ...config.agents };
  return {
    ...createRegistry(agents, supervisor, config.env, config.sandbox),
    close: () => clock.stop(),
  };
}

export interface TrialOptions extends Pick<HomeOptions, 'cwd' | 'env'> {
  /** Who tries: in the lock and in the log's name. */
  readonly name: 'init' | 'check';
  /** What the worktree holds; HEAD by default. */
  readonly at?: Commit;
}

/** @throws ProblemError `locked` while an engine is at work; @throws Fault when no worktree can be made */
export async function openTrial(
  repository: Repository,
  { cwd, env, name, at }: TrialOptions,
): Promise<Trial> {
  const sources = { cwd, env, flags: {} };
  // The file that is about to be replaced may be a broken one.
  const config =
    loadConfig({ ...sources, root: repository.topLevel }).config ??
    loadConfig({ ...sources, root: undefined }).config;
  const { stateDir, worktrees } = config ?? {};
  const folder = openStateFolder({ commonFolder: repository.commonDir, env, stateDir, worktrees });
  const clock = systemClock();
  const lock = await lockRun({ folder, clock }, runId(name));
  const scope = { repository, branches: [], worktreesDir: trialFolder(folder), into: [] };
  const logFile = folder.logFile(runId(name), 'trial' as AttemptId);
  const close = async (): Promise<void> => {
    await deleteLeftovers(scope);
    await rm(scope.worktreesDir, { recursive: true, force: true });
    lock.release();
    clock.stop();
  };
  try {
    // A trial that was killed may have left its own.
    await deleteLeftovers(scope);
    await rm(logFile, { force: true });
    const ledger = await openRefLedger(repository, () => false);
    const { files, problems } = await findLocalFiles(repository, config ?? { copy: [], link: [] });
    const needs = { checkout: repository.topLevel, files, commands: [], run: async () => {} };
    const pool = await openWorktreePool({
      ...{ repository, ledger, worktreesDir: scope.worktreesDir },
      setup: worktreeSetup(needs),
    });
    const commit = at ?? (await readHead(repository))?.commit;
    const workspace = await pool.acquireDetached(commit as Commit);
    const gate = createGate({ supervisor: createSupervisor({ clock }), clock, passes: rememberNothing });
    // As if it were in a slot: a gate that needs a port finds one.
    const place = slotVariables(folder.repository, (config?.maxParallel ?? 1) + 1)(0);
    const request = {
      cwd: workspace.path,
      tree: null,
      env: { ...inheritedEnvironment(env), ...place },
      logFile,
    };
    return {
      path: workspace.path,
      logFile,
      files: files.map(({ path, how }) => `${path} (${how})`),
      problems,
      run: async (steps, all, signal) => (await gate.run({ ...request, steps, all }, signal)).steps,
      async leftBehind() {
        const { changed, untracked } = await readStatus(workspace.path);
        return [...changed, ...untracked];
      },
      async close() {
        await pool.release(workspace);
        await close();
      },
    };
  } catch (error) {
    await close();
    throw error;
  }
}

const rememberNothing = { has: () => false, remember: () => {} };
