/** Keeps the documentation true: what it lists is what the code has, what it tells is what happens, its commands work. */
import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';
import { describe, expect, it } from 'vitest';
import { checkRecipe } from '../src/agents/scripted-recipe.ts';
import { attemptVariables } from '../src/attempt/environment.ts';
import { commands } from '../src/cli/command-table.ts';
import { exitCode } from '../src/cli/exit-code.ts';
import { agentCommands, driverPrograms } from '../src/cli/known-agents.ts';
import { knownKeys as configKeys, defaults, laterKeys } from '../src/config/schema.ts';
import { loadConfig } from '../src/config/sources.ts';
import { formatDuration } from '../src/core/duration.ts';
import { type FailureReason, isCharged } from '../src/core/failure.ts';
import { defaultTemplate, placeholders } from '../src/core/prompt-template.ts';
import { taskStatuses } from '../src/core/run-state.ts';
import { formats, readPlan } from '../src/readers/detect.ts';
import { knownKeys as planKeys } from '../src/readers/native-schema.ts';
import { noticeVariables } from '../src/system/notifier.ts';
import { slotVariables } from '../src/system/slot-ports.ts';
import { World } from './fakes/world.ts';
import { planFrom } from './rig/plan-text.ts';
import { packageRoot, readSources } from './rig/source-tree.ts';
import { runScript } from './simulation/run.ts';

const read = (path: string): string => readFileSync(join(packageRoot, path), 'utf8');

