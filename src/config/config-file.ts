/** Reads one configuration file into plain values that know their lines. Does not check what they mean. */
import { readFileSync, statSync } from 'node:fs';
import { type Document, isMap, isNode, isScalar, LineCounter, type Node, parseDocument } from 'yaml';
import type { Location } from '../core/plan.ts';
import { type Problem, problem } from '../core/problem.ts';

export interface ConfigFile {
  readonly file: string;
  readonly values: Readonly<Record<string, unknown>>;
  /** Where the value at `path` stands, or the nearest thing around it. */
  locate(path: readonly PropertyKey[]): Location;
  /** Where a key of the map at `path` stands. */
  locateKey(path: readonly PropertyKey[], key: string): Location;
}

export type ReadResult = { readonly content: ConfigFile } | { readonly problems: readonly Problem[] };

const largestBytes = 256 * 1024;
const mostErrors = 20;

/**
 * Reads a YAML file; undefined when there is none. Everything wrong with its syntax is told at once.
 * @param shownAs its name in locations
 */
export function readConfigFile(path: string, shownAs: string): ReadResult | undefined {
  let content: string;
  try {
    if (statSync(path).size > largestBytes)
      return { problems: [unreadable(shownAs, `larger than ${largestBytes} bytes`)] };
    content = readFileSync(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    return { problems: [unreadable(shownAs, (error as Error).message)] };
  }
  return parseConfig(content, shownAs);
}

/** The same for text that is already there. */
export function parseConfig(content: string, file: string): ReadResult {
  const lines = new LineCounter();
  const lineAt = (offset: number | undefined): number => Math.max(1, lines.linePos(offset ?? 0).line);
  const invalid = (message: string, line: number): Problem =>
    problem(
      'invalid-yaml',
      `${file} is not valid YAML: ${message.split('\n', 1)[0]}`,
      'correct the syntax at this line',
      {
        location: { file, line },
      },
    );
  try {
    const document = parseDocument(content, { lineCounter: lines, prettyErrors: false, logLevel: 'silent' });
    if (document.errors.length > 0) {
      const errors = document.errors.slice(0, mostErrors);
      return { problems: errors.map(({ message, pos }) => invalid(message, lineAt(pos[0]))) };
    }
    const values: unknown = document.toJS({ maxAliasCount: 100 }) ?? {};
    if (typeof values !== 'object' || Array.isArray(values))
      return { problems: [invalid('expected a map of settings', 1)] };
    return {
      content: {
        file,
        values: values as Record<string, unknown>,
        locate: (path) => ({ file, line: lineAt(offsetOf(nearestNode(document, path))) }),
        locateKey: (path, key) => ({
          file,
          line: lineAt(offsetOf(keyNode(nearestNode(document, path), key))),
        }),
      },
    };
  } catch (error) {
    // Too many aliases, or nested deeper than the stack.
    return { problems: [invalid((error as Error).message, 1)] };
  }
}

function nearestNode(document: Document, path: readonly PropertyKey[]): Node | null {
  for (let length = path.length; length > 0; length--) {
    const found = document.getIn(path.slice(0, length), true);
    if (isNode(found)) return found;
  }
  return document.contents;
}

function keyNode(map: Node | null, key: string): Node | null {
  if (!isMap(map)) return map;
  const pair = map.items.find((item) => isScalar(item.key) && String(item.key.value) === key);
  return isNode(pair?.key) ? pair.key : map;
}

const offsetOf = (node: Node | null): number | undefined => node?.range?.[0];

const unreadable = (file: string, why: string): Problem =>
  problem(
    'unreadable',
    `${file} cannot be read: ${why}`,
    'make it a small readable YAML file, or remove it',
    {
      location: { file, line: 1 },
    },
  );
