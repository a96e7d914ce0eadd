/**
 * Reads the plain YAML that nearly all front matter is: one key a line, with text, a list in brackets or a list of dashes.
 * Everything else it leaves to `yaml-source`, of which it is a shortcut: what both can read, they read alike.
 */
import type { ValuePath, YamlSource } from './yaml-source.ts';
import type { PlainValue } from './yaml-value.ts';

const MAX_LINE = 2_000;
const key = /^[A-Za-z][A-Za-z0-9_-]*$/;
/** Whatever means something in YAML anywhere in a word keeps the word from being plain; `*` does at its beginning. */
const plain = /^(?!\.\.\.)[A-Za-z0-9_/.(][^:#"'`{}[\]&!|>%@\\,]*$/;
const quoted = /^"[^"\\]*"$|^'[^']*'$/;
/** What YAML takes for nothing. */
const isNothing = (word: string): boolean => word.length === 4 && /^(?:null|Null|NULL)$/.test(word);
/** What maps inherit from. One without any prototype would be a table of its own for each of hundreds of files. */
const memberless: object = Object.create(null);
/** Blanks that are none to YAML, or the other way round; and what may not be in a file at all. */
const oddCharacter = (): RegExp => /[^\S \n]|(?!\n)\p{Cc}|\p{Surrogate}|[\ufeff\ufffe\uffff]/u;

interface Entry {
  value: PlainValue;
  readonly line: number;
  /** The line of each item, when they have lines of their own. */
  items: number[] | undefined;
  /** Blanks before the dashes of its items. */
  indent: number;
  /** Where its value stands; the key's line when there is none. */
  at: number;
}

/** By key. Not a `Map`: most files of a plan have the same keys, so that V8 makes one shape for all of them. */
interface Entries {
  [key: string]: Entry | undefined;
}

/** Undefined when the text is not as plain as that, or when anything about it is doubtful. */
export function parsePlainYaml(text: string, firstLine: number): YamlSource | undefined {
  if (!/^[ -~\n]*$/.test(text) && oddCharacter().test(text)) return undefined;
  const entries: Entries = Object.create(memberless);
  let first: Entry | undefined;
  let open: Entry | undefined;
  const rows = text.split('\n');
  // Here and below by numbers: in code that has just been loaded, `of` makes an object for each step, in hundreds of files.
  for (let index = 0; index < rows.length; index++) {
    const line = firstLine + index;
    const row = (rows[index] as string).trimEnd();
    if (row === '') continue;
    if (row.length > MAX_LINE) return undefined;
    const mark = row[0];
    if (mark === ' ' || mark === '-') {
      const [, indent, item] = /^( *)- +(\S.*)$/.exec(row) ?? [];
      if (indent === undefined || item === undefined || open === undefined) return undefined;
      if (!addItem(open, item, indent.length, line)) return undefined;
      continue;
    }
    const colon = row.indexOf(':');
    const name = row.slice(0, Math.max(0, colon));
    if (!key.test(name) || isNothing(name) || entries[name] !== undefined) return undefined;
    const entry: Entry = { value: undefined, line, items: undefined, indent: -1, at: line };
    entries[name] = entry;
    first ??= entry;
    const isBare = colon === row.length - 1;
    open = isBare ? entry : undefined;
    if (!isBare && (row[colon + 1] !== ' ' || !setValue(entry, row.slice(colon + 1).trimStart())))
      return undefined;
  }
  return first === undefined ? undefined : sourceOf(entries, first, firstLine);
}

function addItem(entry: Entry, text: string, indent: number, line: number): boolean {
  const item = scalar(text);
  if (item === undefined) return false;
  if (entry.items === undefined) {
    entry.at = line;
    entry.indent = indent;
    entry.items = [];
    entry.value = [];
  }
  entry.items.push(line);
  (entry.value as PlainValue[]).push(item);
  // A dash further to the right goes on with the text before it.
  return indent === entry.indent;
}

function setValue(entry: Entry, text: string): boolean {
  if (text[0] !== '[' || !text.endsWith(']')) {
    entry.value = scalar(text);
    return entry.value !== undefined;
  }
  const list = text.slice(1, -1);
  const values = list.trim() === '' ? [] : list.split(',').map((part) => scalar(part.trim()));
  // All of them stand where the key stands, which is where what has no line of its own is looked for.
  entry.value = values;
  return !values.includes(undefined);
}

/** Undefined for what is not plain, and for what YAML takes for nothing. */
function scalar(text: string): string | undefined {
  const first = text[0];
  if (first === '"' || first === "'") return quoted.test(text) ? text.slice(1, -1) : undefined;
  return plain.test(text) && !isNothing(text) ? text : undefined;
}

function sourceOf(entries: Entries, first: Entry, firstLine: number): YamlSource {
  const value: { [key: string]: PlainValue } = Object.create(memberless);
  for (const name in entries) value[name] = entries[name]?.value;
  const lineOf = (path: ValuePath): number => {
    const name = path[0];
    const index = path[1];
    const entry = typeof name === 'string' ? entries[name] : undefined;
    if (entry === undefined) return first.line;
    return (index === undefined ? undefined : entry.items?.[Number(index)]) ?? entry.at;
  };
  return {
    value,
    problems: [],
    lineOf,
    keyLineOf: (path, name) => (path.length === 0 ? (entries[name]?.line ?? firstLine) : lineOf(path)),
  };
}
