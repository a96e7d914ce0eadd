/** Mirrors of simulated runs: begun at any moment, dropped at any moment, they have what the engine has. */
import { describe, expect, it } from 'vitest';
import type { AttemptProgress } from '../../src/core/attempt-progress.ts';
import type { Event } from '../../src/core/event.ts';
import { type RunId, taskId } from '../../src/core/plan.ts';
import { writeSnapshot } from '../../src/core/snapshot.ts';
import type { Engine } from '../../src/engine/engine.ts';
import { openMirror } from '../../src/engine/mirror.ts';
import type { ControlClient } from '../../src/ports/control.ts';
import { emptyDisk, MemoryJournal } from '../fakes/memory-journal.ts';
import { NewsStream } from '../fakes/news-stream.ts';
import { type Recipe, World } from '../fakes/world.ts';
import { planFrom } from '../rig/plan-text.ts';
import { runScript, seeded } from './run.ts';

type News = Event | AttemptProgress;

const plan = planFrom('A\nB\nC: A\nD: A, B\nE\nF: C, E\nG: D\nH');
const recipes: ReadonlyMap<ReturnType<typeof taskId>, Recipe> = new Map([
  [taskId('B'), { failsOnce: true }],
  [taskId('E'), { failsAlways: true }],
  [taskId('H'), { conflictsWith: taskId('A') }],
]);

/** The other end of an engine's socket, which drops whoever follows when it is told to. */
function clientOf(engine: () => Engine) {
  let current: NewsStream<News> | undefined;
  let isClosed = false;
  const client: ControlClient = {
    submit: (request) => engine().submit(request),
    follow: (_, signal) => {
      if (isClosed || signal.aborted) return Promise.resolve(undefined);
      const stream = new NewsStream<News>();
      const leave = engine().watch((news) => stream.push(news));
      signal.addEventListener('abort', leave);
      current = stream;
      return Promise.resolve(stream.read());
    },
    close() {
      isClosed = true;
      current?.end();
    },
  };
  return { client, drop: () => current?.end() };
}

/** A run with one mirror, both as the seed decides. */
async function mirrored(seed: number) {
  const choose = seeded(seed);
  const chance = seeded(seed + 1_000_000);
  const disk = emptyDisk();
  let engine: Engine | undefined;
  const { client, drop } = clientOf(() => engine as Engine);
  const news: News[] = [];
  const beginsAt = chance(60);
  let opening: ReturnType<typeof openMirror> | undefined;
  const { state } = await runScript({
    ...{ plan, choose, disk, retries: 1, world: new World(recipes) },
    onEngine: (one) => {
      engine = one;
    },
    crashBeforeEffect(effects) {
      if (effects >= beginsAt && opening === undefined) {
        opening = openMirror({ run: engine?.state.run as RunId, journal: new MemoryJournal(disk), client });
        void opening.then((mirror) => mirror.watch((one) => news.push(one)));
      } else if (chance(12) === 0) drop();
      return false;
    },
  });
  client.close();
  const mirror = await opening;
  await mirror?.ended;
  return { state, mirror, news };
}

describe('a mirror of a simulated run', () => {
  it('has the state of the engine, each event once and in order, and the commits of agents', async () => {
    for (let seed = 1; seed <= 100; seed++) {
      const { state, mirror, news } = await mirrored(seed);
      const events = news.filter((one): one is Event => 'seq' in one);
      const first = events[0]?.seq ?? 0;
      expect(events.map(({ seq }) => seq)).toEqual(events.map((_, index) => first + index));
      expect(events.at(-1)).toMatchObject({ type: 'run-ended', seq: state.record.seq });
      expect([seed, writeSnapshot(mirror?.state ?? state)]).toEqual([seed, writeSnapshot(state)]);
      expect(news.some((one) => one.type === 'attempt-progress' && (one.commits ?? 0) > 0)).toBe(true);
    }
  });
});
