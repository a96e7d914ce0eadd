/** Runs the claims of docs/PERFORMANCE.md and tells which are met: `main.ts [claim …] [--runs N] [--json]`. */
import { parseArgs } from 'node:util';
import { describeMachine, watchOthers } from './machine.ts';
import type { Claim } from './measure.ts';
import { isMet, reportText } from './report.ts';

const load: Readonly<Record<string, () => Promise<{ readonly claim: Claim }>>> = {
  noop: () => import('./noop.ts'),
  worktrees: () => import('./worktrees.ts'),
  replay: () => import('./replay.ts'),
  startup: () => import('./startup.ts'),
  makespan: () => import('./makespan.ts'),
  analysis: () => import('./analysis.ts'),
  engine: () => import('./engine.ts'),
  dashboard: () => import('./dashboard.ts'),
};

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { runs: { type: 'string' }, json: { type: 'boolean', default: false } },
});
const unknown = positionals.filter((name) => !Object.hasOwn(load, name));
if (unknown.length > 0)
  throw new Error(`no claim ${unknown.join(', ')}; there are: ${Object.keys(load).join(', ')}`);
const names = positionals.length > 0 ? positionals : Object.keys(load);

const machine = describeMachine();
if (!values.json) console.log(reportText.machine(machine));
const results = [];
for (const name of names) {
  const { claim } = (await load[name]?.()) ?? {};
  if (!claim) continue;
  const busy = watchOthers();
  const measurement = await claim.measure(values.runs === undefined ? claim.runs : Number(values.runs));
  const result = { claim: name, title: claim.title, ...measurement, busy: busy() };
  results.push(result);
  if (!values.json) console.log(reportText.claim(result));
}
if (values.json) console.log(JSON.stringify({ schemaVersion: 1, kind: 'bench', machine, results }, null, 2));
if (results.some(({ figures }) => !figures.every(isMet))) process.exitCode = 1;
