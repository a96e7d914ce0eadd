/** Parses YAML (and so JSON) into plain values that remember their lines. Scalars stay text as written: schemas decide what they mean. */
import {
  type Document,
  isAlias,
  isMap,
  isScalar,
  isSeq,
  LineCounter,
  type Node,
  type Pair,
  parseDocument,
  type YAMLMap,
} from 'yaml';
import { type Problem, problem } from '../core/problem.ts';
import type { PlainValue } from './yaml-value.ts';

const MAX_DEPTH = 64;
const MAX_VALUES = 5_000_000;
/** Values that aliases may add: `maxAliasCount` in effect. Ten anchors of ten aliases each would else be ten billion. */
const MAX_ALIASED = 100_000;
const MAX_ERRORS_TOLD = 20;
/** Each anchor or tag of one and the same node costs the parser an error; thousands in a row make it crawl. */
const manyProperties = /(?:[&!][^\s,[\]{}]*\s+){50}/;
/** The parser takes seconds over what is nested this deep. Far more than text in quotes or blocks leaves open. */
const HOPELESS_DEPTH = 10_000;
const manyDashes = /^ *(?:- ){1000}/m;

export type ValuePath = readonly PropertyKey[];

export interface YamlSource {
  /** Undefined when it is empty or broken. Maps are objects without prototype; null and empty are undefined. */
  readonly value: PlainValue;
  readonly problems: readonly Problem[];
  /** Line of the value at `path`, or of the nearest thing around it. */
  lineOf(path: ValuePath): number;
  /** Line of a key of the map at `path`. */
  keyLineOf(path: ValuePath, key: string): number;
}

/** @param firstLine the line of `file` on which `text` begins */
export function parseYaml(text: string, file: string, firstLine = 1): YamlSource {
  if (manyProperties.test(text)) {
    const line = firstLine + countLines(text, text.search(manyProperties));
    return broken([invalid('too many anchors or tags in a row', { file, line })], firstLine);
  }
  const deep = hopelessDepthAt(text);
  if (deep !== -1) {
    const line = firstLine + countLines(text, deep);
    return broken([invalid(`nested more than ${MAX_DEPTH} deep`, { file, line })], firstLine);
  }
  const lines = new LineCounter();
  const lineAt = (offset: number | undefined): number =>
    offset === undefined ? firstLine : firstLine + Math.max(1, lines.linePos(offset).line) - 1;
  let document: Document.Parsed;
  try {
    // Failsafe keeps `001` and `1.10` as written. The library's own check for repeated keys is quadratic.
    document = parseDocument(text, {
      schema: 'failsafe',
      uniqueKeys: false,
      prettyErrors: false,
      logLevel: 'error',
      lineCounter: lines,
    });
  } catch (error) {
    return broken([invalid(oneLine(String(error)), { file, line: firstLine })], firstLine);
  }
  const anchors = new Map<string, Node>();
  const problems = document.errors.slice(0, MAX_ERRORS_TOLD).map(({ message, pos, code }) => {
    // Of a quote or bracket that is never closed, people look for the beginning.
    const opened = code === 'MISSING_CHAR' ? lastScalarOffset(document.contents) : undefined;
    const location = { file, line: lineAt(opened ?? Math.min(pos[0], text.trimEnd().length)) };
    return code === 'MULTIPLE_DOCS' ? severalDocuments(location) : invalid(oneLine(message), location);
  });
  if (problems.length > 0) return broken(problems, firstLine);
  const value = toPlain(document.contents, anchors, (message, offset) => {
    problems.push(invalid(message, { file, line: lineAt(offset) }));
  });
  return {
    value: problems.length > 0 ? undefined : value,
    problems,
    lineOf: (path) => lineAt(offsetOf(walk(document.contents, path, anchors))),
    keyLineOf(path, key) {
      const map = walk(document.contents, path, anchors);
      return lineAt(offsetOf(isMap(map) ? pairOf(map, key)?.key : map));
    },
  };
}

const invalid = (message: string, location: { file: string; line: number }): Problem =>
  problem(
    'invalid-yaml',
    `${location.file} is not valid ${/\.json$/i.test(location.file) ? 'JSON' : 'YAML'}: ${message}`,
    'Correct the syntax at this line.',
    {
      location,
    },
  );

const severalDocuments = (location: { file: string; line: number }): Problem =>
  problem('invalid-yaml', `${location.file} holds two documents`, 'Keep one.', { location });

