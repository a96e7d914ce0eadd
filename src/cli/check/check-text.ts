/** What `check` found, as people read it at 80 columns. Decides nothing. */
import { roughTokens } from '../../core/tokens.ts';
import { grouped } from '../../view/amount-text.ts';
import { fitted } from '../../view/plain-text.ts';
import type { Terminal } from '../terminal.ts';
import { counted, reportWidth, wrapWords } from '../wrapped-text.ts';
import type { Answer, CheckItem, Reason } from './check-item.ts';
import type { CheckedBudget } from './check-plan.ts';
import type { CheckReport } from './check-report.ts';

const ANSWER = 9;
const NAME = 15;
const INDENT = ANSWER + NAME;
/** Reasons of one item that are told; `--json` has all. */
const REASONS_SHOWN = 6;
const WAVES_SHOWN = 12;

export function checkText(report: CheckReport, isYes: boolean, terminal: Terminal): string {
  const { good, bad } = terminal.palette;
  const lines = report.items.flatMap((item) => [
    itemText(item, terminal),
    ...(item.item === 'budget' && report.budget ? tableText(report.budget, terminal) : []),
  ]);
  const count = (wanted: Answer): number => report.items.filter(({ answer }) => answer === wanted).length;
  const no = count('no');
  const warnings = count('warning');
  const told = warnings === 0 ? '' : `, with ${counted(warnings, 'warning')}`;
  const verdict = isYes
    ? good(`Yes: this plan can run here${told}.`)
    : bad(
        no > 0
          ? `No: ${counted(no, 'answer')} to mend${told}.`
          : `No: ${counted(warnings, 'warning')}, and --strict.`,
      );
  return `${lines.join('\n')}\n\n${verdict}`;
}

function itemText({ item, answer, message, reasons }: CheckItem, terminal: Terminal): string {
  const { good, busy, bad, dim } = terminal.palette;
  const paint = { yes: good, warning: busy, no: bad, skipped: dim }[answer];
  const width = reportWidth(terminal.columns());
  const head = `${paint(answer.padEnd(ANSWER))}${item.padEnd(NAME)}${wrapWords(message, width, INDENT)}`;
  // A single reason that the message has said already needs no second line.
  const telling = reasons.filter((one) => one.message !== message || one.file !== null);
  const shown = inOrder(telling).slice(0, REASONS_SHOWN);
  const left = telling.length - shown.length;
  const fixes = [
    ...new Set(
      inOrder(reasons)
        .slice(0, REASONS_SHOWN)
        .flatMap(({ fix }) => fix ?? []),
    ),
  ];
  return [
    head,
    ...shown.map((one) => line('- ', reasonText(one), width)),
    ...(left > 0 ? [dim(line('', `… and ${grouped(left)} more; --json has all`, width))] : []),
    ...fixes.map((fix) => dim(line('fix: ', fix, width))),
  ].join('\n');
}

/** What stops a run comes first. */
const inOrder = (reasons: readonly Reason[]): readonly Reason[] =>
  reasons.toSorted((a, b) => a.severity.localeCompare(b.severity));

const reasonText = ({ message, file, line: at }: Reason): string =>
  file === null ? message : `${message} (${at === null ? file : `${file}:${at}`})`;

const line = (mark: string, text: string, width: number): string =>
  `${' '.repeat(INDENT)}${mark}${wrapWords(text, width, INDENT + mark.length)}`;

/** Required, available and shortfall of each wave, as origin A has them. */
function tableText({ waves, total, tokens }: CheckedBudget, terminal: Terminal): string[] {
  if (waves.length === 0) return [];
  const { dim, bad } = terminal.palette;
  const row = (...cells: readonly string[]): string =>
    `${' '.repeat(ANSWER)}${cells.map((cell, column) => cell.padStart([5, 8, 9, 11, 11, 11, 8][column] ?? 0)).join('')}`;
  const shown = waves.length <= WAVES_SHOWN ? waves : waves.slice(0, WAVES_SHOWN - 1);
  const tasks = waves.reduce((sum, wave) => sum + wave.tasks, 0);
  return [
    dim(row('wave', 'tasks', 'at once', 'required', 'available', 'shortfall', 'in all')),
    ...shown.map((wave) => {
      const text = row(
        String(wave.wave),
        String(wave.tasks),
        String(wave.atOnce),
        roughTokens(wave.required),
        wave.available === null ? 'no limit' : roughTokens(wave.available),
        wave.shortfall === 0 ? '-' : roughTokens(wave.shortfall),
        roughTokens(wave.total),
      );
      return wave.shortfall > 0 ? bad(text) : text;
    }),
    ...(shown.length < waves.length ? [dim(row('…'))] : []),
    row('all', String(tasks), '', '', tokens === null ? '' : roughTokens(tokens), '', roughTokens(total)),
  ].map((text) => fitted(text, 200));
}
