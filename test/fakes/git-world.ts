/** Workspaces, target and gate in memory: enough of git for the tests of attempt, verification and integration. */
import type { StepResult } from '../../src/core/event.ts';
import { type Commit, commit } from '../../src/core/plan.ts';
import type { CommitHistory, CommittedWork } from '../../src/ports/commit-history.ts';
import type { Gate, GateRequest } from '../../src/ports/gate.ts';
import type { MergeResult, Target } from '../../src/ports/target.ts';
import type { AuditFinding, WorkResult, Workspace, Workspaces } from '../../src/ports/workspaces.ts';

/** Answers of a gate, by step name; asked for each run of a step. */
export type StepAnswer = (request: GateRequest, run: number) => Partial<StepResult>;

export class FakeGate implements Gate {
  /** Every step that ran, in order: `name@cwd`. */
  readonly ran: string[] = [];
  readonly passed = new Set<string>();
  readonly #answers: Readonly<Record<string, StepAnswer>>;

  constructor(answers: Readonly<Record<string, StepAnswer>> = {}) {
    this.#answers = answers;
  }

  run(request: GateRequest, signal: AbortSignal) {
    signal.throwIfAborted();
    const steps: StepResult[] = [];
    for (const { name } of request.steps) {
      this.ran.push(`${name}@${request.cwd}`);
      const count = this.ran.filter((one) => one.startsWith(`${name}@`)).length;
      const answer = this.#answers[name]?.(request, count) ?? {};
      const result: StepResult = {
        name,
        verdict: 'passed',
        exitCode: 0,
        durationMs: 1,
        output: '',
        ...answer,
      };
      steps.push(result);
      if (result.verdict === 'passed') this.passed.add(`${name} ${request.tree}`);
      else if (request.all !== true && request.mayFail?.includes(name) !== true) break;
    }
    return Promise.resolve({ steps, remembered: false });
  }

  recall({ tree, steps }: Pick<GateRequest, 'tree' | 'steps' | 'env'>): readonly string[] {
    return steps.map(({ name }) => name).filter((name) => this.passed.has(`${name} ${tree}`));
  }
}

export class FakeWorkspaces implements Workspaces {
  /** What happened, in order. */
  readonly calls: string[] = [];
  /** What `conclude` finds. */
  work: WorkResult = { head: commit('w1'), tree: 'tree-w1', commits: 1, changed: true, conflictMarkers: [] };
  findings: readonly AuditFinding[] = [];
  /** Called when an audit puts things right. */
  onAudit: () => void = () => {};
  salvaged: Commit | null = commit('w1');

  acquire({ branch, base, mode, merge }: Parameters<Workspaces['acquire']>[0]): Promise<Workspace> {
    this.calls.push(`acquire ${branch} ${mode}${merge ? ` merging ${merge}` : ''}`);
    return Promise.resolve({ path: `/w/${branch}`, branch, head: base });
  }

  acquireDetached(at: Commit): Promise<Workspace> {
    this.calls.push(`detach ${at}`);
    return Promise.resolve({ path: `/d/${at}`, branch: null, head: at });
  }

  /** Has commits made while the agent works; set by `watchCommits`. */
  tellCommits: (commits: number) => void = () => {};

  watchCommits(_workspace: Workspace, _base: Commit, tell: (commits: number) => void): () => void {
    this.tellCommits = tell;
    return () => {
      this.tellCommits = () => {};
    };
  }

  conclude(_workspace: Workspace, base: Commit, message: string): Promise<WorkResult> {
    this.calls.push(`conclude ${base}: ${message}`);
    return Promise.resolve(this.work);
  }

  release({ path }: Workspace): Promise<void> {
    this.calls.push(`release ${path}`);
    return Promise.resolve();
  }

  keep(branch: string): Promise<string> {
    this.calls.push(`keep ${branch}`);
    return Promise.resolve(`/w/${branch}`);
  }

  unkeep(branch: string): Promise<void> {
    this.calls.push(`unkeep ${branch}`);
    return Promise.resolve();
  }

  salvage(branch: string): Promise<Commit | null> {
    this.calls.push(`salvage ${branch}`);
    return Promise.resolve(this.salvaged);
  }

  audit(): Promise<readonly AuditFinding[]> {
    this.calls.push('audit');
    this.onAudit();
    return Promise.resolve(this.findings);
  }
}

export class FakeHistory implements CommitHistory {
  /** What commits brought, and what branches have of their own, by name. */
  readonly works = new Map<string, CommittedWork>();

  broughtBy(id: Commit): Promise<CommittedWork | null> {
    return Promise.resolve(this.works.get(id) ?? null);
  }

  ownWork(branch: string): Promise<CommittedWork> {
    return Promise.resolve(this.works.get(branch) ?? { subjects: [], files: [] });
  }
}

export class FakeTarget implements Target {
  at: Commit;
  result: MergeResult = { type: 'merged', commit: commit('m1'), tree: 'tree-m1' };
  readonly messages: string[] = [];

  constructor(at: Commit) {
    this.at = at;
  }

  tip(): Promise<Commit> {
    return Promise.resolve(this.at);
  }

  /** Where the ledger was told that the run had left it. */
  expected: Commit | undefined;

  expect(known: Commit): void {
    this.expected = known;
  }

  restoreIfMissing(): Promise<Commit> {
    return Promise.resolve(this.at);
  }

  merge({ message }: Parameters<Target['merge']>[0]): Promise<MergeResult> {
    this.messages.push(message);
    return Promise.resolve(this.result);
  }

  advance(from: Commit, to: Commit): Promise<boolean> {
    if (this.at !== from) return Promise.resolve(false);
    this.at = to;
    return Promise.resolve(true);
  }

  findIntegrated(): Promise<Commit | undefined> {
    return Promise.resolve(undefined);
  }

  contains(one: Commit): Promise<boolean> {
    return Promise.resolve(one === this.at);
  }

  treeOf(one: Commit): Promise<string> {
    return Promise.resolve(`tree-${one}`);
  }
}
