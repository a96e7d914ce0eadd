/** Changes one setting in the text of a configuration file; comments, order and whatever else stands there stay. Writes no file. */
import { type Document, isCollection, isMap, isScalar, type Pair, parseDocument, stringify } from 'yaml';

const parseOptions = { prettyErrors: false, logLevel: 'silent' } as const;
const writeOptions = { lineWidth: 0 } as const;

type Path = readonly string[];

/**
 * The text with `value` at `path`; maps on the way are made.
 * @throws Error when the text is no YAML map, or something on the way is no map
 */
export function setInText(text: string, path: Path, value: unknown): string {
  const document = parse(text);
  const node = document.getIn(path, true);
  const small = isScalar(node) ? replaced(text, node.range, value) : appended(text, document, path, value);
  document.setIn(path, document.createNode(value));
  return leastChange(text, small, document);
}

/** The text without what is at `path`, and without a map that is empty then; undefined when nothing is there. */
export function unsetInText(text: string, path: Path): string | undefined {
  const document = parse(text);
  if (!document.hasIn(path)) return undefined;
  let gone = path;
  // A map whose only key goes is of no use.
  for (let above = path.slice(0, -1); above.length > 0; above = above.slice(0, -1)) {
    const map = document.getIn(above, true);
    if (!isMap(map) || map.items.length > 1) break;
    gone = above;
  }
  const small = withoutLines(text, pairAt(document, gone));
  document.deleteIn(gone);
  return leastChange(text, small, document);
}

function parse(text: string): Document {
  const document = parseDocument(text, parseOptions);
  const [error] = document.errors;
  if (error) throw new Error(error.message.split('\n', 1)[0]);
  if (document.contents !== null && !isMap(document.contents)) throw new Error('expected a map of settings');
  return document;
}

/** Only the value's own characters change. */
function replaced(text: string, range: readonly number[] | null | undefined, value: unknown) {
  const [start, end] = range ?? [];
  const written = stringify(value, writeOptions).trimEnd();
  if (start === undefined || end === undefined || written.includes('\n')) return undefined;
  // What is empty stands directly behind the colon.
  const gap = start === end && !/\s/.test(text[start - 1] ?? ' ') ? ' ' : '';
  return `${text.slice(0, start)}${gap}${written}${text.slice(end)}`;
}

/** Lines at the end, when the first key on the way is new. */
function appended(text: string, document: Document, [first = '', ...rest]: Path, value: unknown) {
  if (document.has(first)) return undefined;
  const nested = rest.reduceRight<unknown>((inner, key) => ({ [key]: inner }), value);
  const gap = text === '' || text.endsWith('\n') ? '' : '\n';
  return `${text}${inStyleOf(text, `${gap}${stringify({ [first]: nested }, writeOptions)}`)}`;
}

function pairAt(document: Document, path: Path): Pair | undefined {
  const above = path.length === 1 ? document.contents : document.getIn(path.slice(0, -1), true);
  if (!isMap(above) || above.flow) return undefined;
  return above.items.find(({ key }) => isScalar(key) && String(key.value) === path.at(-1));
}

/** Comments above the lines of a pair stay: they may be about more than it. */
function withoutLines(text: string, pair: Pair | undefined): string | undefined {
  const key = isScalar(pair?.key) ? pair.key.range : undefined;
  const value = isScalar(pair?.value) || isCollection(pair?.value) ? pair.value.range : undefined;
  if (!key) return undefined;
  const start = text.lastIndexOf('\n', key[0] - 1) + 1;
  const last = Math.max(key[1], value?.[1] ?? 0);
  const lineEnd = text[last - 1] === '\n' ? last - 1 : text.indexOf('\n', last);
  return text.slice(0, start) + (lineEnd < 0 ? '' : text.slice(lineEnd + 1));
}

/** The small change when it means the same as the document, else the whole document written anew. */
function leastChange(text: string, small: string | undefined, document: Document): string {
  if (small !== undefined) {
    const read = parseDocument(small, parseOptions);
    if (read.errors.length === 0 && meaning(read) === meaning(document)) return small;
  }
  return inStyleOf(text, document.toString(writeOptions));
}

const meaning = (document: Document): string => JSON.stringify(document.toJS({ maxAliasCount: 100 }) ?? {});

const inStyleOf = (text: string, written: string): string =>
  text.includes('\r\n') ? written.replace(/\r?\n/g, '\r\n') : written;
