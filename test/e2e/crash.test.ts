/** `kill -9` of the engine, and of agents, at seeded instants of real runs: always resumed to the same tree. */
import { setTimeout as pause } from 'node:timers/promises';
import { beforeAll, describe, expect } from 'vitest';
import { type Cli, type CliResult, describeResult, type SeenEvent } from '../rig/cli-process.ts';
import { it } from '../rig/e2e-test.ts';
import { proveTarget } from '../rig/git-proof.ts';
import { makeProject, type Project } from '../rig/project.ts';
import { randomFrom } from '../rig/seeded-random.ts';
import { casesOf } from '../rig/thoroughness.ts';

/** Twelve tasks in four waves; two fail their gate once, one crashes by itself, two conflict. */
const tasks = [
  { id: 'A' },
  { id: 'B' },
  { id: 'C' },
  { id: 'D' },
  { id: 'E', dependsOn: ['A', 'B'] },
  { id: 'F', dependsOn: ['B'] },
  { id: 'G', dependsOn: ['C'] },
  { id: 'H', dependsOn: ['D'] },
  { id: 'I', dependsOn: ['E', 'F'] },
  { id: 'J', dependsOn: ['G', 'H'] },
  { id: 'K', dependsOn: ['H'] },
  { id: 'L', dependsOn: ['I', 'J', 'K'] },
];
const recipe = {
  tasks: {
    A: { conflict: { file: 'LIST.md', with: 'B' } },
    C: { fail: { attempts: [1] } },
    D: { leaveUncommitted: true },
    G: { crash: { attempts: [1] } },
    K: { fail: { attempts: [1] } },
  },
};
const gate = '! grep -rqs BROKEN tasks';
const runArgs = ['--slots', '4', '--yes', '--json'];
/** Interrupted sessions are not charged, but ten of them on one task call for a person: stay clearly below. */
const KILLS_PER_RUN = 9;

async function prepare(project: Project): Promise<{ readonly base: string; readonly plan: string }> {
  await project.commit({ 'LIST.md': '# List\n' });
  await project.configure({
    agent: 'scripted',
    gate: [gate],
    agents: { scripted: { driver: 'scripted', recipe } },
  });
  const outline = (id: string) => [{ phase: 'Work', commits: [`feat: begin ${id}`, `feat: end ${id}`] }];
  const plan = await project.plan(tasks.map((task) => ({ ...task, outline: outline(task.id) })));
  return { base: await project.git('rev-parse', 'HEAD'), plan };
}

/** What an undisturbed run ends in: fixed by the plan and the recipe, so that it is the same in every repository. */
let undisturbed = '';

beforeAll(async () => {
  const project = await makeProject();
  try {
    const { base, plan } = await prepare(project);
    const result = await project.run(['run', plan, ...runArgs]);
    expect(result.code, describeResult(result)).toBe(0);
    const run = result.events[0]?.run ?? '';
    await proveTarget(project, `tutti/${run}`, { planName: 'Test', tasks, base, gate });
    const reasons = new Set(result.events.flatMap(({ failure }) => failure?.reason ?? []));
    expect([...reasons].sort()).toEqual(['agent-crashed', 'gate-failed', 'merge-conflict']);
    undisturbed = await contentsOf(project, `tutti/${run}`);
  } finally {
    await project.remove();
  }
}, 60_000);

/** Git knows this tree without having it. */
const EMPTY_TREE = '4b825dc642cb6eb9a060e54bf8d69288fbee4904';

/** All that a branch holds, as one text: names, modes and every line, so that a difference tells where it lies. */
const contentsOf = (project: Project, branch: string): Promise<string> =>
  project.git('diff', '--no-renames', EMPTY_TREE, branch);

/** Kills the engine, and only the engine, after so many events and an instant more. @returns how it ended */
async function killAfter(cli: Cli, events: number, offsetMs: number): Promise<CliResult> {
  await cli.eventCount(events);
  if (offsetMs > 0) await pause(offsetMs);
  cli.signal('SIGKILL');
  return cli.ended;
}

