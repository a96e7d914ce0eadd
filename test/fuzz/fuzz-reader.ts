/**
 * Reads damaged plans of one format, in a process of its own: node fuzz-reader.ts FORMAT INPUTS SEED FOLDER [FIRST].
 * Prints what it saw as JSON. An input that breaks a reader is left in FOLDER, and repeated with INPUTS 1 and its number as FIRST.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { diagnose } from '../../src/core/analysis/diagnose.ts';
import { faultsOf } from '../contracts/read-result.ts';
import { type ReaderSample, readerSamples } from '../contracts/reader-sample.ts';
import { randomFrom } from '../rig/seeded-random.ts';
import { mutate } from './mutate.ts';

export interface FuzzReport {
  readonly inputs: number;
  /** Inputs of which at least one task was read: what is refused at once tests little. */
  readonly withTasks: number;
  /** Processor time of the slowest input. */
  readonly slowestMs: number;
  readonly slowest: string;
  readonly peakMiB: number;
  readonly failures: readonly string[];
}

const MAX_FAILURES = 10;

async function fuzz(
  sample: ReaderSample,
  inputs: number,
  seed: number,
  folder: string,
  first: number,
): Promise<FuzzReport> {
  const names = Object.keys(sample.files);
  const others = (await readerSamples()).flatMap(({ files }) => Object.values(files));
  const failures: string[] = [];
  let [withTasks, slowestMs, slowest] = [0, 0, ''];
  for (const name of names) mkdirSync(path.dirname(path.join(folder, name)), { recursive: true });
  for (let number = first; number < first + inputs && failures.length < MAX_FAILURES; number++) {
    const random = randomFrom(seed * 1_000_003 + number);
    // Mostly the main file: what the others say matters less.
    const damaged = random.wholeNumber(0, 3) > 0 ? sample.main : random.pick(names);
    for (const name of number === first ? names : [...new Set([previous, damaged])])
      writeFileSync(
        path.join(folder, name),
        name === damaged
          ? mutate(sample.files[name] as string, random, others)
          : (sample.files[name] as string),
      );
    previous = damaged;
    const started = process.cpuUsage();
    const outcome = await outcomeOf(sample, folder);
    const { user, system } = process.cpuUsage(started);
    const ms = (user + system) / 1000;
    if (ms > slowestMs) [slowestMs, slowest] = [ms, `input ${number} (${damaged})`];
    if (outcome.tasks > 0) withTasks++;
    if (outcome.faults.length > 0)
      failures.push(`input ${number} (${damaged}): ${outcome.faults.slice(0, 3).join('; ')}`);
  }
  const peakMiB = Math.round(process.resourceUsage().maxRSS / 1024);
  return { inputs, withTasks, slowestMs: Math.round(slowestMs), slowest, peakMiB, failures };
}

let previous = '';

async function outcomeOf(
  { reader, source }: ReaderSample,
  folder: string,
): Promise<{ readonly tasks: number; readonly faults: readonly string[] }> {
  try {
    const at = path.join(folder, source);
    await reader.matches(at);
    const result = await reader.read(at, { root: folder });
    diagnose(result.plan);
    return { tasks: result.plan.tasks.length, faults: faultsOf(result) };
  } catch (error) {
    return { tasks: 0, faults: [error instanceof Error ? (error.stack ?? error.message) : String(error)] };
  }
}

const [, , format, inputs, seed, folder = '.', first = '0'] = process.argv;
const sample = (await readerSamples()).find(({ reader }) => reader.format === format);
if (sample === undefined) throw new Error(`no sample of ${format}`);
console.log(JSON.stringify(await fuzz(sample, Number(inputs), Number(seed), folder, Number(first))));
