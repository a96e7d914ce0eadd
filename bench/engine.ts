/** Claim (g): what deciding costs: whole runs in memory, with dependencies, pools, overlaps and a budget, by number of tasks. */
import { readFileSync } from 'node:fs';
import { type Claim, interleave, median, timesOf } from './measure.ts';
import { inScratch, runPeer, type Scratch } from './scratch.ts';

const SIZES = [1_000, 10_000, 100_000];
const BASE = 10_000;
const LARGEST = 100_000;

export const claim: Claim = {
  name: 'engine',
  title: `random plans of ${SIZES.map((size) => size.toLocaleString('en')).join(', ')} tasks, of no-ops, 20 slots, decided to the end`,
  runs: 5,
  measure: (runs) =>
    inScratch(async (scratch) => {
      const samples = await interleave(
        [
          ...SIZES.map((size) => ({ name: nameOf(size), run: () => runSimulated(scratch, size, 'none') })),
          { name: MERGED, run: () => runSimulated(scratch, LARGEST, 'worktree') },
        ],
        runs,
      );
      const perTask = (size: number): number => median(timesOf(samples, nameOf(size))) / size;
      return {
        samples,
        figures: [
          {
            name: `time per task, ${LARGEST.toLocaleString('en')} / ${BASE.toLocaleString('en')}`,
            value: perTask(LARGEST) / perTask(BASE),
            unit: 'x',
            limit: 2,
          },
          {
            name: `${nameOf(LARGEST)} (50,000 a second)`,
            value: median(timesOf(samples, nameOf(LARGEST))),
            unit: 'ms',
            limit: 2_000,
          },
          { name: MERGED, value: median(timesOf(samples, MERGED)), unit: 'ms' },
        ],
        notes: [
          'Three events a task: started, used tokens, succeeded; with merges five. Each is reduced, each end is followed by a decision.',
          'A process of its own each. No journal, no git, no agent: those are claims (a) to (c).',
        ],
      };
    }),
};

const MERGED = `${LARGEST.toLocaleString('en')} tasks, each merged`;
const nameOf = (size: number): string => `${size.toLocaleString('en')} tasks`;

async function runSimulated(scratch: Scratch, size: number, workspace: 'none' | 'worktree'): Promise<number> {
  await runPeer(scratch, 'run-simulated.ts', `${size}`, workspace);
  const line = readFileSync(scratch.file('output.txt'), 'utf8').trim().split('\n').at(-1) ?? '';
  return (JSON.parse(line) as { readonly elapsedMs: number }).elapsedMs;
}
