/** A world in memory for the engine's ports: branches and a target that outlive every engine; each effect is a step that a test lets happen. */
import type { Failure } from '../../src/core/failure.ts';
import { Fault } from '../../src/core/fault.ts';
import { type AttemptId, type Commit, commit, type TaskId } from '../../src/core/plan.ts';
import type { AttemptReport, AttemptRequest, Executor } from '../../src/ports/executor.ts';
import type { IntegrationReport, IntegrationRequest, Integrator } from '../../src/ports/integrator.ts';

/** How the world treats one task. */
export interface Recipe {
  /** The gate fails until an agent has been told so. */
  readonly failsOnce?: boolean;
  /** The gate never passes. */
  readonly failsAlways?: boolean;
  /** Its merge conflicts while its branch does not know this task's merge. */
  readonly conflictsWith?: TaskId;
  /** Its process dies in the first session. */
  readonly crashesOnce?: boolean;
  /** Its merge meets a broken environment until somebody has mended that (see `mended`). */
  readonly faultsInMerge?: boolean;
}

interface Branch {
  readonly knows: Set<TaskId>;
  work: number;
  repaired: boolean;
}

const COMMITS_PER_TASK = 2;

/** Stands for one engine's life: when it is over, none of its effects goes on. */
export interface Life {
  over: boolean;
}

