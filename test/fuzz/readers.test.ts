/**
 * Every reader on damaged plans: no exception, no second of work, no 300 MB, nothing false in the result. TUTTI_FUZZ_INPUTS and
 * TUTTI_FUZZ_SEED choose how many and which; without them they are always the same, and few outside of CI, so that `npm test` stays quick.
 */
import { execFile } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';
import { readerSamples } from '../contracts/reader-sample.ts';
import { isThorough } from '../rig/thoroughness.ts';
import type { FuzzReport } from './fuzz-reader.ts';

const inputs = Number(process.env.TUTTI_FUZZ_INPUTS ?? (isThorough ? 20_000 : 100));
const seed = Number(process.env.TUTTI_FUZZ_SEED ?? 1);
const MAX_MS = 1000;
const MAX_MIB = 300;

const samples = await readerSamples();

it.concurrent.each(samples.map(({ reader }) => reader.format))(
  `${inputs} damaged plans of %s`,
  { timeout: 60_000 + inputs * 30 },
  async (format) => {
    // Memory is quicker than a disk, where there is such a folder.
    const folder = mkdtempSync(path.join(existsSync('/dev/shm') ? '/dev/shm' : tmpdir(), 'tutti-fuzz-'));
    try {
      const { stdout } = await promisify(execFile)(process.execPath, [
        // What a reader keeps shall fit; garbage that waits to be collected shall not count.
        ...['--max-old-space-size=100', '--max-semi-space-size=8'],
        path.join(import.meta.dirname, 'fuzz-reader.ts'),
        ...[format, String(inputs), String(seed), folder],
      ]);
      const report = JSON.parse(stdout) as FuzzReport;
      expect({
        failures: report.failures,
        tooSlow: report.slowestMs > MAX_MS ? `${report.slowest}: ${report.slowestMs} ms` : '',
        tooLarge: report.peakMiB > MAX_MIB ? `${report.peakMiB} MiB` : '',
        refusedAll: report.withTasks < inputs / 20,
      }).toEqual({ failures: [], tooSlow: '', tooLarge: '', refusedAll: false });
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  },
);
