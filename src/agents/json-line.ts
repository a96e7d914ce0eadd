/** Reads lines that an agent writes as JSON. Nothing about their shape is taken for granted: versions differ. */

export type JsonMap = Readonly<Record<string, unknown>>;

/** Lines of such programs hold whole files; of a longer one nothing is read, and memory stays bounded. */
export const JSON_LINE_BYTES = 1024 * 1024;

/** The object that a line is; undefined for anything else. */
export function jsonMap(line: string): JsonMap | undefined {
  if (!line.startsWith('{')) return undefined;
  try {
    return asMap(JSON.parse(line));
  } catch {
    return undefined;
  }
}

export const asMap = (value: unknown): JsonMap | undefined =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as JsonMap) : undefined;

export const asList = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);

export const asText = (value: unknown): string => (typeof value === 'string' ? value : '');

/** A number of tokens or of dollars; what is none counts for nothing. */
export const asAmount = (value: unknown): number =>
  typeof value === 'number' && Number.isFinite(value) && value > 0 ? value : 0;
