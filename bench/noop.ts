/** Claim (a): what the engine costs around tasks that do nothing, against a loop that only spawns. */
import { type Claim, interleave, ratio } from './measure.ts';
import { inScratch, runPeer, runTutti, type Scratch } from './scratch.ts';

const TASKS = 1_000;
const SLOTS = 7;

/** Positions of a task's two dependencies: some way back, so that 7 slots are never short of ready tasks. */
export function dependenciesOf(position: number): readonly number[] {
  return [position - 20, position - 33].filter((dependency) => dependency >= 0);
}

export const claim: Claim = {
  name: 'noop',
  title: `${TASKS} tasks of \`true\` with two dependencies each, ${SLOTS} slots, workspace: none`,
  runs: 7,
  measure: (runs) =>
    inScratch(async (scratch) => {
      const plan = writePlan(scratch);
      const graph = scratch.write('graph.json', JSON.stringify(edges()));
      const journal = scratch.file('peer.db');
      const samples = await interleave(
        [
          {
            name: 'tutti',
            run: () => runTutti(scratch, 'run', plan, '--slots', `${SLOTS}`, '--no-gate', '--yes'),
          },
          { name: 'spawn loop', run: () => runPeer(scratch, 'spawn-loop.ts', graph, `${SLOTS}`) },
          {
            name: 'spawn loop + synced sqlite',
            run: () => runPeer(scratch, 'spawn-loop.ts', graph, `${SLOTS}`, journal),
          },
        ],
        runs,
      );
      return {
        samples,
        figures: [
          {
            name: 'tutti / spawn loop',
            value: ratio(samples, 'tutti', 'spawn loop'),
            unit: 'x',
            limit: 1.5,
            aim: 1.25,
          },
          {
            name: 'tutti / spawn loop + synced sqlite',
            value: ratio(samples, 'tutti', 'spawn loop + synced sqlite'),
            unit: 'x',
          },
          {
            name: 'spawn loop + synced sqlite / spawn loop',
            value: ratio(samples, 'spawn loop + synced sqlite', 'spawn loop'),
            unit: 'x',
          },
        ],
        notes: [
          'Whole processes, from start to exit; the plan is read from YAML.',
          'The loop starts the same `sh -c true` in the same order of readiness and keeps nothing; it reads the output of its children, as tutti does.',
          'The second loop writes a start and an end of each task into SQLite, grouped, each group synced before it goes on.',
        ],
      };
    }),
};

const edges = (): readonly (readonly number[])[] =>
  Array.from({ length: TASKS }, (_, position) => dependenciesOf(position));

function writePlan(scratch: Scratch): string {
  const name = (position: number): string => `T-${String(position + 1).padStart(4, '0')}`;
  const tasks = edges().map(
    (dependencies, position) =>
      `  - { id: ${name(position)}, dependsOn: [${dependencies.map(name).join(', ')}] }`,
  );
  const defaults = 'defaults: { agent: command, command: "true", workspace: none }';
  return scratch.write('noop.yaml', `plan: Noop\n${defaults}\ntasks:\n${tasks.join('\n')}\n`);
}
