/** Everything a person can get wrong: one clear error, its place, the way out, exit 2, and nothing has happened. */
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect } from 'vitest';
import { errorSchema } from '../../src/cli/document-schemas.ts';
import { it } from '../rig/e2e-test.ts';
import type { Project } from '../rig/project.ts';

const broken = (name: string): string =>
  fileURLToPath(new URL(`../fixtures/plans/broken/${name}`, import.meta.url));
const agent = ['--command', 'true', '--no-gate', '--yes'];

interface BadInput {
  readonly name: string;
  /** Prepares the repository; gives the plan, or all arguments. */
  readonly given: (project: Project) => Promise<readonly string[]>;
  readonly code: string;
  /** What the text says, besides `error [code]` and `fix:`. */
  readonly says: readonly (string | RegExp)[];
}

async function withPlan(project: Project, tasks: readonly object[]): Promise<readonly string[]> {
  await project.commit({ 'plan.json': JSON.stringify({ plan: 'Test', tasks }, null, 1) });
  return ['run', 'plan.json', ...agent];
}

const withFixture =
  (file: string): BadInput['given'] =>
  async (project) => {
    await project.commit({ [file]: await readFile(broken(file), 'utf8') });
    return ['run', file, ...agent];
  };

const good = [{ id: 'A' }, { id: 'B', dependsOn: ['A'] }];

const plans: readonly BadInput[] = [
  {
    name: 'a cycle: the shortest one, in order',
    given: withFixture('cycle.yaml'),
    code: 'cycle',
    says: ['A -> D -> B -> A', 'at cycle.yaml:3', 'B on A (cycle.yaml:4)', 'D on B (cycle.yaml:10)'],
  },
  {
    name: 'a task that depends on itself',
    given: (project) => withPlan(project, [{ id: 'A', dependsOn: ['A'] }]),
    code: 'self-dependency',
    says: [/plan\.json:\d+/, 'A'],
  },
  {
    name: 'an unknown dependency: the nearest ids',
    given: withFixture('unknown-dependency.yaml'),
    code: 'unknown-dependency',
    says: ['unknown-dependency.yaml:5', 'T-020', 'T-002'],
  },
  {
    name: 'a duplicate id: both places',
    given: withFixture('duplicate-id.yaml'),
    code: 'duplicate-id',
    says: ['duplicate-id.yaml:5', 'T-001', /:3|line 3/],
  },
  {
    name: 'broken YAML',
    given: withFixture('broken.yaml'),
    code: 'invalid-yaml',
    says: ['at broken.yaml:4'],
  },
  {
    name: 'an empty folder',
    given: async (project) => {
      await project.commit({ 'README.md': 'x\n' });
      await mkdir(join(project.path, 'empty'));
      return ['run', 'empty', ...agent];
    },
    code: 'no-tasks',
    says: ['empty', 'plan.yaml', 'T-001.md'],
  },
  {
    name: 'a plan that does not exist',
    given: async (project) => {
      await project.commit({ 'README.md': 'x\n' });
      return ['run', 'missing.yaml', ...agent];
    },
    code: 'unreadable',
    says: ['missing.yaml does not exist'],
  },
];

