/** The copy of a run's state in another process: nothing is missed, nothing taken twice, whatever comes when. */
import { describe, expect, it } from 'vitest';
import { emptyDisk, MemoryJournal } from '../../test/fakes/memory-journal.ts';
import { NewsStream } from '../../test/fakes/news-stream.ts';
import { planFrom } from '../../test/rig/plan-text.ts';
import { baselineGreen, createdEvent, integrated, started, succeeded } from '../../test/rig/story.ts';
import type { AttemptProgress } from '../core/attempt-progress.ts';
import type { Event, EventBody } from '../core/event.ts';
import { attemptId, type RunId, taskId } from '../core/plan.ts';
import { writeSnapshot } from '../core/snapshot.ts';
import type { ControlClient } from '../ports/control.ts';
import { openMirror } from './mirror.ts';
import { replay } from './replay.ts';

type News = Event | AttemptProgress;

/** An engine's end of things: a journal, and streams that the test fills and ends. */
class Scene {
  readonly disk = emptyDisk();
  readonly journal = new MemoryJournal(this.disk);
  /** Streams that were asked for; the last one is open. */
  readonly streams: NewsStream<News>[] = [];
  readonly run: RunId;
  isAlive = true;
  #seq = 0;

  constructor(plan = 'A\nB: A') {
    const created = createdEvent(planFrom(plan));
    this.run = created.run;
    this.journal.append([created]);
    this.#seq = created.seq;
  }

  /** Into the journal only. */
  record(...bodies: readonly EventBody[]): Event[] {
    const events = bodies.map((body) => ({ ...body, seq: ++this.#seq, at: this.#seq }) as Event);
    this.journal.append(events);
    return events;
  }

  /** Into the journal, then to whoever follows. */
  happen(...bodies: readonly EventBody[]): void {
    for (const event of this.record(...bodies)) this.streams.at(-1)?.push(event);
  }

  readonly client: ControlClient = {
    submit: ({ type }) => Promise.resolve({ accepted: true, message: `took ${type}` }),
    follow: (run, signal) => {
      expect(run).toBe(this.run);
      const stream = new NewsStream<News>();
      this.streams.push(stream);
      signal.addEventListener('abort', () => stream.end());
      this.onFollow();
      return Promise.resolve(this.isAlive && !signal.aborted ? stream.read() : undefined);
    },
    close: () => {},
  };
  /** What happens just when somebody begins to follow. */
  onFollow: () => void = () => {};

  async open() {
    const mirror = await openMirror({
      run: this.run,
      journal: new MemoryJournal(this.disk),
      client: this.client,
    });
    const seen: News[] = [];
    mirror.watch((news) => seen.push(news));
    return { mirror, seen, seqs: () => seen.map((news) => ('seq' in news ? news.seq : news.text)) };
  }

  /** The engine ends. */
  die(): void {
    this.isAlive = false;
    this.streams.at(-1)?.end();
  }

  expected(): string {
    return writeSnapshot(replay(new MemoryJournal(this.disk)));
  }
}

/** Lets everything that is under way come to rest. */
const settled = () => new Promise(setImmediate);
const progress = (task: string, text: string): AttemptProgress => ({
  type: 'attempt-progress',
  task: taskId(task),
  attempt: attemptId(taskId(task), 1),
  text,
});

describe('a mirror', () => {
  it('has what happened before, what happens while the journal is read, and what happens then', async () => {
    const scene = new Scene();
    scene.record(baselineGreen);
    scene.onFollow = () => {
      scene.onFollow = () => {};
      scene.happen(started('A'));
    };
    const { mirror, seqs } = await scene.open();
    expect(mirror.state.record.seq).toBe(3);
    scene.happen(succeeded('A'));
    await settled();
    // What was in the journal already and was told, too, is not taken twice.
    expect(seqs()).toEqual([4]);
    scene.happen(...integrated('A'));
    scene.die();
    await mirror.ended;
    expect(seqs()).toEqual([4, 5, 6]);
    expect(writeSnapshot(mirror.state)).toBe(scene.expected());
  });

  it('fills a gap from the journal', async () => {
    const scene = new Scene();
    const { mirror, seqs } = await scene.open();
    scene.record(baselineGreen, started('A'));
    scene.happen(succeeded('A'));
    await settled();
    expect(seqs()).toEqual([2, 3, 4]);
    expect(writeSnapshot(mirror.state)).toBe(scene.expected());
    scene.die();
    await mirror.ended;
  });

  it('reads what is left when the engine is gone: also what it never told', async () => {
    const scene = new Scene();
    const { mirror, seqs } = await scene.open();
    scene.record(baselineGreen, started('A'));
    scene.die();
    await mirror.ended;
    expect(seqs()).toEqual([2, 3]);
    expect(writeSnapshot(mirror.state)).toBe(scene.expected());
  });

  it('follows again when it was dropped, and has what came in between', async () => {
    const scene = new Scene();
    const { mirror, seqs } = await scene.open();
    scene.happen(baselineGreen);
    scene.record(started('A'));
    scene.streams[0]?.end();
    await settled();
    expect([scene.streams.length, seqs()]).toEqual([2, [2, 3]]);
    scene.happen(succeeded('A'));
    await settled();
    scene.die();
    await mirror.ended;
    expect(seqs()).toEqual([2, 3, 4]);
  });

  it('does not follow the next engine of a run that has come to rest', async () => {
    const scene = new Scene();
    const { mirror } = await scene.open();
    scene.happen({ type: 'run-paused', reason: 'requested' });
    scene.streams[0]?.end();
    await mirror.ended;
    expect([scene.streams.length, mirror.state.record.phase]).toEqual([1, 'paused']);
  });

  it('passes progress on, and tells a new listener the newest of what runs', async () => {
    const scene = new Scene();
    scene.record(baselineGreen, started('A'));
    const { mirror, seqs } = await scene.open();
    scene.streams[0]?.push(progress('A', 'one'), progress('A', 'two'));
    await settled();
    const late: News[] = [];
    const leave = mirror.watch((news) => late.push(news));
    leave();
    scene.happen(succeeded('A'));
    await settled();
    const after: News[] = [];
    mirror.watch((news) => after.push(news));
    expect([seqs(), late, after]).toEqual([['one', 'two', 4], [progress('A', 'two')], []]);
    scene.die();
    await mirror.ended;
  });

  it('ends when it is closed, and says nothing more', async () => {
    const scene = new Scene();
    const { mirror, seen } = await scene.open();
    scene.happen(baselineGreen);
    mirror.close();
    await mirror.ended;
    expect([seen, scene.streams.length]).toEqual([[], 1]);
  });

  it('hands requests to the engine', async () => {
    const { mirror } = await new Scene().open();
    expect(await mirror.submit({ type: 'pause-requested' })).toEqual({
      accepted: true,
      message: 'took pause-requested',
    });
    mirror.close();
    await mirror.ended;
  });

  it('leaves the engine alone when the journal cannot be read', async () => {
    const scene = new Scene();
    const broken = new MemoryJournal();
    await expect(openMirror({ run: scene.run, journal: broken, client: scene.client })).rejects.toThrow(
      'run-created',
    );
    expect(await scene.streams[0]?.read().next()).toMatchObject({ done: true });
  });
});
