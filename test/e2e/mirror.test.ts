/** A copy of a living run's state in another process: told of commits and lines as they are made, equal to the journal at the end. */
import { join } from 'node:path';
import { describe, expect } from 'vitest';
import { connectControl } from '../../src/control/client.ts';
import type { AttemptProgress } from '../../src/core/attempt-progress.ts';
import type { Event } from '../../src/core/event.ts';
import { runId } from '../../src/core/plan.ts';
import { writeSnapshot } from '../../src/core/snapshot.ts';
import { openMirror } from '../../src/engine/mirror.ts';
import { replay } from '../../src/engine/replay.ts';
import { openDatabase } from '../../src/store/database.ts';
import { openJournal } from '../../src/store/sqlite-journal.ts';
import { describeResult } from '../rig/cli-process.ts';
import { it } from '../rig/e2e-test.ts';
import { steered } from '../rig/project.ts';

const commits = (count: number) =>
  `for n in $(seq ${count}); do git commit -q --allow-empty -m "Step $n"; done`;

describe('a mirror', () => {
  it('follows a run from another process until it has ended', async ({ project }) => {
    await project.commit({ 'README.md': 'A project.\n' });
    const plan = await project.plan([{ id: 'A' }, { id: 'B' }, { id: 'C', dependsOn: ['A'] }]);
    const agent = `${commits(3)}; printf 'looking \\033[31maround\\n'; ${steered}`;
    const args = ['--command', agent, '--gate', 'true', '--yes', '--slots', '2', '--detach'];
    const started = await project.run(['run', plan, ...args]);
    expect(started.code, describeResult(started)).toBe(0);
    const { run, engine } = await project.json('status');
    const folder = (await project.stateFolder()) ?? '';
    const database = openDatabase(join(folder, 'journal.db'));
    const client = await connectControl(join(folder, 'engine.sock'));
    if (client === undefined) throw new Error('the engine does not listen');
    const mirror = await openMirror({ run: runId(run), journal: openJournal(database, runId(run)), client });
    const news: (Event | AttemptProgress)[] = [];
    const known = Promise.withResolvers<void>();
    const from = mirror.state.record.seq;
    const told = new Map<string, Partial<AttemptProgress>>();
    mirror.watch((one) => {
      news.push(one);
      if (one.type !== 'attempt-progress') return;
      told.set(one.attempt, one);
      const all = ['A.1', 'B.1'].map((attempt) => told.get(attempt));
      if (all.every((progress) => progress?.commits === 3 && progress.text !== undefined)) known.resolve();
    });
    await known.promise;
    expect(told.get('A.1')).toMatchObject({ task: 'A', commits: 3, text: 'looking around' });
    expect(await mirror.submit({ type: 'slots-requested', slots: 3 })).toMatchObject({ accepted: true });
    await project.letGo('A', 'B', 'C');
    await mirror.ended;
    const events = news.filter((one): one is Event => 'seq' in one);
    expect(events.map(({ seq }) => seq)).toEqual(events.map((_, index) => from + 1 + index));
    expect(events.at(-1)).toMatchObject({ type: 'run-ended', outcome: 'all-done' });
    const whole = replay(openJournal(database, runId(run)), { snapshot: false });
    expect(writeSnapshot(mirror.state)).toBe(writeSnapshot(whole));
    client.close();
    database.close();
    while ((await project.json('status')).engine !== null);
    expect(engine?.pid).toBeGreaterThan(0);
  });
});
