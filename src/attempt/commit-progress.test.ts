/** A session's reports and the commits that are made meanwhile, step by step. */
import { expect, it } from 'vitest';
import { attemptId, makeTask, taskId } from '../core/plan.ts';
import type { AttemptReport } from '../ports/executor.ts';
import { withCommits } from './commit-progress.ts';

const task = makeTask({ id: taskId('A') });
const attempt = attemptId(task.id, 1);
const ids = { task: task.id, attempt };
const line = (text: string): AttemptReport => ({ type: 'attempt-progress', ...ids, text });
const commits = (count: number): AttemptReport => ({ type: 'attempt-progress', ...ids, commits: count });

/** A session whose reports the test lets out, one at a time; undefined ends it. */
function steered() {
  let gate = Promise.withResolvers<AttemptReport | undefined>();
  let tell: (commits: number) => void = () => {};
  let stopped = false;
  async function* session(): AsyncGenerator<AttemptReport, string> {
    for (;;) {
      const report = await gate.promise;
      gate = Promise.withResolvers();
      if (report === undefined) return 'its end';
      yield report;
    }
  }
  const reports = withCommits({ task, attempt }, session(), (listener) => {
    tell = listener;
    return () => {
      stopped = true;
    };
  });
  return {
    next: async () => (await reports.next()).value,
    say: (report: AttemptReport | undefined) => gate.resolve(report),
    fail: (error: Error) => gate.reject(error),
    tell: (count: number) => tell(count),
    isStopped: () => stopped,
  };
}

it('tells commits while the agent is silent, the newest number when several were made', async () => {
  const scene = steered();
  const waiting = scene.next();
  scene.tell(1);
  expect(await waiting).toEqual(commits(1));
  scene.tell(2);
  scene.tell(3);
  expect(await scene.next()).toEqual(commits(3));
  const silent = scene.next();
  scene.say(line('done'));
  expect(await silent).toEqual(line('done'));
  scene.say(undefined);
  expect([await scene.next(), scene.isStopped()]).toEqual(['its end', true]);
});

it('passes on a failure that came while commits were told', async () => {
  const scene = steered();
  const waiting = scene.next();
  scene.tell(1);
  await waiting;
  scene.fail(new Error('no agent'));
  await new Promise(setImmediate);
  await expect(scene.next()).rejects.toThrow('no agent');
  expect(scene.isStopped()).toBe(true);
});
