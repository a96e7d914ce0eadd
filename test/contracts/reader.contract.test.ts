/** The contract of all readers: each format that `--format` takes has a sample, and each sample passes. */
import { expect, it } from 'vitest';
import { formats } from '../../src/readers/detect.ts';
import { describeReader } from './reader.contract.ts';
import { readerSamples } from './reader-sample.ts';

const samples = await readerSamples();

it('every format has a sample in reader-samples/', () => {
  expect(samples.map(({ reader }) => reader.format).sort()).toEqual([...formats].sort());
});

for (const sample of samples) describeReader(sample);
