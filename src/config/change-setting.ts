/** `config set` and `unset`: makes the new text of a file, and refuses what would be wrong in it. Writes nothing. */
import { existsSync, readFileSync } from 'node:fs';
import { parse } from 'yaml';
import { type Problem, ProblemError, problem } from '../core/problem.ts';
import { parseConfig } from './config-file.ts';
import { setInText, unsetInText } from './edit-text.ts';
import { type ConfigSources, loadConfig } from './sources.ts';

/** Keys whose one value is a list of one. */
const lists: ReadonlySet<string> = new Set(['gate', 'setup']);

/**
 * The file's text with the value in it.
 * @param given the words of the command line; several make a list
 * @param sources as the setting would be read; `file` is one of its files
 * @throws ProblemError with what is wrong with the value, or with the file
 */
export function textWith(
  file: string,
  key: string,
  given: readonly string[],
  sources: ConfigSources,
): string {
  const text = currentText(file);
  // What was wrong before does not keep anybody from mending one thing at a time.
  const before = new Set(loadConfig(sources).problems.map(({ message }) => message));
  let refusal: readonly Problem[] | undefined;
  for (const value of readings(key, given)) {
    const next = edited(file, () => setInText(text, pathOf(key, text), value));
    const { problems } = loadConfig({ ...sources, instead: new Map([[file, next]]) });
    const added = problems.filter(({ severity, message }) => severity === 'error' && !before.has(message));
    if (added.length === 0) return next;
    refusal ??= added;
  }
  // Without the place: its line is one of a file that nobody has.
  throw new ProblemError(
    (refusal ?? []).map(({ code, message, fix }) =>
      problem(code, message, `${driverFix(message) ?? fix}; nothing was written`),
    ),
  );
}

/** An agent begins with its driver: nothing else of a new one can be set before. */
function driverFix(message: string): string | undefined {
  const setting = /(agents\..+\.driver): is missing$/.exec(message)?.[1];
  return setting === undefined ? undefined : `Set the driver first: tutti config set ${setting} command`;
}

/** The file's text without the setting; undefined when it does not have it. @throws ProblemError when it is no YAML */
export function textWithout(file: string, key: string): string | undefined {
  const text = currentText(file);
  return edited(file, () => unsetInText(text, pathOf(key, text)));
}

/** What the words may mean, the likeliest first: a number, a list, text. */
function readings(key: string, given: readonly string[]): readonly unknown[] {
  const [only = ''] = given;
  if (given.length !== 1) return [given];
  const text = lists.has(key) ? [only] : only;
  // `[ -f x ]` is shell.
  if (/^(?:\[(?!\s)|\{)/.test(only)) return [...flowValue(only), text];
  if (only === 'true' || only === 'false') return [only === 'true', text];
  return /^-?\d{1,15}(?:\.\d{1,9})?$/.test(only) ? [Number(only), text] : [text];
}

function flowValue(text: string): unknown[] {
  try {
    return [parse(text, { logLevel: 'silent', maxAliasCount: 100 })];
  } catch {
    return [];
  }
}

/** `budget: 2M` is short for a map with `tokens` alone. */
function pathOf(key: string, text: string): readonly string[] {
  const read = parseConfig(text, '');
  const budget = 'content' in read ? read.content.values.budget : undefined;
  const isShort = typeof budget === 'string' || typeof budget === 'number';
  return key === 'budget.tokens' && isShort ? ['budget'] : key.split('.');
}

function currentText(file: string): string {
  try {
    return existsSync(file) ? readFileSync(file, 'utf8') : '';
  } catch (error) {
    throw unusable(file, (error as Error).message);
  }
}

function edited<Text>(file: string, edit: () => Text): Text {
  try {
    return edit();
  } catch (error) {
    throw unusable(file, (error as Error).message);
  }
}

const unusable = (file: string, why: string): ProblemError =>
  new ProblemError([
    problem('invalid-config', `${file} cannot be changed: ${why}`, 'Correct the file by hand first.', {
      location: { file, line: 1 },
    }),
  ]);
