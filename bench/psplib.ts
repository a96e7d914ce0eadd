/** Reads single-mode PSPLIB instances (.sm) and their best-known makespans. Knows no scheduler. */
import { readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';

/** One project as the file has it; jobs are numbered from 0, the two dummies included. */
export interface Instance {
  readonly name: string;
  readonly durations: readonly number[];
  /** By job. */
  readonly successors: readonly (readonly number[])[];
  /** By job, then by resource. */
  readonly requests: readonly (readonly number[])[];
  readonly capacities: readonly number[];
  /** The shortest makespan anybody has found; absent when the folder does not tell. */
  readonly bestKnown?: number;
}

/** All instances of a folder, in the order in which people count them; `optimum/optimum.csv` has the best known. */
export function readInstances(folder: string): Instance[] {
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' });
  const best = new Map<string, number>();
  for (const file of files.filter((name) => name.endsWith('.csv')))
    readBestKnown(readFileSync(join(folder, file), 'utf8'), best);
  const order = new Intl.Collator('en', { numeric: true });
  return files
    .filter((name) => name.endsWith('.sm'))
    .sort((a, b) => order.compare(a, b))
    .map((file) => {
      const name = basename(file, '.sm');
      const bestKnown = best.get(name);
      const instance = parseInstance(name, readFileSync(join(folder, file), 'utf8'));
      return bestKnown === undefined ? instance : { ...instance, bestKnown };
    });
}

/** Lines `name.sm,43`, `name.sm,104..105` or `name.sm,..110`: the last number is what has been reached. */
function readBestKnown(text: string, best: Map<string, number>): void {
  for (const line of text.split('\n')) {
    const [name = '', value = ''] = line.trim().split(',');
    const reached = Number(value.split('..').at(-1) || Number.NaN);
    if (Number.isFinite(reached)) best.set(name.replace(/\.sm$/, ''), reached);
  }
}

export function parseInstance(name: string, text: string): Instance {
  const section = (title: string): number[][] => {
    const lines = text.split(/\r?\n/);
    const from = lines.findIndex((line) => line.startsWith(title));
    if (from === -1) throw new Error(`${name} has no section ${title}`);
    const rest = lines.slice(from + 1);
    const end = rest.findIndex((line) => line.startsWith('*'));
    return rest
      .slice(0, end === -1 ? undefined : end)
      .filter((line) => /^\s*\d/.test(line))
      .map((line) => line.trim().split(/\s+/).map(Number));
  };
  const relations = section('PRECEDENCE RELATIONS');
  const requests = section('REQUESTS/DURATIONS');
  return {
    name,
    durations: requests.map(([, , duration = 0]) => duration),
    successors: relations.map((row) => row.slice(3).map((job) => job - 1)),
    requests: requests.map((row) => row.slice(3)),
    capacities: section('RESOURCEAVAILABILITIES')[0] ?? [],
  };
}
