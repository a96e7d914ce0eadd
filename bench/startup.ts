/** Claim (d): how long a user waits for `tutti --help`, against Node itself. */
import { type Claim, interleave, ratio } from './measure.ts';
import { inScratch, runProgram, runTutti } from './scratch.ts';

export const claim: Claim = {
  name: 'startup',
  title: '`tutti --help` as a whole process',
  runs: 25,
  measure: (runs) =>
    inScratch(async (scratch) => {
      const samples = await interleave(
        [
          { name: 'tutti --help', run: () => runTutti(scratch, '--help') },
          { name: 'node -e 0', run: () => runProgram(scratch, [process.execPath, '-e', '0']) },
        ],
        runs,
      );
      const value = ratio(samples, 'tutti --help', 'node -e 0');
      return {
        samples,
        figures: [{ name: 'tutti --help / node -e 0', value, unit: 'x', limit: 3 }],
        notes: ['Whole processes, from start to exit, both with the same Node.'],
      };
    }),
};
