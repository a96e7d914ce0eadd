/** Writes random graphs as GSD roadmaps, and as plan files with a roadmap that orders their phases. */
import type { SeededRandom } from './seeded-random.ts';
import {
  chance,
  type Dependencies,
  dependenciesOf,
  type PlanWriter,
  shuffled,
  type WrittenPlan,
  writeBelow,
} from './written-plan.ts';

/** `1, 2, 3`, or with inserted phases: `1, 1.1, 2, 2.1`. */
function phaseNumbers(count: number, random: SeededRandom): string[] {
  const numbers: string[] = [];
  let [whole, inserted] = [0, 0];
  while (numbers.length < count) {
    if (whole > 0 && random.wholeNumber(0, 3) === 0) inserted++;
    else [whole, inserted] = [whole + 1, 0];
    numbers.push(inserted === 0 ? `${whole}` : `${whole}.${inserted}`);
  }
  return numbers;
}

const padded = (number: string, random: SeededRandom): string =>
  random.wholeNumber(0, 3) === 0 ? number.replace(/^\d(?!\d)/, '0$&') : number;

const notes = ['', '', '', ' (needs the schema)', ' [not Phase 1, nor 3]', ' ({Phase 2} (nested) 3, 4)'];
const joins = [', ', ' and ', ', and ', ' & ', ' + ', ', also ', '; '];

/** What a roadmap says behind `Depends on` for the phases at `row`, in one of many wordings. */
export function dependencyPhrase(
  row: readonly number[],
  numbers: readonly string[],
  random: SeededRandom,
): string {
  if (row.length === 0)
    return random.pick(['Nothing', 'Nothing (first phase)', 'None', 'n/a', '-', 'Nothing. Phase 1 is next.']);
  const pieces = ranges(row, random).map(([from, to]) => [from, to].map((at) => numbers[at] ?? ''));
  const hasRange = pieces.some(([from, to]) => from !== to);
  const bare = !hasRange && random.wholeNumber(0, 2) === 0;
  const join = random.pick(joins.filter((each) => !bare || !each.includes('also')));
  const named = random.pick(['each', 'once'] as const);
  const said = pieces.map(([from = '', to = ''], index) => {
    const first = padded(from, random);
    const word = bare || (named === 'once' && index > 0) ? '' : from === to ? 'Phase ' : 'Phases ';
    const dash = random.pick(['-', '–', ' - ', ' to ', ' through ']);
    const text = from === to ? first : `${first}${dash}${padded(to, random)}`;
    const note = bare && pieces.length > 1 ? '' : random.pick(notes);
    return `${word}${text}${note}`;
  });
  return said.join(join) + random.pick(['', '', '.', '. Phase 1 can run at once.']);
}

/** The positions as neighbours `[from, to]`, some of which are joined. */
function ranges(row: readonly number[], random: SeededRandom): [number, number][] {
  const found: [number, number][] = [];
  for (const position of row) {
    const last = found.at(-1);
    if (last?.[1] === position - 1 && chance(random)) last[1] = position;
    else found.push([position, position]);
  }
  return found;
}

const labels = [
  '**Depends on**: ',
  '**Depends on:** ',
  '- **Depends on**: ',
  'Depends on: ',
  '**Goal**: It works. **Depends on**: ',
];

/** Sections in any order, under titles of every kind. */
function roadmap(phrases: readonly string[], numbers: readonly string[], random: SeededRandom): string {
  const sections = phrases.map((phrase, index) => {
    const number = padded(numbers[index] ?? '', random);
    const title = `${random.pick(['###', '##'])} Phase ${number}${random.pick([': ', ' - ', ' — '])}P${index}`;
    return `${title}\n\n${random.pick(labels)}${phrase}\n**Goal**: Done with Phase 1.\n\nText.\n`;
  });
  const items = numbers.map((number, index) => `- [ ] **Phase ${number}: P${index}** - some words\n`);
  return `# Roadmap\n\n${chance(random) ? `## Phases\n\n${items.join('')}\n` : ''}${shuffled(sections, random).join('\n')}`;
}

export const writeGsdRoadmap: PlanWriter = (folder, graph, random) => {
  const numbers = phaseNumbers(graph.length, random);
  const phrases = graph.map((row) => dependencyPhrase(row, numbers, random));
  const name = random.pick(['.planning/ROADMAP.md', 'ROADMAP.md']);
  const file = writeBelow(folder, name, roadmap(phrases, numbers, random));
  return {
    source: name.startsWith('.planning') && chance(random) ? folder : file,
    graph: dependenciesOf(graph, (position) => numbers[position] ?? ''),
  };
};

