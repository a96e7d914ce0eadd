/** A run played in the simplest way that can be right, to check forecasts by: looks at every task at every moment. */
import type { EventBody } from '../../src/core/event.ts';
import { globsOverlap } from '../../src/core/glob-overlap.ts';
import { attemptId, commit, type Plan } from '../../src/core/plan.ts';

export interface NaiveOptions {
  readonly slots: number;
  /** The order in which tasks start: a smaller number goes first. */
  readonly ranks: ArrayLike<number>;
  /** Of a new attempt on the task at a position, in milliseconds. */
  readonly durationMs: (position: number) => number;
  /** Whether an attempt that has just ended needs another. */
  readonly fails?: () => boolean;
  readonly pools?: Readonly<Record<string, number>>;
  /** The share of each earlier wave that has to be done; 0 for a dynamic schedule. */
  readonly waveShare?: number;
  readonly waves?: ArrayLike<number>;
}

export interface NaiveRun {
  readonly makespanMs: number;
  readonly events: readonly { readonly at: number; readonly body: EventBody }[];
}

interface Running {
  readonly position: number;
  readonly slot: number;
  readonly endsAt: number;
}

export function playNaively(plan: Plan, options: NaiveOptions): NaiveRun {
  const { tasks } = plan;
  const { slots, ranks, durationMs, fails = () => false, pools = {}, waveShare = 0, waves = [] } = options;
  const done = new Set<string>();
  /** Between the end of its work and its merge. */
  let merging: string | undefined;
  const attempts = tasks.map(() => 0);
  const events: { at: number; body: EventBody }[] = [];
  let running: Running[] = [];
  let now = 0;
  const order = tasks.map((_, position) => position).sort((a, b) => Number(ranks[a]) - Number(ranks[b]));
  const inUse = (pool: string): number =>
    running.reduce((sum, { position }) => sum + (tasks[position]?.pools[pool] ?? 0), 0);
  const holdsFiles = (position: number): boolean =>
    (attempts[position] ?? 0) > 0 && !done.has(tasks[position]?.id ?? '');
  const mayStart = (position: number): boolean => {
    if (running.length >= slots) return false;
    const task = tasks[position];
    if (
      task === undefined ||
      done.has(task.id) ||
      task.id === merging ||
      running.some((one) => one.position === position)
    )
      return false;
    if (!task.dependsOn.every((id) => done.has(id))) return false;
    if (Object.entries(task.pools).some(([pool, units]) => inUse(pool) + units > (pools[pool] ?? 1)))
      return false;
    for (let wave = 0; wave < Number(waves[position] ?? 0); wave++) {
      const members = tasks.filter((_, other) => waves[other] === wave);
      if (members.filter((member) => done.has(member.id)).length < waveShare * members.length - 1e-9)
        return false;
    }
    return (
      task.files.length === 0 ||
      holdsFiles(position) ||
      !tasks.some(
        (other, index) =>
          index !== position &&
          holdsFiles(index) &&
          other.files.some((glob) => task.files.some((own) => globsOverlap(own, glob))),
      )
    );
  };
  const start = (): void => {
    for (let position = order.find(mayStart); position !== undefined; position = order.find(mayStart)) {
      const slot = Array.from({ length: slots }, (_, index) => index).find(
        (index) => !running.some((one) => one.slot === index),
      ) as number;
      running.push({ position, slot, endsAt: now + durationMs(position) });
      attempts[position] = (attempts[position] ?? 0) + 1;
      const id = (tasks[position] as Plan['tasks'][number]).id;
      const ordinal = attempts[position] as number;
      const kind = ordinal === 1 ? 'work' : 'repair';
      events.push({
        at: now,
        body: {
          type: 'attempt-started',
          task: id,
          attempt: attemptId(id, ordinal),
          kind,
          slot,
          agent: 'scripted',
          base: commit('base'),
          branch: `feat/${id}`,
          restart: false,
        },
      });
    }
  };
  start();
  while (running.length > 0) {
    const next = running.reduce((first, one) => (one.endsAt < first.endsAt ? one : first));
    running = running.filter((one) => one !== next);
    now = next.endsAt;
    const { id } = tasks[next.position] as Plan['tasks'][number];
    const ordinal = attempts[next.position] as number;
    const about = { task: id, attempt: attemptId(id, ordinal) };
    if (ordinal < 4 && fails()) {
      const failure = { reason: 'gate-failed', message: 'red' } as const;
      events.push({ at: now, body: { type: 'attempt-failed', ...about, failure } });
      start();
      continue;
    }
    const work = commit(`${id}-work`);
    events.push({ at: now, body: { type: 'attempt-succeeded', ...about, commit: work, commits: 1 } });
    merging = id;
    start();
    events.push({
      at: now,
      body: { type: 'integration-started', task: id, commit: work, onto: commit('base') },
    });
    events.push({ at: now, body: { type: 'task-integrated', task: id, commit: commit(`${id}-merge`) } });
    done.add(id);
    start();
  }
  return { makespanMs: now, events };
}
