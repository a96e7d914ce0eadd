/** The committed JSON Schemas are what the sources say, and describe what the program really reads and prints. */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, it } from 'vitest';
import { parse } from 'yaml';
import * as z from 'zod';
import { schemaFiles } from '../scripts/write-schemas.ts';
import { analysisSchema } from '../src/cli/analysis-schema.ts';
import { analyse } from '../src/core/analysis/analyse.ts';
import { readPlan } from '../src/readers/detect.ts';

const root = path.join(import.meta.dirname, '..');
const read = (name: string): string => readFileSync(path.join(root, 'schemas', name), 'utf8');

it('the schemas are current (run `node scripts/write-schemas.ts`)', () => {
  const names = [...schemaFiles().keys()];
  expect(names.map((name) => [name, read(name)])).toEqual([...schemaFiles()]);
});

it('the analysis of origin B is as its schema says', async () => {
  const { plan, problems } = await readPlan(path.join(root, 'test/fixtures/plans/origin-b'));
  const printed = JSON.parse(JSON.stringify(analyse(plan, { problems })));
  expect(analysisSchema.safeParse(printed).error).toBeUndefined();
  expect(z.fromJSONSchema(JSON.parse(read('analysis.schema.json'))).safeParse(printed).success).toBe(true);
});

it('the analysis of a plan with a cycle is as its schema says', async () => {
  const { plan } = await readPlan(path.join(root, 'test/fixtures/plans/broken/cycle.yaml'));
  const printed = JSON.parse(JSON.stringify(analyse(plan)));
  expect(analysisSchema.safeParse(printed).error).toBeUndefined();
  expect(z.fromJSONSchema(JSON.parse(read('analysis.schema.json'))).safeParse(printed).success).toBe(true);
});

it('editors accept the plan of the specification and refuse a misspelt key', () => {
  const schema = z.fromJSONSchema(JSON.parse(read('plan.schema.json')));
  const example = parse(readFileSync(path.join(root, 'test/fixtures/plans/native/example.yaml'), 'utf8'));
  expect(schema.safeParse(example).success).toBe(true);
  expect(schema.safeParse({ ...example, tasks: [{ id: 'T-001', dependOn: [] }] }).success).toBe(false);
});
