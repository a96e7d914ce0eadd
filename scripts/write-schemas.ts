/** Writes the JSON Schemas of the package from the zod schemas of the sources. A test checks that they are current. */
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { analysisJsonSchema } from '../src/cli/analysis-schema.ts';
import { checkJsonSchema } from '../src/cli/check/check-schema.ts';
import { documentJsonSchemas } from '../src/cli/document-schemas.ts';
import { reportJsonSchemas } from '../src/cli/report/report-schema.ts';
import { simulationJsonSchema } from '../src/cli/simulate/simulation-schema.ts';
import { planJsonSchema } from '../src/readers/native-schema.ts';

const folder = path.join(import.meta.dirname, '..', 'schemas');

/** The text of each schema file, by its name in `schemas/`. */
export function schemaFiles(): ReadonlyMap<string, string> {
  const written = (schema: unknown): string => `${JSON.stringify(schema, null, 2)}\n`;
  return new Map([
    ['plan.schema.json', written(planJsonSchema())],
    ['analysis.schema.json', written(analysisJsonSchema())],
    ['check.schema.json', written(checkJsonSchema())],
    ['simulation.schema.json', written(simulationJsonSchema())],
    ...Object.entries(reportJsonSchemas()).map(([name, schema]) => [name, written(schema)] as const),
    ...Object.entries(documentJsonSchemas()).map(
      ([kind, schema]) => [`${kind}.schema.json`, written(schema)] as const,
    ),
  ]);
}

if (import.meta.main) {
  mkdirSync(folder, { recursive: true });
  for (const [name, text] of schemaFiles()) writeFileSync(path.join(folder, name), text);
}
