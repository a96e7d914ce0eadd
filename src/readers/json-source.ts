/**
 * Parses JSON into values that know their lines. Scalars stay text as written, as in `yaml-source`; what they mean is decided by the
 * readers. Not the YAML parser: it takes seconds and hundreds of megabytes for the files that tools write.
 */
import { type Problem, problem } from '../core/problem.ts';

const MAX_DEPTH = 64;
const MAX_VALUES = 1_000_000;

export interface JsonNode {
  /** Text of a string; a number, `true`, `false` as written; undefined for null. */
  readonly value: string | undefined | readonly JsonNode[] | JsonMap;
  /** The line on which it begins. */
  readonly line: number;
}

/** A key that is written twice keeps its last value, as everywhere. */
export type JsonMap = ReadonlyMap<string, JsonNode>;

export type JsonSource =
  | { readonly root: JsonNode; readonly problems: readonly [] }
  | { readonly root: undefined; readonly problems: readonly [Problem] };

/** @param firstLine the line of `file` on which `text` begins */
export function parseJson(text: string, file: string, firstLine = 1): JsonSource {
  const parser = new JsonParser(text, firstLine);
  const root = parser.parse();
  if (typeof root !== 'string') return { root, problems: [] };
  const message = `${file} is not valid JSON: ${root}`;
  const location = { file, line: parser.line };
  const found = problem('invalid-yaml', message, 'Correct the syntax at this line.', { location });
  return { root: undefined, problems: [found] };
}

/** Thrown and caught inside the parser only. */
class SyntaxFault {
  readonly message: string;
  constructor(message: string) {
    this.message = message;
  }
}

/** Stands at one place of the text, and counts the lines it has passed. */
class JsonParser {
  line: number;
  private readonly text: string;
  private at = 0;
  private values = 0;

  constructor(text: string, firstLine: number) {
    this.text = text;
    this.line = firstLine;
  }

  /** The value, or what is wrong at `line`. */
  parse(): JsonNode | string {
    try {
      const root = this.readValue(0);
      if (this.next() !== '') throw new SyntaxFault(`${this.seen()} after its end`);
      return root;
    } catch (error) {
      if (error instanceof SyntaxFault) return error.message;
      throw error;
    }
  }

  private readValue(depth: number): JsonNode {
    if (depth > MAX_DEPTH) throw new SyntaxFault(`nested more than ${MAX_DEPTH} deep`);
    if (++this.values > MAX_VALUES) throw new SyntaxFault(`more than ${MAX_VALUES} values`);
    const first = this.next();
    const line = this.line;
    if (first === '{') return { value: this.readMap(depth), line };
    if (first === '[') return { value: this.readList(depth), line };
    return { value: first === '"' ? this.readString() : this.readWord(), line };
  }

  private readMap(depth: number): JsonMap {
    const map = new Map<string, JsonNode>();
    this.at++;
    if (this.take('}')) return map;
    do {
      if (this.next() !== '"') throw new SyntaxFault(`expected a key in quotes, not ${this.seen()}`);
      const key = this.readString();
      if (!this.take(':')) throw new SyntaxFault(`expected a colon, not ${this.seen()}`);
      map.set(key, this.readValue(depth + 1));
    } while (this.take(','));
    if (!this.take('}')) throw new SyntaxFault(`expected a comma or }, not ${this.seen()}`);
    return map;
  }

  private readList(depth: number): readonly JsonNode[] {
    const list: JsonNode[] = [];
    this.at++;
    if (this.take(']')) return list;
    do list.push(this.readValue(depth + 1));
    while (this.take(','));
    if (!this.take(']')) throw new SyntaxFault(`expected a comma or ], not ${this.seen()}`);
    return list;
  }

  private readString(): string {
    const start = this.at;
    let escaped = false;
    for (let at = start + 1; at < this.text.length; at++) {
      const code = this.text.charCodeAt(at);
      if (code === 0x5c) {
        escaped = true;
        at++;
      } else if (code === 0x22) {
        this.at = at + 1;
        return escaped ? withoutEscapes(this.text.slice(start, at + 1)) : this.text.slice(start + 1, at);
      } else if (code === 0x0a) break;
    }
    throw new SyntaxFault('a quote is never closed');
  }

  private readWord(): string | undefined {
    word.lastIndex = this.at;
    const found = word.exec(this.text)?.[0];
    if (found === undefined) throw new SyntaxFault(`expected a value, not ${this.seen()}`);
    this.at += found.length;
    return found === 'null' ? undefined : found;
  }

  /** Passes `character` when it is the next one. */
  private take(character: string): boolean {
    if (this.next() !== character) return false;
    this.at++;
    return true;
  }

  /** The next character that is no space; empty at the end. */
  private next(): string {
    for (; this.at < this.text.length; this.at++) {
      const code = this.text.charCodeAt(this.at);
      if (code === 0x0a) this.line++;
      else if (code !== 0x20 && code !== 0x09) break;
    }
    return this.text.charAt(this.at);
  }

  private seen(): string {
    return this.at >= this.text.length ? 'the end' : JSON.stringify(this.text.charAt(this.at));
  }
}

const word = /(?:-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null)\b/y;

/** @param quoted a string as written, with its quotes */
function withoutEscapes(quoted: string): string {
  try {
    // Half of a pair of surrogates cannot be passed to any process, nor can NUL.
    return (JSON.parse(quoted) as string).toWellFormed().replaceAll('\0', '\uFFFD');
  } catch {
    throw new SyntaxFault(`${quoted.slice(0, 40)} has an escape that JSON does not know`);
  }
}

export const asMap = (node: JsonNode | undefined): JsonMap | undefined =>
  node?.value instanceof Map ? node.value : undefined;

export const asList = (node: JsonNode | undefined): readonly JsonNode[] | undefined =>
  Array.isArray(node?.value) ? node.value : undefined;

/** A string, a number or a word, as written and trimmed; undefined for everything else, and for nothing. */
export function asText(node: JsonNode | undefined): string | undefined {
  const text = typeof node?.value === 'string' ? node.value.trim() : '';
  return text === '' ? undefined : text;
}