export class World {
  readonly branches = new Map<string, Branch>();
  /** Merges in the target, oldest first. */
  readonly target: { readonly task: TaskId; readonly commit: Commit }[] = [];
  readonly base = commit('base');
  readonly kept = new Set<string>();
  /** Whether faults have been mended. */
  mended = false;
  readonly #recipes: ReadonlyMap<TaskId, Recipe>;
  readonly #excused: ReadonlySet<TaskId>;
  readonly #steps: {
    readonly life: Life;
    readonly go: () => void;
    readonly fail: (error: unknown) => void;
  }[] = [];
  readonly #crashed = new Set<TaskId>();
  /** Marks of processes that run. */
  readonly #marked = new Set<AttemptId>();

  /** @param excused tasks whose dependents a person may let go on without them */
  constructor(recipes: ReadonlyMap<TaskId, Recipe>, excused: ReadonlySet<TaskId> = new Set()) {
    this.#recipes = recipes;
    this.#excused = excused;
  }

  tip(): Commit {
    return this.target.at(-1)?.commit ?? this.base;
  }

  /** Processes of agents that have not been ended. */
  get processes(): number {
    return this.#marked.size;
  }

  get pending(): number {
    return this.#steps.length;
  }

  /** Lets one pending effect happen. @returns false when there is none */
  proceed(choose: (count: number) => number): boolean {
    const step = this.#steps.splice(choose(this.#steps.length), 1)[0];
    step?.go();
    return step !== undefined;
  }

  /** Ends an engine's life: what it awaited never happens. */
  kill(life: Life): void {
    life.over = true;
    for (let place = this.#steps.length - 1; place >= 0; place--) {
      if (this.#steps[place]?.life === life) this.#steps.splice(place, 1);
    }
  }

  #step(life: Life, signal?: AbortSignal): Promise<void> {
    if (life.over) return new Promise(() => {});
    return new Promise((resolve, reject) => {
      const step = { life, go: resolve, fail: reject };
      this.#steps.push(step);
      signal?.addEventListener('abort', () => {
        const place = this.#steps.indexOf(step);
        if (place >= 0) this.#steps.splice(place, 1);
        reject(signal.reason);
      });
    });
  }

  recipeOf(task: TaskId): Recipe {
    return this.#recipes.get(task) ?? {};
  }

  #branch(request: Pick<AttemptRequest, 'branch' | 'base' | 'restart' | 'merge'>): Branch {
    let branch = this.branches.get(request.branch);
    if (branch === undefined || request.restart) {
      branch = { knows: new Set(this.#upTo(request.base)), work: 0, repaired: false };
      this.branches.set(request.branch, branch);
    }
    if (request.merge !== undefined) for (const task of this.#upTo(request.merge)) branch.knows.add(task);
    return branch;
  }

  #upTo(tip: Commit): TaskId[] {
    const place = this.target.findIndex((merge) => merge.commit === tip);
    return this.target.slice(0, place + 1).map(({ task }) => task);
  }

  executor(life: Life): Executor {
    const world = this;
    return {
      async *start(request, signal): AsyncGenerator<AttemptReport> {
        yield* world.#attempt(life, request, signal);
      },
      async recover({ request, verifying }) {
        await world.#step(life);
        world.#marked.delete(request.attempt);
        const tip = world.branches.get(request.branch);
        if (tip === undefined) return { action: 'start-again', detail: 'no branch yet' };
        if (verifying !== undefined || request.kind === 'verify')
          return { action: 'continue', detail: 'was finished' };
        return { action: 'start-again', detail: `had ${tip.work} commits` };
      },
      endLeftovers: () => world.#step(life),
      async keepWorkspace(branch) {
        await world.#step(life);
        world.kept.add(branch);
        return `/kept/${branch}`;
      },
    };
  }

  async *#attempt(life: Life, request: AttemptRequest, signal: AbortSignal): AsyncGenerator<AttemptReport> {
    const { attempt } = request;
    const task = request.task.id;
    const recipe = this.recipeOf(task);
    const ids = { task, attempt };
    const failed = (failure: Failure): AttemptReport => ({ ...ids, type: 'attempt-failed', failure });
    await this.#step(life);
    const branch = this.#branch(request);
    for (const dependency of request.task.dependsOn) {
      if (!branch.knows.has(dependency) && !this.#excused.has(dependency))
        throw new Error(`${attempt} starts without ${dependency}`);
    }
    yield { ...ids, type: 'workspace-prepared', path: `/w/${task}`, head: request.base };
    try {
      if (request.kind !== 'verify' && request.kind !== 'resolve') {
        await this.#step(life, signal);
        this.#marked.add(attempt);
        yield {
          ...ids,
          type: 'agent-launched',
          process: { pid: 1, startTime: '1', bootId: 'b', mark: attempt },
        };
        try {
          if (recipe.crashesOnce && !this.#crashed.has(task)) {
            await this.#step(life, signal);
            this.#crashed.add(task);
            yield failed({ reason: 'agent-crashed', message: 'crashed' });
            return;
          }
          while (branch.work < COMMITS_PER_TASK) {
            await this.#step(life, signal);
            branch.work++;
            yield { ...ids, type: 'attempt-progress', commits: branch.work };
          }
          if (request.feedback !== undefined) branch.repaired = true;
        } finally {
          if (!life.over) this.#marked.delete(attempt);
        }
      }
      const head = commit(`${task}@${branch.work}${branch.repaired ? '+' : ''}`);
      yield { ...ids, type: 'verification-started', commit: head, commits: branch.work };
      await this.#step(life, signal);
      const red = recipe.failsAlways || (recipe.failsOnce && !branch.repaired);
      if (red) yield failed({ reason: 'gate-failed', message: 'red', feedback: 'mend it' });
      else yield { ...ids, type: 'attempt-succeeded', commit: head, commits: branch.work };
    } catch (error) {
      if (!signal.aborted) throw error;
      yield failed({ reason: 'cancelled', message: 'cancelled' });
    }
  }

  integrator(life: Life): Integrator {
    const world = this;
    return {
      async checkBaseline(_, signal) {
        await world.#step(life, signal);
        return { type: 'baseline-recorded', steps: [] };
      },
      integrate: (request, signal) => world.#integrate(life, request, signal),
      async findIntegrated({ task }) {
        await world.#step(life);
        return world.target.find((merge) => merge.task === task.id)?.commit;
      },
      async reconcileTarget(_run, _settings, known) {
        await world.#step(life);
        const tip = world.tip();
        return tip === known ? [] : [{ type: 'target-adopted', commit: tip }];
      },
    };
  }

  async #integrate(
    life: Life,
    { task, branch, onto }: IntegrationRequest,
    signal: AbortSignal,
  ): Promise<IntegrationReport[]> {
    await this.#step(life, signal);
    if (this.recipeOf(task.id).faultsInMerge && !this.mended) {
      throw new Fault('disk-full', 'no room', 'make some');
    }
    const { conflictsWith } = this.recipeOf(task.id);
    const merged = this.target.some((merge) => merge.task === conflictsWith);
    const knows = this.branches.get(branch)?.knows;
    if (conflictsWith !== undefined && merged && !knows?.has(conflictsWith)) {
      const failure: Failure = { reason: 'merge-conflict', message: 'conflict', feedback: 'both sides' };
      return [{ type: 'integration-failed', task: task.id, failure, onto }];
    }
    await this.#step(life, signal);
    if (this.tip() !== onto) throw new Error(`the target is at ${this.tip()}, not at ${onto}`);
    const made = commit(`merge-${this.target.length + 1}-${task.id}`);
    this.target.push({ task: task.id, commit: made });
    // The target has moved; the engine has not heard of it yet.
    await this.#step(life);
    return [{ type: 'task-integrated', task: task.id, commit: made }];
  }
}
