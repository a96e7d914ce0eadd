/** Claim (e): how close a run comes to the shortest time its slots allow. */
import { readFileSync } from 'node:fs';
import { type Claim, interleave, median } from './measure.ts';
import { inScratch, runTutti, type Scratch } from './scratch.ts';

const TASKS = 45;
const SLOTS = 7;
const TASK_MS = 500;

/** No schedule is shorter: all tasks are alike and independent, so they go in whole rounds of as many as there are slots. */
const BOUND_MS = Math.max(TASK_MS, Math.ceil(TASKS / SLOTS) * TASK_MS);

export const claim: Claim = {
  name: 'makespan',
  title: `${TASKS} independent tasks of \`sleep ${TASK_MS / 1000}\`, ${SLOTS} slots, workspace: none`,
  runs: 7,
  measure: (runs) =>
    inScratch(async (scratch) => {
      const plan = writePlan(scratch);
      const makespans: number[] = [];
      const args = ['run', plan, '--slots', `${SLOTS}`, '--no-gate', '--yes', '--json'];
      const run = async (): Promise<number> => {
        const elapsed = await runTutti(scratch, ...args);
        makespans.push(readMakespan(scratch));
        return elapsed;
      };
      const [whole] = await interleave([{ name: 'whole process', run }], runs);
      // The first of them was the round that does not count.
      const times = makespans.slice(1);
      return {
        samples: [{ name: 'makespan', times }, ...(whole ? [whole] : [])],
        figures: [
          {
            name: `makespan / bound of ${BOUND_MS} ms`,
            value: median(times) / BOUND_MS,
            unit: 'x',
            limit: 1.05,
          },
          { name: 'whole process / bound', value: median(whole?.times ?? []) / BOUND_MS, unit: 'x' },
        ],
        notes: [
          `Bound: max(critical path, whole rounds) = max(${TASK_MS}, ceil(${TASKS} / ${SLOTS}) x ${TASK_MS}) = ${BOUND_MS} ms.`,
          'Makespan: from the first event of the engine to `run-ended`, by the times in the journal.',
          'Whole process: from start to exit, with Node, reading the plan, questions to git and the summary.',
        ],
      };
    }),
};

/** What `run --json` printed has the time of each event. */
function readMakespan(scratch: Scratch): number {
  const events = readFileSync(scratch.file('output.txt'), 'utf8')
    .split('\n')
    .filter((line) => line.startsWith('{'))
    .map((line) => JSON.parse(line) as { readonly type: string; readonly at: number });
  const started = events.find(({ type }) => type === 'engine-started');
  const ended = events.find(({ type }) => type === 'run-ended');
  if (!started || !ended) throw new Error('the run did not tell its beginning and its end');
  return ended.at - started.at;
}

function writePlan(scratch: Scratch): string {
  const tasks = Array.from(
    { length: TASKS },
    (_, position) => `  - { id: T-${String(position + 1).padStart(3, '0')} }`,
  );
  const defaults = `defaults: { agent: command, command: "sleep ${TASK_MS / 1000}", workspace: none }`;
  return scratch.write('makespan.yaml', `plan: Makespan\n${defaults}\ntasks:\n${tasks.join('\n')}\n`);
}