describe('kill -9', () => {
  it.for([1, 2, 3].slice(0, casesOf(3, 1)))(
    'the engine, again and again (seed %i): nothing is lost, nothing twice',
    { timeout: 90_000 },
    async (seed, { project }) => {
      const { base, plan } = await prepare(project);
      const random = randomFrom(seed);
      let cli = project.start(['run', plan, ...runArgs]);
      let run = '';
      let kills = 0;
      let last: CliResult;
      for (;;) {
        // The first instants of an engine, recovery among them, as well as later ones; some in the midst of an effect.
        const events = random.wholeNumber(run === '' ? 1 : 0, 22);
        const offsetMs = random.pick([0, 0, 1, 3, 8, 20, 60]);
        last = kills < KILLS_PER_RUN ? await killAfter(cli, events, offsetMs) : await cli.ended;
        run ||= last.events[0]?.run ?? '';
        if (last.signal !== 'SIGKILL') break;
        kills++;
        cli = project.start(['resume', run, '--json']);
      }
      expect(last.code, await storiesOfUndone(project)).toBe(0);
      expect(kills).toBeGreaterThanOrEqual(7);
      expect(await contentsOf(project, `tutti/${run}`)).toBe(undisturbed);
      await proveTarget(project, `tutti/${run}`, { planName: 'Test', tasks, base, gate });
      expect((await project.json('status')).counts).toMatchObject({ done: 12 });
    },
  );

  it('agents: each is asked again, without being charged', async ({ project }) => {
    const { base, plan } = await prepare(project);
    const random = randomFrom(7);
    const cli = project.start(['run', plan, ...runArgs]);
    const killed: string[] = [];
    await followKills(cli, ({ task, attempt, process: agent }) => {
      if (task === undefined || agent === undefined || killed.length >= 8) return;
      if (random.wholeNumber(0, 2) === 0 || !attempt?.endsWith('.1')) return;
      killed.push(task);
      process.kill(agent.pid, 'SIGKILL');
    });
    const result = await cli.ended;
    expect(result.code, describeResult(result)).toBe(0);
    expect(killed.length).toBeGreaterThanOrEqual(5);
    expect(await contentsOf(project, `tutti/${result.events[0]?.run}`)).toBe(undisturbed);
    await proveTarget(project, `tutti/${result.events[0]?.run}`, { planName: 'Test', tasks, base, gate });
  }, 60_000);

  it('an engine on its own: the next command says so, its requests are kept, and `resume --land` lands', async ({
    project,
  }) => {
    const { plan } = await prepare(project);
    const started = await project.run(['run', plan, '--detach', '--yes']);
    expect(started.code, describeResult(started)).toBe(0);
    const { engine } = await project.json('status');
    process.kill(engine?.pid ?? 0, 'SIGKILL');
    const status = await project.run(['status']);
    expect(status.stdout).toMatch(/PAUSED[\s\S]*CUT OFF[\s\S]*its engine is gone/);
    expect(status.stdout).not.toContain('ready soon');
    expect((await project.run(['slots', '2'])).code).toBe(0);
    const resumed = await project.run(['resume', '--land', '--json']);
    expect(resumed.code, describeResult(resumed)).toBe(0);
    expect(resumed.events.find(({ type }) => type === 'slots-requested')).toBeUndefined();
    expect((await project.json('status')).slots.limit).toBe(2);
    expect(await contentsOf(project, 'main')).toBe(undisturbed);
  });
});

/** For the message of a failed test: what happened to each task that is not done. */
async function storiesOfUndone(project: Project): Promise<string> {
  const { tasks: all } = await project.json('status');
  const undone = all.filter(({ status }) => status !== 'done');
  const stories = await Promise.all(undone.map(({ id }) => project.run(['why', id])));
  return stories.map(({ stdout }) => stdout).join('\n');
}

/** Looks at every launch of an agent as it comes, until the run has ended. */
async function followKills(cli: Cli, onLaunch: (event: SeenEvent) => void): Promise<void> {
  for (let seen = 0; ; ) {
    const { events } = cli.soFar();
    for (; seen < events.length; seen++) {
      const event = events[seen] as SeenEvent;
      if (event.type === 'agent-launched') onLaunch(event);
      if (event.type === 'run-ended') return;
    }
    if (!cli.isRunning()) return;
    await cli.eventCount(seen + 1);
  }
}
