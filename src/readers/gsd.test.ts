/** Real `.planning` folders and roadmaps, against expectations that were reviewed by eye, and against a second reader. */
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { diagnose } from '../core/analysis/diagnose.ts';
import { readPlan } from './detect.ts';

const fixtures = path.join(import.meta.dirname, '../../test/fixtures/plans');

/** One line per task (`x` done, `p` for a person, then what it waits for), then the problems; overlaps are only counted. */
async function written(source: string): Promise<string> {
  const { plan, problems } = await readPlan(path.join(fixtures, source));
  const tasks = plan.tasks.map(
    ({ id, status, autonomous, dependsOn }) =>
      `${status === 'done' ? 'x' : '.'}${autonomous ? ' ' : 'p'} ${id}${dependsOn.length > 0 ? ` < ${dependsOn.join(' ')}` : ''}`,
  );
  const all = [...problems, ...diagnose(plan)];
  const folder = path.join(fixtures, source.split('/')[0] ?? '');
  const told = all
    .filter(({ code }) => code !== 'file-overlap')
    .map(({ code, severity, location, tasks: about }) => {
      const place = location && `${path.relative(folder, location.file)}:${location.line}`;
      return `! ${severity} ${code} ${place} ${about.join(' ')}`.trim();
    });
  const overlaps = all.length - told.length;
  return [
    `${plan.format} ${plan.name}`,
    ...tasks,
    ...told,
    ...(overlaps > 0 ? [`! ${overlaps} × file-overlap`] : []),
  ].join('\n');
}

describe('real plans', () => {
  const expectations = readFileSync(path.join(fixtures, 'gsd-expectations.txt'), 'utf8')
    .trim()
    .split(/\n*^## /m);
  const cases = expectations.slice(1).map((text) => {
    const [source = '', ...lines] = text.split('\n');
    return { source, expected: lines.filter((line) => !line.startsWith('//')).join('\n') };
  });

  it.each(cases)('$source', async ({ source, expected }) => {
    expect(await written(source)).toBe(expected);
  });
});

/** The second reader: ten lines that know nothing of the first. */
function plainEdges(folder: string): string[] {
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) =>
    name.endsWith('-PLAN.md'),
  );
  return files.flatMap((name) => {
    const front = readFileSync(path.join(folder, name), 'utf8').split('---')[1] ?? '';
    const list = front.split('\ndepends_on:')[1]?.split('\n')[0] ?? '';
    const id = path.basename(name).replace('-PLAN.md', '');
    return (list.match(/[\w.]+-\w+/g) ?? []).map((dependency) => `${id} < ${dependency}`);
  });
}

it.each(['ahmetb__kubectl-fields', 'ahujasid__ableton-mcp', 'aidandevv__powerhour', 'ollorin__gsd-fork'])(
  'every edge that the front matter of %s states is read, and inside a phase no other',
  async (repository) => {
    const { plan } = await readPlan(path.join(fixtures, repository, '.planning'));
    const phaseOf = (id: string): string => id.split('-')[0] ?? '';
    const edges = plan.tasks.flatMap(({ id, dependsOn }) =>
      dependsOn.filter((other) => phaseOf(other) === phaseOf(id)).map((other) => `${id} < ${other}`),
    );
    const stated = plainEdges(path.join(fixtures, repository, '.planning/phases'));
    expect(stated.length).toBeGreaterThan(0);
    expect(edges.sort()).toEqual(stated.sort());
  },
);