const repositories: readonly BadInput[] = [
  {
    name: 'no repository',
    given: async (project) => {
      await writeFile(join(project.root, 'plan.json'), JSON.stringify({ plan: 'Test', tasks: good }));
      return ['-C', project.root, 'run', 'plan.json', ...agent];
    },
    code: 'not-a-repository',
    says: ['git init'],
  },
  {
    name: 'a bare repository',
    given: async (project) => {
      const bare = join(project.root, 'bare');
      await mkdir(bare);
      await project.gitIn(bare, 'init', '-q', '--bare');
      await writeFile(join(bare, 'plan.json'), JSON.stringify({ plan: 'Test', tasks: good }));
      return ['-C', bare, 'run', 'plan.json', ...agent];
    },
    code: 'bare-repository',
    says: [],
  },
  {
    name: 'a repository without a commit',
    given: async (project) => ['run', await project.plan(good), ...agent],
    code: 'no-commit',
    says: ['git commit'],
  },
  {
    name: 'a target that is checked out',
    given: async (project) => [...(await withPlan(project, good)), '--target', 'main'],
    code: 'target-checked-out',
    says: ['main', /\/tutti-e2e-\w+\/project/],
  },
  {
    name: 'a target that is no branch name',
    given: async (project) => [...(await withPlan(project, good)), '--target', 'a..b'],
    code: 'usage',
    says: ['a..b'],
  },
  {
    name: 'no git identity',
    given: async (project) => {
      const args = await withPlan(project, good);
      await writeFile(String(project.env.GIT_CONFIG_GLOBAL), '[user]\n\tuseConfigOnly = true\n');
      return args;
    },
    code: 'no-identity',
    says: ['git config', 'user.name'],
  },
];

const choices: readonly BadInput[] = [
  {
    name: 'an agent that does not exist: the nearest name',
    given: async (project) => {
      await withPlan(project, good);
      return ['run', 'plan.json', '--agent', 'scriptd', '--no-gate', '--yes'];
    },
    code: 'agent-not-found',
    says: ['scriptd', 'scripted'],
  },
  {
    // A command that is given is meant, whatever agent the configuration chooses.
    name: 'an agent whose program is not there',
    given: async (project) => {
      await withPlan(project, good);
      await project.configure({ agent: 'scripted', gate: ['true'] });
      return ['run', 'plan.json', '--command', 'no-such-agent --fast', '--yes'];
    },
    code: 'agent-not-found',
    says: ['no-such-agent', 'PATH'],
  },
  {
    name: 'no agent',
    given: async (project) => {
      await withPlan(project, good);
      return ['run', 'plan.json', '--no-gate', '--yes'];
    },
    code: 'agent-not-found',
    says: ['--command'],
  },
  {
    name: 'no gate',
    given: async (project) => {
      await withPlan(project, good);
      return ['run', 'plan.json', '--command', 'true', '--yes'];
    },
    code: 'no-gate',
    says: ['--gate', '--no-gate', 'tutti.yaml'],
  },
  {
    name: 'more slots than are allowed',
    given: async (project) => [...(await withPlan(project, good)), '--slots', '11'],
    code: 'invalid-config',
    says: ['11', '10', 'limits.maxParallel'],
  },
  {
    name: 'a first run that nobody confirms',
    given: async (project) => {
      await withPlan(project, good);
      return ['run', 'plan.json', '--command', 'true', '--no-gate'];
    },
    code: 'confirmation-needed',
    says: ['--yes', 'first run'],
  },
  {
    name: 'a configuration that is no YAML',
    given: async (project) => {
      await project.commit({ 'tutti.yaml': 'gate: [\n' });
      return withPlan(project, good);
    },
    code: 'invalid-yaml',
    says: ['at tutti.yaml:2'],
  },
  {
    name: 'a setting that does not exist',
    given: async (project) => {
      await project.commit({ 'tutti.yaml': 'retires: 2\n' });
      return withPlan(project, good);
    },
    code: 'invalid-config',
    says: ['tutti.yaml:1', 'retires', 'retries'],
  },
  {
    name: 'a resume without a run',
    given: async (project) => {
      await project.commit({ 'README.md': 'x\n' });
      return ['resume'];
    },
    code: 'no-run',
    says: ['tutti run'],
  },
];

const table = (title: string, inputs: readonly BadInput[]): void => {
  describe(title, () => {
    it.for(inputs.map((input) => [input.name, input] as const))('%s', async ([, input], { project }) => {
      const given = await input.given(project);
      const [first, folder, ...rest] = given;
      const [args, cwd] = first === '-C' ? [rest, folder ?? ''] : [given, project.path];
      const before = await project.git('for-each-ref');
      const { code, signal, stdout, stderr } = await project.run(args, { cwd });
      expect({ code, signal, stdout, stderr }).toEqual({
        ...{ code: 2, signal: null, stdout: '', stderr: expect.stringContaining(`error [${input.code}]: `) },
      });
      expect(stderr).toMatch(/^ {2}fix: \S/m);
      expect(stderr).not.toMatch(/^\s+at .*\.(js|ts):\d+:\d+/m);
      for (const text of input.says) expect(stderr).toMatch(text);
      expect(await project.git('for-each-ref')).toBe(before);
    });
  });
};

