/** Writes random graphs as tutti's own plans, as task files, and as "Task N" and Spec Kit documents. */
import { stringify } from 'yaml';
import type { SeededRandom } from './seeded-random.ts';
import {
  chance,
  dependenciesOf,
  type Graph,
  type PlanWriter,
  shuffled,
  type WrittenPlan,
  writeBelow,
} from './written-plan.ts';

type IdOf = (position: number) => string;

const padded = (random: SeededRandom): IdOf => {
  const prefix = random.pick(['T-', 'EST-', 'PROJ-API-', 'task_']);
  return (position) => prefix + String(position + 1).padStart(3, '0');
};

/** YAML, JSON, and Markdown with the graph in its front matter and a section per task. */
export const writeNative: PlanWriter = (folder, graph, random) => {
  const id = padded(random);
  const kind = random.pick(['yaml', 'json', 'md'] as const);
  const tasks = graph.map((row, position) => ({
    id: id(position),
    dependsOn: row.map(id),
    ...(kind === 'md' ? {} : { body: 'Do it.' }),
  }));
  const plan = { plan: 'x', tasks };
  const separator = random.pick([': ', ' - ', ' ']);
  const sections = shuffled(tasks, random).map((task) => `## ${task.id}${separator}Some words\n\nDo it.\n`);
  const texts = {
    yaml: () => stringify(plan),
    json: () => JSON.stringify(plan),
    md: () => `---\n${stringify(plan)}---\n\n# x\n\n${sections.join('\n')}`,
  };
  return {
    source: writeBelow(folder, `plan.${kind}`, texts[kind]()),
    graph: dependenciesOf(graph, id),
  };
};

/** Ways to write one task's dependencies in its file. */
const taskFileShapes: readonly ((id: string, dependsOn: readonly string[]) => string)[] = [
  (id, dependsOn) => `# ${id}: x\n\n**Dependencies**: ${dependsOn.join(', ') || 'None'}\n`,
  (id, dependsOn) =>
    `# ${id}\n\n- **Depends on:** ${dependsOn.map((other) => `\`${other}\` (see ${id})`).join(' and ') || '-'}\n`,
  (id, dependsOn) =>
    `# ${id}\n\n## Dependencies\n\n${dependsOn.map((other) => `- ${other}: first`).join('\n') || 'n/a'}\n\n## Notes\n\n- x\n`,
  (id, dependsOn) => `---\nid: ${id}\ndepends_on: [${dependsOn.join(', ')}]\n---\nDo it.\n`,
  (id, dependsOn) =>
    `---\nid: ${id}\ndependencies:\n${dependsOn.map((other) => `  - ${other}\n`).join('')}---\nDo it.\n`,
];

/** Each file in a shape of its own; or all of them only say what they block. */
export const writeTaskFiles: PlanWriter = (folder, graph, random) => {
  const id = padded(random);
  const saysBlocks = random.wholeNumber(0, 2) === 0;
  for (const [position, row] of graph.entries()) {
    const blocked = graph.flatMap((other, index) => (other.includes(position) ? [id(index)] : []));
    const text = saysBlocks
      ? `# ${id(position)}: x\n\n**Blocks**: ${blocked.join(', ') || 'None'}\n`
      : random.pick(taskFileShapes)(id(position), row.map(id));
    writeBelow(folder, `${id(position)}${random.pick(['', '-slug'])}.md`, text);
  }
  return { source: folder, graph: dependenciesOf(graph, id) };
};

/** Ways to write one task's dependencies in a "Task N" plan; each task produces a name of its own. The first one states them. */
const taskNShapes: readonly ((numbers: readonly number[]) => string)[] = [
  (numbers) => `**Depends on:** ${numbers.map((number) => `Task ${number}`).join(', ') || 'None'}`,
  (numbers) => `- Consumes: ${numbers.map((number) => `\`made${number}\``).join(', ') || 'None'}`,
  (numbers) =>
    `- Consumes: ${numbers.length === 0 ? 'nothing' : `what Tasks ${numbers.join(' and ')} leave`}`,
];

export const writeTaskN: PlanWriter = (folder, graph, random) => {
  const id: IdOf = (position) => `task-${position + 1}`;
  const inferred: string[] = [];
  const sections = graph.map((row, position) => {
    const shape = random.pick(taskNShapes);
    if (shape !== taskNShapes[0]) inferred.push(id(position));
    const stated = shape(row.map((other) => other + 1));
    return `### Task ${position + 1}: x\n\n${stated}\n\n- Produces: \`made${position + 1}()\`\n\n- [ ] Do it\n`;
  });
  return {
    source: writeBelow(folder, 'plan.md', sections.join('\n')),
    graph: dependenciesOf(graph, id),
    inferred,
  };
};

/**
 * Phases, marks and files by chance; the graph's own edges are stated. Of two tasks the later one waits for the earlier one
 * unless both stand in one run of neighbours marked [P], name other files, and state nothing.
 */
export const writeSpecKit: PlanWriter = (folder, graph, random): WrittenPlan => {
  const id: IdOf = (position) => `T${String(position + 1).padStart(3, '0')}`;
  const files = ['src/a.ts', 'src/b.ts', 'docs/c.md'];
  let [run, phase] = [0, 1];
  const tasks = graph.map((row, position) => {
    const beginsPhase = position > 0 && random.wholeNumber(0, 4) === 0;
    const isParallel = random.wholeNumber(0, 3) > 0;
    const file = random.wholeNumber(0, 2) === 0 ? random.pick(files) : undefined;
    if (beginsPhase) phase++;
    return { row: chance(random) ? row : [], position, phase, isParallel, file, beginsPhase };
  });
  const runs = tasks.map((task, position) => {
    const before = tasks[position - 1];
    if (task.beginsPhase || !task.isParallel || before?.isParallel === false) run++;
    return run;
  });
  const before = tasks.map((task, position): number[] =>
    tasks.slice(0, position).flatMap((other, index) => {
      const isShared = task.file !== undefined && task.file === other.file;
      return runs[index] !== runs[position] || isShared || task.row.includes(index) ? [index] : [];
    }),
  );
  const lines = tasks.map(({ row, position, phase: number, isParallel, file, beginsPhase }) => {
    const heading = position === 0 || beginsPhase ? `\n## Phase ${number}: P${number}\n\n` : '';
    const place = file === undefined ? '' : ` in ${random.pick([file, `\`${file}\``])}`;
    const stated = row.length === 0 ? '' : ` (depends on ${row.map(id).join(', ')})`;
    const mark = `${random.pick(['-', '*'])} [ ] `;
    return `${heading}${mark}${id(position)} ${isParallel ? '[P] ' : ''}${chance(random) ? '[US1] ' : ''}Do it${place}${stated}\n`;
  });
  return {
    source: writeBelow(folder, 'tasks.md', `# Tasks\n${lines.join('')}`),
    graph: dependenciesOf(before as Graph, id),
    isOrder: true,
  };
};