const broken = (problems: Problem[], line: number): YamlSource => ({
  value: undefined,
  problems,
  lineOf: () => line,
  keyLineOf: () => line,
});

const oneLine = (message: string): string => (message.split('\n')[0] ?? '').slice(0, 200);

/** Where brackets, or dashes on one line, are open beyond reason; -1 when they are not. Reads no quotes: it need not be exact. */
function hopelessDepthAt(text: string): number {
  let depth = 0;
  for (let at = 0; at < text.length; at++) {
    const character = text[at];
    if (character === '[' || character === '{') {
      if (++depth > HOPELESS_DEPTH) return at;
    } else if ((character === ']' || character === '}') && depth > 0) depth--;
  }
  return text.search(manyDashes);
}

const countLines = (text: string, end: number): number => text.slice(0, end).split('\n').length - 1;

/** Thrown and caught inside `toPlain` only: ends a conversion that would not end soon. */
const tooLarge = Symbol('too large');

function toPlain(
  root: Node | null,
  anchors: Map<string, Node>,
  report: (message: string, offset: number | undefined) => void,
): PlainValue {
  let values = 0;
  let aliased = 0;
  const stop = (message: string, node: Node): never => {
    report(message, offsetOf(node));
    throw tooLarge;
  };
  const convert = (node: unknown, depth: number, viaAlias: boolean): PlainValue => {
    if (node === null || node === undefined) return undefined;
    const known = node as Node;
    if (depth > MAX_DEPTH) return stop(`nested more than ${MAX_DEPTH} deep`, known);
    if (++values > MAX_VALUES) return stop(`more than ${MAX_VALUES} values`, known);
    if (viaAlias && ++aliased > MAX_ALIASED) return stop('aliases expand to too much', known);
    if (isAlias(node)) {
      const target = anchors.get(node.source);
      if (target === undefined) return stop(`unknown alias *${node.source}`, node);
      return convert(target, depth + 1, true);
    }
    if ('anchor' in known && known.anchor !== undefined && !viaAlias) anchors.set(known.anchor, known);
    if (isSeq(node)) return node.items.map((item) => convert(item, depth + 1, viaAlias));
    if (isMap(node)) return convertMap(node, depth, viaAlias);
    return isScalar(node) ? scalarText(node) : undefined;
  };
  const convertMap = (map: YAMLMap, depth: number, viaAlias: boolean): PlainValue => {
    const plain: { [key: string]: PlainValue } = Object.create(null);
    for (const { key, value } of map.items) {
      const name = convert(key, depth + 1, viaAlias);
      if (name !== undefined && typeof name !== 'string') return stop('a key must be text', key as Node);
      const text = name ?? '';
      if (text in plain) report(`the key ${JSON.stringify(text)} is written twice`, offsetOf(key));
      plain[text] = convert(value, depth + 1, viaAlias);
    }
    return plain;
  };
  try {
    return convert(root, 0, false);
  } catch (error) {
    if (error === tooLarge) return undefined;
    throw error;
  }
}

/** Null and nothing mean the same: left out. Quoted text is text, whatever it says. */
function scalarText(node: { readonly value: unknown; readonly type?: string }): string | undefined {
  const text = typeof node.value === 'string' ? node.value : String(node.value ?? '');
  return node.type === 'PLAIN' && /^(?:|~|null|Null|NULL)$/.test(text) ? undefined : text;
}

function walk(root: Node | null, path: ValuePath, anchors: ReadonlyMap<string, Node>): unknown {
  let node: unknown = root;
  for (const step of path) {
    const inside = isAlias(node) ? anchors.get(node.source) : node;
    const next = isSeq(inside)
      ? inside.items[Number(step)]
      : isMap(inside)
        ? pairOf(inside, String(step))?.value
        : undefined;
    if (next === undefined || next === null) return node;
    node = next;
  }
  return node;
}

const pairOf = (map: YAMLMap, key: string): Pair | undefined =>
  map.items.find((pair) => isScalar(pair.key) && (scalarText(pair.key) ?? '') === key);

function lastScalarOffset(root: unknown): number | undefined {
  let node = root;
  while (isMap(node) || isSeq(node)) {
    const last: unknown = node.items.at(-1);
    if (last === undefined) break;
    node = isMap(node) ? ((last as Pair).value ?? (last as Pair).key) : last;
  }
  return offsetOf(node);
}

const offsetOf = (node: unknown): number | undefined => (node as Node | null | undefined)?.range?.[0];