interface Phase {
  readonly number: string;
  /** Its number as folders and files have it. */
  readonly padded: string;
  readonly folder: string;
  /** Positions of its plans in the graph; the phase itself is the task when it is written without plan files. */
  readonly plans: readonly number[];
  readonly isWhole: boolean;
  /** Positions of the phases that it waits for. */
  readonly waits: readonly number[];
}

/**
 * Plans in phases, with edges within a phase and across; phases wait for some of those before them, and then all their plans
 * do. A phase of one plan may have no plan file: then it states nothing of its own.
 */
export const writeGsdPlans: PlanWriter = (folder, graph, random): WrittenPlan => {
  const phases = phasesOf(graph.length, random);
  const phaseOf = new Map(phases.flatMap((phase) => phase.plans.map((at) => [at, phase] as const)));
  const id = (position: number): string => {
    const { number, padded: long, plans, isWhole } = phaseOf.get(position) as Phase;
    return isWhole ? number : `${long}-${planNumber(plans, position)}`;
  };
  const expected: Record<string, readonly string[]> = {};
  for (const [position, row] of graph.entries()) {
    const phase = phaseOf.get(position) as Phase;
    const whole = phase.waits.flatMap((index) => phases[index]?.plans ?? []);
    const stated = phase.isWhole ? [] : row;
    expected[id(position)] = [...new Set([...whole, ...stated])].map(id);
    if (phase.isWhole) continue;
    const spelled = stated.map((other) => spelling(phaseOf.get(other) as Phase, other, phase, random));
    const plan = planNumber(phase.plans, position);
    const text = `---\nphase: ${phase.folder}\nplan: ${plan}\n${dependsOnField(spelled, random)}---\n\nDo it.\n`;
    writeBelow(folder, `.planning/phases/${phase.folder}/${phase.padded}-${plan}-PLAN.md`, text);
  }
  const numbers = phases.map(({ number }) => number);
  const phrases = phases.map(({ waits }) => dependencyPhrase(waits, numbers, random));
  writeBelow(folder, '.planning/ROADMAP.md', roadmap(phrases, numbers, random));
  return { source: folder, graph: expected satisfies Dependencies, isOrder: true };
};

const planNumber = (plans: readonly number[], position: number): string =>
  String(plans.indexOf(position) + 1).padStart(2, '0');

function phasesOf(count: number, random: SeededRandom): Phase[] {
  const groups: number[][] = [];
  for (let position = 0; position < count; position++) {
    const open = groups.at(-1);
    if (open === undefined || random.wholeNumber(0, 2) === 0) groups.push([position]);
    else open.push(position);
  }
  const numbers = phaseNumbers(groups.length, random);
  return groups.map((plans, index) => {
    const number = numbers[index] ?? '';
    const long = number.replace(/^\d(?!\d)/, '0$&');
    // Without any plan file it would be a roadmap.
    const isWhole = index > 0 && plans.length === 1 && chance(random);
    const waits = groups
      .map((_, other) => other)
      .filter((other) => other < index && random.wholeNumber(0, 3) === 0);
    return { number, padded: long, folder: `${long}-some-words`, plans, isWhole, waits };
  });
}

/** One way to name a plan in the `depends_on` of another. */
function spelling(phase: Phase, position: number, owner: Phase, random: SeededRandom): string {
  const { number, padded: long, folder, plans, isWhole } = phase;
  if (isWhole) return random.pick([`Phase ${number}`, folder, `Phase ${long} (all of it)`]);
  const plan = planNumber(plans, position);
  const name = `${long}-${plan}`;
  const ways = [
    name,
    `${name}-PLAN.md`,
    `phases/${folder}/${name}-PLAN.md`,
    `${number}-${Number(plan)}`,
    `${name} (the schema)`,
  ];
  return random.pick(phase === owner ? [...ways, plan, `Plan ${plan}`] : ways);
}

function dependsOnField(spelled: readonly string[], random: SeededRandom): string {
  if (spelled.length === 0)
    return random.pick(['depends_on: []\n', 'depends_on:\n', '', 'depends_on: none\n']);
  const key = random.pick(['depends_on', 'dependencies', 'depends-on']);
  const quote = random.pick(['', '"', "'"]);
  if (spelled.every((each) => !/[( ]/.test(each)) && random.wholeNumber(0, 2) === 0)
    return `${key}: ${quote}${spelled.join(', ')}${quote}\n`;
  const items = spelled.map((each) => `${quote}${each}${quote}`);
  return chance(random)
    ? `${key}: [${items.join(', ')}]\n`
    : `${key}:\n${items.map((each) => `  - ${each}\n`).join('')}`;
}