const pages = [
  'README.md',
  'CONTRIBUTING.md',
  ...readdirSync(join(packageRoot, 'docs'), { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('.md'))
    .map((path) => join('docs', path).replaceAll('\\', '/')),
];

interface Entry {
  readonly name: string;
  readonly text: string;
}

/** Entries of a page: headings in code marks of the third level, below `section` when one is given. */
function entries(page: string, section?: string): Entry[] {
  const text = read(page);
  const part = section === undefined ? text : (text.split(`\n## ${section}\n`)[1]?.split('\n## ')[0] ?? '');
  return part
    .split('\n### `')
    .slice(1)
    .map((entry) => ({
      name: entry.slice(0, entry.indexOf('`')),
      text: entry.slice(entry.indexOf('\n')).split('\n## ')[0] ?? '',
    }));
}

const namesOf = (list: readonly Entry[]): string[] => list.map(({ name }) => name).sort();

/** Members of a union of literals, from its source text. */
function literals(file: string, type: string): string[] {
  const source = read(file).split(`export type ${type} =`)[1]?.split(';')[0] ?? '';
  return [...source.matchAll(/^\s*\| '([a-z-]+)'/gm)].map(([, name]) => name ?? '').sort();
}

/** Words in code marks in the first column of the tables of a page, or of one section of it. */
function firstColumn(page: string, section?: string): string[] {
  const text = read(page);
  const part = section === undefined ? text : (text.split(`\n${section}\n`)[1]?.split('\n## ')[0] ?? '');
  return [...part.matchAll(/^\| `([^`]+)` \|/gm)].map(([, name]) => name ?? '');
}

const blocks = (page: string, language: string, mark = '```'): string[] =>
  [...read(page).matchAll(new RegExp(`^${mark}${language}\\n([\\s\\S]*?)^${mark}`, 'gm'))].map(
    ([, text]) => text ?? '',
  );

interface EventSource {
  readonly type: string;
  readonly fields: readonly string[];
}

const eventSources: readonly EventSource[] = [
  ...read('src/core/event.ts').matchAll(
    /^export interface \w+ \{\n {2}readonly type: '([a-z-]+)';\n([\s\S]*?)^\}/gm,
  ),
].map(([, type = '', body = '']) => ({
  type,
  fields: [...body.matchAll(/^ {2}readonly (\w+)\??:/gm)].map(([, field]) => field ?? ''),
}));

describe('EVENTS', () => {
  it('has an entry for every event and no other', () => {
    const types = [...read('src/core/event.ts').matchAll(/readonly type: '([a-z-]+)'/g)].map(
      ([, type]) => type,
    );
    expect(namesOf(entries('docs/EVENTS.md'))).toEqual([...types].sort());
    expect(eventSources.map(({ type }) => type)).toEqual(types);
  });

  it('names every field', () => {
    const described = new Map(entries('docs/EVENTS.md').map(({ name, text }) => [name, text]));
    const silent = eventSources.flatMap(({ type, fields }) =>
      fields
        .filter((field) => !described.get(type)?.includes(`\`${field}\``))
        .map((field) => `${type}.${field}`),
    );
    expect(silent).toEqual([]);
  });
});

describe('ERRORS', () => {
  it('has an entry for every code and no other', () => {
    const page = 'docs/ERRORS.md';
    expect(namesOf(entries(page, 'Problems'))).toEqual(literals('src/core/problem.ts', 'ProblemCode'));
    expect(namesOf(entries(page, 'Failures'))).toEqual(literals('src/core/failure.ts', 'FailureReason'));
    expect(namesOf(entries(page, 'Faults'))).toEqual(literals('src/core/event.ts', 'FaultCode'));
  });

  it('says of each failure whether it is charged, as the code has it', () => {
    for (const { name, text } of entries('docs/ERRORS.md', 'Failures')) {
      const charged = isCharged({ reason: name as FailureReason, message: '' });
      expect([name, text.includes('Charged.'), text.includes('Not charged.')]).toEqual([
        name,
        charged,
        !charged,
      ]);
    }
  });

  it('lists no code that nothing in src uses', () => {
    const sources = readSources().filter(({ path }) => !path.endsWith('.test.ts'));
    const codes = [
      ['core/problem.ts', ...literals('src/core/problem.ts', 'ProblemCode')],
      ['core/failure.ts', ...literals('src/core/failure.ts', 'FailureReason')],
      ['core/event.ts', ...literals('src/core/event.ts', 'FaultCode')],
    ];
    const unused = codes.flatMap(([home, ...names]) =>
      names.filter((name) => !sources.some(({ path, text }) => path !== home && text.includes(`'${name}'`))),
    );
    expect(unused).toEqual([]);
  });
});

describe('ARCHITECTURE', () => {
  it('has an entry for every room', () => {
    const rooms = new Set(readSources().map(({ path }) => path.split('/', 1)[0]));
    expect(namesOf(entries('docs/ARCHITECTURE.md', 'The rooms'))).toEqual([...rooms].sort());
  });

  it('tells the journey that a run of one task makes', async () => {
    const journey =
      read('docs/ARCHITECTURE.md').split('## The journey of one task')[1]?.split('\n## ')[0] ?? '';
    const told = [...journey.matchAll(/^\| `([a-z-]+)` \|.*\| `(src\/[^`]+)` \|$/gm)];
    const { events } = await runScript({
      plan: planFrom('T-001'),
      world: new World(new Map()),
      choose: () => 0,
    });
    expect(told.map(([, event]) => event)).toEqual(events.map(({ type }) => type));
    // The file is where that event, or the command it follows from, is written down.
    const elsewhere = new Map([
      ['baseline-started', 'check-baseline'],
      ['attempt-started', 'start-attempt'],
      ['integration-started', 'integrate'],
      ['run-ended', 'end-run'],
      ['workspace-prepared', 'acquire'],
      ['agent-launched', 'launched'],
      ['attempt-succeeded', 'verdict'],
    ]);
    const wrong = told.filter(
      ([, event = '', file = '']) => !read(file).includes(elsewhere.get(event) ?? event),
    );
    expect(wrong.map(([, event, file]) => `${event}: ${file}`)).toEqual([]);
  });
});

describe('GLOSSARY', () => {
  it('has every state of a task', () => {
    const states = read('docs/GLOSSARY.md').split('## States of a task')[1] ?? '';
    const listed = [...states.matchAll(/^\| ([a-z][a-z-]+) \| (?!meaning)/gm)].map(([, name]) => name);
    expect(listed).toEqual(taskStatuses);
  });
});

describe('every page', () => {
  it('names only files that exist', () => {
    const missing = pages.flatMap((page) =>
      [...read(page).matchAll(/`((?:src|test|docs|schemas|bench)\/[\w./-]*)`/g)]
        .map(([, path]) => path ?? '')
        .filter((path) => !existsSync(join(packageRoot, path)))
        .map((path) => `${page}: ${path}`),
    );
    expect(missing).toEqual([]);
  });

  it('links to what exists', () => {
    const broken = pages.flatMap((page) =>
      [...read(page).matchAll(/\]\(([^)\s]+)\)/g)]
        .map(([, link]) => link ?? '')
        .filter((link) => !/^[a-z]+:/.test(link) && !resolves(page, link))
        .map((link) => `${page}: ${link}`),
    );
    expect(broken).toEqual([]);
  });
});

function resolves(page: string, link: string): boolean {
  const [path = '', anchor] = link.split('#', 2);
  const target = path === '' ? page : relative(packageRoot, join(packageRoot, dirname(page), path));
  if (!existsSync(join(packageRoot, target))) return false;
  if (anchor === undefined) return true;
  const headings = [...read(target).matchAll(/^#+ (.*)$/gm)].map(([, heading = '']) =>
    heading
      .toLowerCase()
      .replace(/[^\w\s-]/g, '')
      .replaceAll(' ', '-'),
  );
  return headings.includes(anchor);
}

describe('dependencies', () => {
  it('each have a line', () => {
    const { dependencies, devDependencies } = JSON.parse(read('package.json')) as Record<string, object>;
    const names = [...Object.keys(dependencies ?? {}), ...Object.keys(devDependencies ?? {})];
    const listed = [...read('docs/decisions/dependencies.md').matchAll(/^\| (@?\w[\w/-]*) \|/gm)].map(
      ([, name]) => name,
    );
    expect(listed.filter((name) => name !== 'package').sort()).toEqual(names.sort());
  });
});

describe('the configuration page', () => {
  const page = 'docs/guide/configuration.md';

  it('lists every key', () => {
    const keys = configKeys([]).flatMap((key) => (key === 'limits' ? ['limits.maxParallel'] : [key]));
    expect(firstColumn(page, '## Keys').sort()).toEqual(
      [...keys, ...configKeys(['agents', 'x']), ...configKeys(['budget'])].sort(),
    );
    for (const key of configKeys(['gate'])) expect(read(page)).toContain(`\`${key}\``);
  });

  it('gives the defaults that are in force', () => {
    const shown = {
      ...defaults,
      'limits.maxParallel': defaults.maxParallel,
      timeout: formatDuration(defaults.timeoutMs),
      stall: formatDuration(defaults.stallMs),
    };
    const told = [...read(page).matchAll(/^\| `([\w.]+)` \| `?([^`|]+?)`? \|/gm)].map(
      ([, key = '', value = '']) => [key, value],
    );
    const wrong = told.filter(
      ([key = '', value]) => key in shown && String(shown[key as keyof typeof shown]) !== value,
    );
    expect(wrong.filter(([key]) => key !== 'maxParallel')).toEqual([]);
  });

  it('lists every environment variable and every setting of later versions', () => {
    const source = read('src/config/environment.ts').split('const variables')[1]?.split('};')[0] ?? '';
    const variables = [...source.matchAll(/^ {2}(\w+): '/gm)].map(([, name]) => name ?? '');
    expect(firstColumn(page, '## Environment variables').sort()).toEqual(variables.sort());
    const later = read(page).split('## Settings that do not exist yet')[1] ?? '';
    expect([...later.matchAll(/`(\w+)`/g)].map(([, key]) => key)).toEqual([...laterKeys]);
  });
});

describe('the guide', () => {
  it('lists every format of plans', () => {
    expect(firstColumn('docs/guide/plans.md', '## Formats').sort()).toEqual([...formats].sort());
  });

  it('lists every key of a plan', () => {
    const listed = firstColumn('docs/guide/plans.md', '## Native: one YAML or JSON file');
    expect(listed.sort()).toEqual([...planKeys([], false), ...planKeys([], true)].sort());
  });

  it('shows plans that can be read', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'tutti-docs-'));
    try {
      for (const text of [...blocks('docs/guide/plans.md', 'yaml'), ...blocks('README.md', 'yaml')]) {
        const file = join(folder, 'plan.yaml');
        writeFileSync(file, text);
        const { plan, problems } = await readPlan(file);
        expect([plan.tasks.length > 0, problems]).toEqual([true, []]);
      }
      const [inMarkdown = ''] = blocks('docs/guide/plans.md', 'md', '````');
      writeFileSync(join(folder, 'plan.md'), inMarkdown);
      const native = await readPlan(join(folder, 'plan.md'));
      expect([native.plan.tasks.map(({ title }) => title), native.problems]).toEqual([
        ['Cart model', 'Migrate prices'],
        [],
      ]);
      rmSync(join(folder, 'plan.md'));
      const texts = blocks('docs/guide/plans.md', 'markdown');
      texts.forEach((text, index) => {
        writeFileSync(join(folder, `T-00${index + 2}.md`), text);
      });
      for (const id of ['T-001', 'T-009']) writeFileSync(join(folder, `${id}.md`), `# ${id}: Other\n`);
      rmSync(join(folder, 'plan.yaml'));
      const { plan } = await readPlan(folder);
      const dependencies = Object.fromEntries(plan.tasks.map(({ id, dependsOn }) => [id, dependsOn]));
      expect(dependencies).toEqual({
        'T-001': [],
        'T-002': ['T-001'],
        'T-003': ['T-001', 'T-002'],
        'T-009': ['T-003'],
      });
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  it('shows configurations that can be used', () => {
    const folder = mkdtempSync(join(tmpdir(), 'tutti-docs-'));
    try {
      for (const text of ['gate', 'agents', 'claude-code', 'codex', 'gemini', 'opencode', 'watching'].flatMap(
        (name) => blocks(`docs/guide/${name}.md`, 'yaml'),
      )) {
        writeFileSync(join(folder, 'tutti.yaml'), text);
        const { config, problems } = loadConfig({
          root: folder,
          cwd: folder,
          env: { HOME: folder },
          flags: {},
        });
        const recipes = Object.entries(config?.agents ?? {}).flatMap(([name, { recipe }]) =>
          recipe === undefined ? [] : checkRecipe(name, recipe),
        );
        expect([...problems, ...recipes]).toEqual([]);
      }
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  it('lists every variable of an attempt and every key of a recipe', () => {
    const request = { run: 'r', task: { id: 'T', title: 't' }, ordinal: 1, slot: 0 };
    const variables = [attemptVariables(request as never, 'file'), slotVariables('0', 1)(0)].flatMap(
      Object.keys,
    );
    const recipe = /'(durationMs [^']+)'/.exec(read('src/agents/scripted-recipe.ts'))?.[1]?.split(' ') ?? [];
    const listed = firstColumn('docs/guide/agents.md').sort();
    expect(listed).toEqual([...variables, 'TUTTI_MARK', ...recipe, 'tasks'].sort());
  });

  it('lists every variable of a notice', () => {
    const notice = { event: 'ended', run: 'r', tasks: [], title: '', message: '' };
    expect(firstColumn('docs/guide/watching.md')).toEqual(Object.keys(noticeVariables(notice as never)));
  });

  it('shows how each known agent is started', () => {
    for (const [name, command] of Object.entries(agentCommands))
      expect(read('docs/guide/agents.md')).toContain(`${name.padEnd(15)}${command}\n`);
    for (const name of Object.keys(driverPrograms))
      expect(read('docs/guide/agents.md')).toContain(`\n## ${name}\n`);
  });

  it('shows the template of prompts and all that it may contain', () => {
    const page = 'docs/guide/prompt.md';
    expect(firstColumn(page)).toEqual(placeholders.map((name) => `{{${name}}}`));
    expect(blocks(page, 'text')).toContain(defaultTemplate);
  });

  it('lists every command and every exit code', () => {
    expect(firstColumn('README.md').sort()).toEqual(commands.map(({ name }) => name).sort());
    const codes = [...read('docs/guide/when-something-fails.md').matchAll(/^\| (\d+) \|/gm)].map(([, code]) =>
      Number(code),
    );
    expect(codes).toEqual(Object.values(exitCode));
  });

  it('has a first plan that works as it is written', () => {
    const folder = mkdtempSync(join(tmpdir(), 'tutti-docs-'));
    try {
      const script = [
        'set -e',
        'tutti() { "$NODE" "$TUTTI" "$@"; }',
        ...blocks('docs/guide/five-minutes.md', 'sh'),
      ];
      const env = {
        PATH: process.env.PATH,
        HOME: folder,
        XDG_STATE_HOME: join(folder, 'state'),
        GIT_CONFIG_NOSYSTEM: '1',
        NODE: process.execPath,
        TUTTI: join(packageRoot, 'bin/tutti.mjs'),
      };
      const output = execFileSync('sh', ['-c', script.join('\n')], {
        cwd: folder,
        env,
        encoding: 'utf8',
        stdio: 'pipe',
      });
      expect(readdirSync(join(folder, 'shop')).sort()).toEqual(
        ['.git', 'agent.sh', 'T-001.txt', 'T-002.txt', 'T-003.txt', 'check.sh', 'plan.yaml'].sort(),
      );
      expect(output).toMatch(
        /T-002 failed: .*[\s\S]*T-002 done[\s\S]*landed on main[\s\S]*T-003 skipped: already in the target/,
      );
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });
});
