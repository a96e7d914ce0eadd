/** What YAML comes to for the readers: text, lists and maps. Their lines are in `yaml-source`. */

export type PlainValue = string | undefined | PlainValue[] | { [key: string]: PlainValue };
export type PlainMap = { readonly [key: string]: PlainValue };

export const isPlainMap = (value: unknown): value is PlainMap =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
