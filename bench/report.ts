/** The figures of a claim as a small table. Computes nothing but medians and roundings. */
import type { Machine } from './machine.ts';
import { type Figure, type Measurement, median, type Sample, spread } from './measure.ts';

export interface ClaimResult extends Measurement {
  readonly claim: string;
  readonly title: string;
}

export const isMet = ({ value, limit }: Figure): boolean => limit === undefined || value <= limit;

export const reportText = {
  machine: (machine: Machine): string =>
    [
      `${machine.cores} cores (${machine.processor}), ${machine.memoryGb} GB, ${machine.system}`,
      `Node ${machine.node}, git ${machine.git}, ${machine.fileSystem}; load before the start ${machine.load.toFixed(2)}`,
    ].join('\n'),

  claim({ claim, title, samples, figures, notes }: ClaimResult): string {
    const rows = [['', 'min', 'median', 'max', 'runs', 'spread'], ...samples.map(sampleRow)];
    return [
      '',
      `${claim}: ${title}`,
      ...table(rows),
      ...figures.map(figureLine),
      ...notes.map((note) => `  ${note}`),
    ].join('\n');
  },
};

function sampleRow({ name, times }: Sample): string[] {
  const shown = [Math.min(...times), median(times), Math.max(...times)].map(milliseconds);
  return [name, ...shown, String(times.length), `${Math.round(spread(times) * 100)} %`];
}

function figureLine(figure: Figure): string {
  const { name, value, unit, limit, aim } = figure;
  const told = (amount: number): string => amountText(amount, unit);
  const verdict = limit === undefined ? '' : ` (limit ${told(limit)}: ${isMet(figure) ? 'met' : 'MISSED'})`;
  const wish = aim === undefined ? '' : ` (aim ${told(aim)}: ${value <= aim ? 'reached' : 'not reached'})`;
  return `  = ${name}: ${told(value)}${verdict}${wish}`;
}

function amountText(amount: number, unit: Figure['unit']): string {
  switch (unit) {
    case 'x':
      return `${amount.toFixed(2)}x`;
    case 'ms':
      return milliseconds(amount);
    case '%':
      return `${amount.toFixed(1)} %`;
    case '/s':
      return `${amount.toFixed(1)} a second`;
  }
}

const milliseconds = (value: number): string =>
  value < 100 ? `${value.toFixed(1)} ms` : `${Math.round(value).toLocaleString('en')} ms`;

function table(rows: readonly (readonly string[])[]): string[] {
  const widths = rows[0]?.map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0))) ?? [];
  return rows.map((row) =>
    row
      .map((cell, column) =>
        column === 0 ? cell.padEnd(widths[0] ?? 0) : cell.padStart(widths[column] ?? 0),
      )
      .join('  ')
      .replace(/^/, '  '),
  );
}
