import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { fakeTerminal } from '../../../test/rig/fake-terminal.ts';
import { writeFiles } from '../../../test/rig/scratch-repository.ts';
import { ProblemError } from '../../core/problem.ts';
import { analysisSchema } from '../analysis-schema.ts';
import { tellError } from '../tell-error.ts';
import { type AnalyzeOptions, command } from './analyze.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tutti-analyze-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

async function analyze(plan: string, options: AnalyzeOptions = {}, columns = 80) {
  await writeFiles(folder, { 'plan.yaml': plan });
  const terminal = fakeTerminal({ cwd: folder, columns });
  const code = await command(terminal, [], options);
  return { code, text: terminal.printed() };
}

const diamond = `plan: Diamond
tasks:
  - { id: A, title: Start, body: x, files: [src/a/**], estimate: { duration: 1h } }
  - { id: B, title: Left, body: x, dependsOn: [A], files: [src/b.ts], estimate: { duration: 2h } }
  - { id: C, title: Right, body: x, dependsOn: [A], files: [src/b.ts], estimate: { duration: 3h } }
  - { id: D, title: End, body: x, dependsOn: [A, B, C], estimate: { duration: 1h } }
`;

it('tells waves, path, bounds, speed-up and pairs', async () => {
  const { code, text } = await analyze(diamond, { slots: 2 });
  expect({ code, text: text.replaceAll(folder, 'FOLDER') }).toEqual({
    code: 0,
    text: `Diamond
4 tasks, 5 dependencies
from FOLDER/plan.yaml
format: native (found plan.yaml)

Ready now       1: A
Critical path   5h: A → C → D
Widest moment   2 tasks at once
With 2 slots    at least 5h
                (critical path: 5h; all work shared by 2: 3h30m)

Waves: 1, 2, 1
    0   1  A
    1   2  B C
    2   1  D

Ideal speed-up (by estimates; nothing fails)
  slots         time  speed-up
      1           7h     1.0 ×  ██
      2           5h     1.4 ×  ███
  more than 2 slots would not be faster (shared files not counted)

File overlaps   1 pair with the same files, one waits for the other (3 of 4
                tasks say which files they touch)
  B and C: src/b.ts
Dependencies    1 follows from others and may be left out
  D on A: already by B

This plan can be run, with 1 file overlap.
Next: tutti run --slots 2   (in a git repository)
`,
  });
});

it('tells no path and no width of a plan that is all done', async () => {
  const { text } = await analyze('tasks: [{ id: A, body: x, status: done }]');
  expect(text).toContain('Ready now       nothing: all tasks are done\n');
  expect(text).not.toMatch(/Critical path|Widest moment|slots? |Next: /);
  expect(text.trimEnd().split('\n').at(-1)).toBe('All tasks are done: there is nothing to run.');
});

it('tells what the configuration makes of overlaps, and counts them apart from warnings', async () => {
  await writeFiles(folder, { 'tutti.yaml': 'conflicts: warn\n', '.git/HEAD': '' });
  const { text } = await analyze(
    'tasks: [{ id: A, files: [src/**] }, { id: B, body: x, files: [src/b] }, { id: C, body: x, files: [src/**] }]',
  );
  expect(text).toContain(
    'File overlaps   3 pairs may run together on the same files, as conflicts: warn\n                says\n',
  );
  expect(text).toContain('This plan can be run, with 1 warning and 3 file overlaps.\n');
});

it('ends with 2 for warnings when they count as errors', async () => {
  expect((await analyze(diamond, { strict: true })).code).toBe(2);
});

it('prints the document of SPEC §12, for a plan with errors too', async () => {
  const cycle = `plan: Round\ntasks:\n  - { id: A, title: a, body: x, dependsOn: [B] }\n  - { id: B, title: b, body: x, dependsOn: [A] }\n`;
  for (const [plan, expected] of [
    [diamond, 0],
    [cycle, 2],
  ] as const) {
    const { code, text } = await analyze(plan, { json: true });
    expect({ code, document: analysisSchema.safeParse(JSON.parse(text)).error }).toEqual({
      code: expected,
      document: undefined,
    });
  }
  const { text } = await analyze(cycle);
  expect(text).toContain('[cycle]');
  expect(text).toContain('cannot be run yet: 1 error.');
});

