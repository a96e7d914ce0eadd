/** Two runs side by side in words, for every form of it. Lays nothing out. */
import { roughDuration } from '../core/duration.ts';
import { roughTokens } from '../core/tokens.ts';
import { counted, grouped } from './amount-text.ts';
import { dollars } from './budget-text.ts';
import type { ComparedMeasure, ComparedTask, MeasureUnit, ReportComparison } from './compare-reports.ts';
import { percentText } from './report-facts.ts';
import type { ReportTable } from './report-tables.ts';

/** Tasks that differ less are not among those that differ most. */
const MOST_TASKS = 10;
const NOTHING = '–';

/** What has to be said before anybody compares; empty when both ran the same plan. */
export function planRemark({ samePlan, runs, onlyIn }: ReportComparison): string {
  const [first, second] = runs;
  if (samePlan) return '';
  const names =
    first.plan.name === second.plan.name
      ? 'The two runs have different tasks of the same plan'
      : `The two runs are of different plans: ${first.plan.name}, and ${second.plan.name}`;
  const [a, b] = onlyIn;
  return `${names}. ${counted(a, 'task')} only in the first, ${grouped(b)} only in the second.`;
}

export const measureTable = ({ runs, measures }: ReportComparison): ReportTable => ({
  title: 'Side by side',
  columns: [
    { head: '', kind: 'word' },
    { head: runs[0].run, kind: 'number' },
    { head: runs[1].run, kind: 'number' },
    { head: 'Difference', kind: 'number' },
  ],
  rows: measures.map(({ name, unit, values, difference }) => [
    name,
    valueText(values[0], unit),
    valueText(values[1], unit),
    differenceText(difference, unit),
  ]),
});

/** Those on which the two have worked most differently; without rows when there are none. */
export function taskDifferenceTable({ tasks }: ReportComparison): ReportTable {
  const differing = tasks.filter(({ differenceMs }) => differenceMs !== 0);
  const size = ({ differenceMs }: ComparedTask): number => Math.abs(differenceMs);
  return {
    title: 'Tasks that differ most',
    columns: [
      { head: 'Task', kind: 'id' },
      { head: 'First', kind: 'number' },
      { head: 'Second', kind: 'number' },
      { head: 'Difference', kind: 'number' },
      { head: 'Attempts', kind: 'number' },
      { head: 'Title', kind: 'text' },
    ],
    rows: differing
      .toSorted((a, b) => size(b) - size(a))
      .slice(0, MOST_TASKS)
      .map(({ id, title, workMs, attempts, differenceMs }) => [
        id,
        valueText(workMs[0], 'ms'),
        valueText(workMs[1], 'ms'),
        differenceText(differenceMs, 'ms'),
        attempts.join(' : '),
        title === id ? '' : title,
      ]),
  };
}

function valueText(value: number | null, unit: MeasureUnit): string {
  if (value === null) return NOTHING;
  switch (unit) {
    case 'ms':
      return value === 0 ? '0s' : roughDuration(value);
    case 'count':
      return grouped(value);
    case 'share':
      return percentText(value);
    case 'factor':
      return value >= 100 ? grouped(Math.round(value)) : value.toFixed(2);
    case 'tokens':
      return roughTokens(value);
    case 'usd':
      return dollars(value);
  }
}

/** With its sign; shares differ by percentage points. */
function differenceText(difference: ComparedMeasure['difference'], unit: MeasureUnit): string {
  if (difference === null) return NOTHING;
  const text = valueText(Math.abs(difference), unit).replace(' %', ' points');
  // What is written as nothing has no sign.
  if (!/[1-9]/.test(text)) return '0';
  return `${difference > 0 ? '+' : '−'}${text}`;
}
