/** Claim (f): what the analysis of a plan costs: per task, at a hundred thousand, at a million, and for a folder of files. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Claim, interleave, median, ratio, timesOf } from './measure.ts';
import { writeTaskFolder } from './plan-folder.ts';
import { inScratch, runPeer, runProgram, runTutti, type Scratch } from './scratch.ts';

const FILES = 600;
const LARGE = 100_000;
const LARGEST = 1_000_000;
/** From the first size above the limit for pairs of tasks on, all do the same work per task. */
const SIZES = [1_000, 10_000, LARGE, LARGEST];
const BASE = 10_000;

interface Told {
  readonly elapsedMs: number;
  readonly peakMb: number;
}

export const claim: Claim = {
  name: 'analysis',
  title: `random plans of ${SIZES.map((size) => size.toLocaleString('en')).join(', ')} tasks with two dependencies each; a folder of ${FILES} task files`,
  runs: 5,
  measure: (runs) =>
    inScratch(async (scratch) => {
      const peaks = new Map<number, number[]>();
      const graphs = await interleave(
        SIZES.map((size) => ({ name: nameOf(size), run: () => analyseGraph(scratch, size, peaks) })),
        runs,
      );
      const folder = writeTaskFolder(join(scratch.folder, 'plan'), FILES);
      const folders = await interleave(
        [
          { name: 'analyze, folder', run: () => runTutti(scratch, 'analyze', folder) },
          {
            name: 'cat and node -e 0',
            run: () =>
              runProgram(scratch, ['sh', '-c', 'cat "$1"/* && "$2" -e 0', 'sh', folder, process.execPath]),
          },
        ],
        runs * 3,
      );
      const perTask = (size: number): number => median(timesOf(graphs, nameOf(size))) / size;
      return {
        samples: [...graphs, ...folders],
        figures: [
          {
            name: `time per task, ${LARGEST.toLocaleString('en')} / ${BASE.toLocaleString('en')}`,
            value: perTask(LARGEST) / perTask(BASE),
            unit: 'x',
            limit: 2,
          },
          {
            name: `time per task, ${LARGEST.toLocaleString('en')} / 1,000`,
            value: perTask(LARGEST) / perTask(1_000),
            unit: 'x',
            limit: 2,
          },
          { name: nameOf(LARGE), value: median(timesOf(graphs, nameOf(LARGE))), unit: 'ms', limit: 1_000 },
          {
            name: 'analyze / (cat and node -e 0)',
            value: ratio(folders, 'analyze, folder', 'cat and node -e 0'),
            unit: 'x',
            limit: 3,
          },
        ],
        notes: [
          'After parsing: the plan is in memory. A process of its own each, and the first analysis in it, as users meet it.',
          'Up to 5,000 tasks that includes pairs of tasks, downstream counts and the speed-up curve, above only with --full.',
          `Most memory at ${LARGEST.toLocaleString('en')} tasks, the plan itself included: ${Math.max(...(peaks.get(LARGEST) ?? [])).toFixed(0)} MB.`,
        ],
      };
    }),
};

const nameOf = (size: number): string => `${size.toLocaleString('en')} tasks`;

async function analyseGraph(scratch: Scratch, size: number, peaks: Map<number, number[]>): Promise<number> {
  await runPeer(scratch, 'analyse-graph.ts', `${size}`);
  const line = readFileSync(scratch.file('output.txt'), 'utf8')
    .split('\n')
    .find((row) => row.startsWith('{'));
  const told = JSON.parse(line ?? '') as Told;
  peaks.set(size, [...(peaks.get(size) ?? []), told.peakMb]);
  if (told.peakMb > 4_096) throw new Error(`${size} tasks took ${told.peakMb.toFixed(0)} MB, more than 4 GB`);
  return told.elapsedMs;
}