it('keeps long plans within the terminal, and terminal sequences of plans off it', async () => {
  const tasks = Array.from(
    { length: 300 },
    (_, index) =>
      `  - { id: "T-${index}\\e[2J", title: t, body: x${index > 0 ? `, dependsOn: ["T-${index - 1}\\e[2J"]` : ''} }`,
  );
  const { text } = await analyze(`plan: "Long\\e[31m"\ntasks:\n${tasks.join('\n')}\n`, {}, 60);
  const wide = text.split('\n').filter((line) => line.length > 60 && !line.startsWith('from '));
  expect({ wide, hasEscape: text.includes('\u001b') }).toEqual({ wide: [], hasEscape: false });
  expect(text).toContain('… and 290 more; --full shows them');
});

describe('other forms', () => {
  it('are printed, or written where the name says what to write', async () => {
    const beginnings = {
      mermaid: 'flowchart LR\n  t0["A<br>Start"]',
      dot: 'digraph plan {\n  label="Diamond";',
      svg: '<svg xmlns="http://www.w3.org/2000/svg"',
      html: '<!doctype html>\n',
    };
    const files = { mermaid: 'plan.mmd', dot: 'plan.gv', svg: 'plan.svg', html: 'plan.html' };
    for (const [form, beginning] of Object.entries(beginnings)) {
      const printed = await analyze(diamond, { [form]: true });
      const out = files[form as keyof typeof files];
      const written = await analyze(diamond, { out });
      const text = await readFile(join(folder, out), 'utf8');
      expect({ form, code: printed.code, text: printed.text.slice(0, beginning.length) }).toEqual({
        form,
        code: 0,
        text: beginning,
      });
      expect({ written, text }).toEqual({ written: { code: 0, text: '' }, text: printed.text });
    }
  });

  it('are drawn of a plan with a cycle too, which ends with 2', async () => {
    const round =
      'plan: Round\ntasks: [{ id: A, body: x, dependsOn: [B] }, { id: B, body: x, dependsOn: [A] }]\n';
    const { code, text } = await analyze(round, { svg: true });
    expect({ code, drawn: text.includes('class="t-line t-back"') }).toEqual({ code: 2, drawn: true });
  });

  it('are refused where they would be unclear, useless or in place of the plan', async () => {
    const refused = async (options: AnalyzeOptions, plan = diamond): Promise<string | undefined> => {
      const error = await analyze(plan, options).catch((thrown: unknown) => thrown);
      return error instanceof ProblemError ? error.problems[0]?.message : undefined;
    };
    const many = Array.from({ length: 5_001 }, (_, index) => `  - { id: T${index}, body: x }`).join('\n');
    expect([
      await refused({ svg: true, dot: true }),
      await refused({ out: 'plan.png' }),
      await refused({ out: 'nowhere/plan.svg' }),
      await refused({ json: true, out: 'plan.yaml' }),
      await refused({ svg: true }, `plan: Many\ntasks:\n${many}\n`),
    ]).toEqual([
      '--dot and --svg are two forms',
      'the name plan.png does not say what to write',
      'nowhere/plan.svg cannot be written (ENOENT)',
      'plan.yaml is part of the plan',
      'a picture of 5,001 tasks is too large to look at',
    ]);
  });
});

it('has one clear error, and nothing else, for what cannot be read', async () => {
  const terminal = fakeTerminal({ cwd: folder });
  const failed = await command(terminal, ['nowhere'], {}).catch((error: unknown) => error);
  expect(failed).toBeInstanceOf(ProblemError);
  expect({
    codes: (failed as ProblemError).problems.map(({ code }) => code),
    text: terminal.printed(),
  }).toEqual({
    codes: ['unreadable'],
    text: '',
  });
});