table('a plan', plans);
table('a repository', repositories);
table('a choice', choices);

describe('a command line', () => {
  it.for([
    ['an unknown command', ['frobnicate'], /unknown command 'frobnicate'/],
    ['a misspelt command', ['statsu'], /Did you mean status/],
    ['an unknown option', ['run', '--frobnicate'], /unknown option '--frobnicate'/],
    ['an unknown format', ['analyze', '--format', 'cobol'], /cobol[\s\S]*native[\s\S]*task-files/],
    ['no number of slots', ['run', '--slots', 'many'], /--slots[\s\S]*whole number/],
    ['a missing argument', ['why'], /missing required argument 'task'/],
  ] as const)('%s', async ([, args, text], { project }) => {
    await project.commit({ 'README.md': 'x\n' });
    const { code, stderr } = await project.run(args);
    expect({ code, stderr }).toEqual({ code: 2, stderr: expect.stringMatching(text) });
  });

  it.for([
    [['analyze', '--bogus', '--json'], /unknown option '--bogus'/, 'tutti analyze'],
    [['parallel', 'check', '--json', '--bogus'], /unknown option '--bogus'/, 'tutti parallel check'],
    [['analyze', '--slots', '0', 'X', '--json'], /--slots[^\n]*whole number/, 'tutti analyze'],
  ] as const)('has its document: %s', async ([args, message, call], { project }) => {
    const { code, stdout, stderr } = await project.run(args);
    const fix = `Run \`${call} --help\` for its arguments and options.`;
    expect({ code, stderr, document: errorSchema.parse(JSON.parse(stdout)) }).toEqual({
      code: 2,
      stderr: expect.stringMatching(message),
      document: {
        schemaVersion: 1,
        kind: 'error',
        problems: [
          {
            code: 'usage',
            severity: 'error',
            message: expect.stringMatching(message),
            file: null,
            line: null,
            tasks: [],
            fix,
          },
        ],
      },
    });
  });

  it('shows the help of a command behind `help`', async ({ project }) => {
    const { code, stdout } = await project.run(['help', 'run']);
    expect({ code, stdout }).toEqual({ code: 0, stdout: (await project.run(['run', '--help'])).stdout });
  });

  it('tells all problems of a plan at once', async ({ project }) => {
    const args = await withPlan(project, [
      { id: 'A', dependsOn: ['Z'] },
      { id: 'B', dependsOn: ['B'] },
      { id: 'A' },
    ]);
    const { code, stderr } = await project.run(args);
    expect(code).toBe(2);
    for (const problem of ['unknown-dependency', 'self-dependency', 'duplicate-id'])
      expect(stderr).toContain(`error [${problem}]`);
  });

  it('prints a stack trace only with --debug', async ({ project }) => {
    await project.commit({ 'README.md': 'x\n' });
    const { code, stderr } = await project.run(['resume', '--debug']);
    expect({ code, stderr }).toEqual({ code: 2, stderr: expect.stringMatching(/^\s+at .*:\d+:\d+/m) });
  });

  it('analyses a plan with errors all the same, and exits 2', async ({ project }) => {
    await project.commit({ 'cycle.yaml': await readFile(broken('cycle.yaml'), 'utf8') });
    const { code, stdout } = await project.run(['analyze', 'cycle.yaml', '--json']);
    expect({ code, document: JSON.parse(stdout) }).toMatchObject({
      ...{ code: 2, document: { kind: 'analysis', waves: null, diagnostics: [{ code: 'cycle' }] } },
    });
  });
});
