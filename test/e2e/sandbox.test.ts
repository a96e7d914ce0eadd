/** Runs with `sandbox: true` through the real command line: done, interrupted, and refused where no sandbox can be made. */
import { existsSync } from 'node:fs';
import { chmod, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect } from 'vitest';
import { describeResult } from '../rig/cli-process.ts';
import { it } from '../rig/e2e-test.ts';
import { proveTarget } from '../rig/git-proof.ts';
import { type Project, steered, works } from '../rig/project.ts';
import { canSandbox } from '../rig/sandbox.ts';

const possible = await canSandbox();
const gate = ['true'];
const tasks = [{ id: 'A' }, { id: 'B', dependsOn: ['A'], agent: 'scripted' }];

describe.runIf(possible)('a run in the sandbox', () => {
  it('finishes, and has written nowhere else', { timeout: 90_000 }, async ({ project }) => {
    await project.configure({ sandbox: true, gate });
    const base = await project.git('rev-parse', 'HEAD');
    const escapes = `for place in "$HOME" '${project.path}' "$STEER"; do echo x > "$place/escaped"; done`;
    const command = `${works}; git add -A; git commit -qm "feat: work"; ${escapes}; true`;
    const args = ['run', await project.plan(tasks), '--command', command, '--yes', '--json'];
    const ended = await project.run(args);
    expect(ended.code, describeResult(ended)).toBe(0);
    await proveTarget(project, `tutti/${ended.events[0]?.run}`, { planName: 'Test', tasks, base });
    const places = [project.env.HOME, project.path, project.env.STEER].map((place) =>
      join(place ?? '', 'escaped'),
    );
    expect(places.map((place) => existsSync(place))).toEqual([false, false, false]);
    const { stdout } = await project.run(['logs', 'A']);
    expect(stdout.match(/Read-only file system/g)).toHaveLength(3);
  });

  it('is resumed when its engine is killed, and leaves no process', { timeout: 90_000 }, async ({
    project,
  }) => {
    await project.configure({ sandbox: true, gate });
    const base = await project.git('rev-parse', 'HEAD');
    const cli = project.start(['run', await project.plan(tasks), '--command', steered, '--yes', '--json']);
    await cli.eventOf('agent-launched', 'A');
    cli.signal('SIGKILL');
    const [created] = (await cli.ended).events;
    await project.letGo('A');
    const ended = await project.run(['resume', '--json']);
    expect(ended.code, describeResult(ended)).toBe(0);
    await proveTarget(project, `tutti/${created?.run}`, { planName: 'Test', tasks, base });
  });
});

describe('where no sandbox can be made', () => {
  /** A bubblewrap that is refused its namespace, as on many systems, first on PATH. */
  async function refusing(project: Project): Promise<Readonly<Record<string, string>>> {
    const bin = join(project.root, 'bin');
    await mkdir(bin);
    const file = join(bin, 'bwrap');
    await writeFile(file, '#!/bin/sh\necho "bwrap: setting up uid map: Permission denied" >&2\nexit 1\n');
    await chmod(file, 0o755);
    return { PATH: `${bin}:${project.env.PATH}` };
  }

  it('run refuses before any agent starts, and check and doctor say so', { timeout: 90_000 }, async ({
    project,
  }) => {
    await project.configure({ agent: 'scripted', sandbox: true, gate });
    const env = await refusing(project);
    const plan = await project.plan([{ id: 'A' }]);
    const refused = await project.run(['run', plan, '--yes'], { env });
    expect([refused.code, refused.stdout]).toEqual([2, '']);
    expect(refused.stderr).toContain('error [no-sandbox]: The sandbox cannot be made: ');
    expect(refused.stderr.match(/no-sandbox/g)).toHaveLength(1);
    const checked = await project.run(['check', plan, '--json'], { env });
    const { items } = JSON.parse(checked.stdout) as { readonly items: readonly { readonly item: string }[] };
    expect([checked.code, items.find(({ item }) => item === 'agents')]).toMatchObject([
      3,
      { answer: 'no', reasons: [{ code: 'no-sandbox' }] },
    ]);
    const { stdout, code } = await project.run(['doctor'], { env });
    expect([code, stdout]).toEqual([
      3,
      expect.stringMatching(/^problem +sandbox +The sandbox cannot be made/m),
    ]);
  });

  it('an agent that needs none runs', async ({ project }) => {
    const agents = { scripted: { driver: 'scripted', sandbox: false } };
    await project.configure({ agent: 'scripted', sandbox: true, agents, gate });
    const plan = await project.plan([{ id: 'A' }]);
    const ended = await project.run(['run', plan, '--yes'], { env: await refusing(project) });
    expect(ended.code, describeResult(ended)).toBe(0);
  });
});
