/** Writes random graphs as Task Master, Beads and Backlog.md keep them. */
import type { SeededRandom } from './seeded-random.ts';
import { chance, dependenciesOf, type PlanWriter, shuffled, writeBelow } from './written-plan.ts';

/** Ids are numbers or strings, also in one file; Task Master writes both. */
export const writeTaskMaster: PlanWriter = (folder, graph, random) => {
  const written = (position: number): string | number =>
    chance(random) ? position + 1 : String(position + 1);
  const tasks = graph.map((row, position) => ({
    id: written(position),
    title: `Task ${position + 1}`,
    description: 'Do it.',
    status: random.pick(['pending', 'in-progress']),
    dependencies:
      row.length > 0 && random.wholeNumber(0, 4) === 0
        ? row.map((other) => other + 1).join(', ')
        : row.map(written),
    subtasks: [],
  }));
  const isTagged = chance(random);
  const [name, tag] = [
    random.pick(['.taskmaster/tasks/tasks.json', 'tasks.json']),
    random.pick(['master', 'v2']),
  ];
  const text = JSON.stringify(isTagged ? { [tag]: { tasks, metadata: {} } } : { tasks }, null, 2);
  const file = writeBelow(folder, name, text);
  return { source: chance(random) ? folder : file, graph: dependenciesOf(graph, (at) => String(at + 1)) };
};

/** Lines in any order; most kinds of links order nothing, wherever they lead. */
export const writeBeads: PlanWriter = (folder, graph, random) => {
  const id = (position: number): string => `bd-${(position * 7919 + 4096).toString(16)}`;
  const issues = graph.map((row, position) => {
    const blocks = row.map((other) => ({
      ...(chance(random) ? { issue_id: id(position) } : {}),
      depends_on_id: id(other),
      type: random.pick(['blocks', 'blocks', 'waits-for']),
    }));
    const others = Array.from({ length: random.wholeNumber(0, 2) }, () => ({
      depends_on_id: id(random.wholeNumber(0, graph.length - 1)),
      type: random.pick(['related', 'discovered-from', 'tracks', 'relates-to']),
    })).filter(({ depends_on_id: other }) => other !== id(position) && !row.map(id).includes(other));
    const dependencies = shuffled([...blocks, ...others], random);
    return { id: id(position), title: 'x', status: 'open', issue_type: 'task', dependencies };
  });
  const lines = shuffled(issues, random).map((issue) => `${JSON.stringify(issue)}\n`);
  writeBelow(folder, '.beads/issues.jsonl', lines.join(''));
  return { source: folder, graph: dependenciesOf(graph, id) };
};

/** Ids in other case, padded, without their prefix: as people write them into the files by hand. */
export const writeBacklogMd: PlanWriter = (folder, graph, random) => {
  const prefix = random.pick(['task-', 'BACK-']);
  const id = (position: number): string => `${prefix}${position + 1}`;
  const spelled = (position: number): string =>
    random.pick([id(position), id(position).toUpperCase(), `${prefix}0${position + 1}`, `${position + 1}`]);
  for (const [position, row] of graph.entries()) {
    const ordinal = chance(random) ? `ordinal: ${random.wholeNumber(1, 5)}000\n` : '';
    const text = `---\nid: ${id(position)}\ntitle: Some words\nstatus: To Do\nassignee: []\n${listed(row.map(spelled), random)}${ordinal}---\n\nDo it.\n`;
    writeBelow(folder, `backlog/tasks/${id(position)} - Some-words.md`, text);
  }
  return { source: folder, graph: dependenciesOf(graph, id) };
};

function listed(ids: readonly string[], random: SeededRandom): string {
  if (ids.length === 0) return random.pick(['', 'dependencies: []\n', 'dependencies:\n']);
  if (ids.length === 1 && chance(random)) return `dependencies: ${ids[0]}\n`;
  return chance(random)
    ? `dependencies: [${ids.join(', ')}]\n`
    : `dependencies:\n${ids.map((each) => `  - ${each}\n`).join('')}`;
}
