/** Claim (e): how close a run comes to the shortest time its slots allow. */
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
      const samples = await interleave(
        [
          {
            name: 'tutti, whole process',
            run: () => runTutti(scratch, 'run', plan, '--slots', `${SLOTS}`, '--no-gate', '--yes'),
          },
        ],
        runs,
      );
      const value = median(samples[0]?.times ?? []) / BOUND_MS;
      return {
        samples,
        figures: [{ name: `whole process / bound of ${BOUND_MS} ms`, value, unit: 'x', limit: 1.05 }],
        notes: [
          `Bound: max(critical path, whole rounds) = max(${TASK_MS}, ceil(${TASKS} / ${SLOTS}) x ${TASK_MS}) = ${BOUND_MS} ms.`,
          'The time of the whole process counts, from start to exit: Node, reading the plan, git, the summary.',
        ],
      };
    }),
};

function writePlan(scratch: Scratch): string {
  const tasks = Array.from(
    { length: TASKS },
    (_, position) => `  - { id: T-${String(position + 1).padStart(3, '0')} }`,
  );
  const defaults = `defaults: { agent: command, command: "sleep ${TASK_MS / 1000}", workspace: none }`;
  return scratch.write('makespan.yaml', `plan: Makespan\n${defaults}\ntasks:\n${tasks.join('\n')}\n`);
}