describe('several plans', () => {
  const files = {
    'plan.yaml': 'tasks: [{ id: A, body: x }]',
    'tasks/T-001.md': '**Dependencies**: None',
    'specs/001 x/tasks.md': '- [ ] T001 Do it',
  };
  beforeEach(() => writeFiles(folder, files));
  const within = (text: string): string => text.replaceAll(folder, 'FOLDER');

  it('are listed without a terminal, with the command for each', async () => {
    const terminal = fakeTerminal({ cwd: folder });
    const code = await command(terminal, [], {}).catch((error: unknown) => tellError(error, terminal, false));
    expect([code, terminal.printed(), within(terminal.remarked())]).toEqual([
      2,
      '',
      `Name the plan you mean:
  tutti analyze FOLDER/plan.yaml --format native
  tutti analyze FOLDER/tasks --format task-files
  tutti analyze 'FOLDER/specs/001 x/tasks.md' --format spec-kit
error [ambiguous-format]: FOLDER holds several plans: FOLDER/plan.yaml (native: plan.yaml), FOLDER/tasks (task-files: 1 task file), FOLDER/specs/001 x/tasks.md (spec-kit: 1 task such as T001)
  at FOLDER
  fix: Run one of the commands above.
`,
    ]);
  });

  it('are all in the JSON document', async () => {
    const terminal = fakeTerminal({ cwd: folder });
    const code = await command(terminal, [], { json: true });
    const { plan, diagnostics } = JSON.parse(within(terminal.printed()));
    expect([code, plan.alsoFound, diagnostics[0].fix, terminal.remarked()]).toEqual([
      2,
      [
        { format: 'native', path: 'FOLDER/plan.yaml', found: 'plan.yaml' },
        { format: 'task-files', path: 'FOLDER/tasks', found: '1 task file' },
        { format: 'spec-kit', path: 'FOLDER/specs/001 x/tasks.md', found: '1 task such as T001' },
      ],
      'Name one of them: `tutti analyze FOLDER/plan.yaml --format native`.',
      '',
    ]);
  });

  it('are asked for on a terminal', async () => {
    const terminal = fakeTerminal({ cwd: folder, answerText: ' 3 ' });
    expect(await command(terminal, [], {})).toBe(0);
    expect(within(terminal.remarked())).toBe(`There are 3 plans:
   1  FOLDER/plan.yaml  (native: plan.yaml)
   2  FOLDER/tasks  (task-files: 1 task file)
   3  FOLDER/specs/001 x/tasks.md  (spec-kit: 1 task such as T001)
`);
    const text = within(terminal.printed()).replace(/\s+/g, ' ');
    expect(text).toContain(
      ' format: spec-kit (found 1 task such as T001; also found: FOLDER/plan.yaml, FOLDER/tasks) ',
    );
    expect(text).toContain(" Next: tutti run 'FOLDER/specs/001 x/tasks.md' --format spec-kit ");
  });

  it.each(['', '0', '4', 'x'])('are not guessed from the answer "%s"', async (answerText) => {
    const terminal = fakeTerminal({ cwd: folder, answerText });
    await expect(command(terminal, [], {})).rejects.toThrow('is none of the plans');
  });
});

it('tells why a dependency is there that nobody wrote', async () => {
  await writeFiles(folder, { 'tasks.md': '- [ ] T001 Do `a.ts`\n- [ ] T002 Do `b.ts`' });
  const terminal = fakeTerminal({ cwd: folder });
  await command(terminal, ['tasks.md'], {});
  expect(terminal.printed()).toContain(`Inferred        1 dependency that the plan does not state, and why
  T002 after T001: T002 is not marked [P] and comes after it
`);
  const json = fakeTerminal({ cwd: folder });
  await command(json, ['tasks.md'], { json: true });
  const document = JSON.parse(json.printed());
  expect([analysisSchema.safeParse(document).error, document.tasks[1].dependencyReasons]).toEqual([
    undefined,
    { T001: 'T002 is not marked [P] and comes after it' },
  ]);
});
