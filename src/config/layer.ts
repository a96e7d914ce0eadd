/** One layer of configuration: values from one place, checked, with the origin of each. Knows no other layer. */

import { didYouMean } from '../core/nearest.ts';
import type { Location } from '../core/plan.ts';
import { type Problem, problem } from '../core/problem.ts';
import type { ConfigFile } from './config-file.ts';
import { knownKeys, laterKeys, layerSchema, type Settings } from './schema.ts';

/** Where a value comes from; `name` is the flag or the variable as the user writes it. */
export type Origin =
  | { readonly source: 'flag' | 'environment'; readonly name: string }
  | { readonly source: 'project' | 'user'; readonly location: Location }
  | { readonly source: 'default' };

/** Values as they were given, before they are checked. */
export interface RawLayer {
  readonly values: Readonly<Record<string, unknown>>;
  /** The folder from which its relative paths count. */
  readonly folder: string;
  originOf(path: readonly PropertyKey[]): Origin;
  originOfKey(path: readonly PropertyKey[], key: string): Origin;
}

export interface Layer {
  readonly settings: Settings;
  readonly folder: string;
  originOf(path: readonly PropertyKey[]): Origin;
}

/** A file's values as a layer. */
export function fileLayer(source: 'project' | 'user', content: ConfigFile, folder: string): RawLayer {
  return {
    values: content.values,
    folder,
    originOf: (path) => ({ source, location: content.locate(path) }),
    originOfKey: (path, key) => ({ source, location: content.locateKey(path, key) }),
  };
}

/** Checks a layer; all its problems at once. */
export function checkLayer(raw: RawLayer): { readonly layer?: Layer; readonly problems: readonly Problem[] } {
  const problems: Problem[] = [];
  const values: Record<string, unknown> = {};
  for (const [key, value] of Object.entries(raw.values)) {
    if (laterKeys.has(key)) problems.push(later(key, raw.originOfKey([], key)));
    // Nothing after the colon means: not set.
    else if (value !== null) values[key] = value;
  }
  const parsed = layerSchema.safeParse(values);
  if (!parsed.success) problems.push(...parsed.error.issues.flatMap((issue) => problemsOf(issue, raw)));
  else if (parsed.data.slots !== undefined && parsed.data.maxParallel !== undefined) {
    problems.push(
      invalid('maxParallel', 'the same as slots, which is set too', raw.originOfKey([], 'maxParallel')),
    );
  }
  if (!parsed.success || problems.length > 0) return { problems: inOrderOfLines(problems) };
  return { layer: { settings: parsed.data, folder: raw.folder, originOf: raw.originOf }, problems };
}

const inOrderOfLines = (problems: readonly Problem[]): readonly Problem[] =>
  problems.toSorted((a, b) => (a.location?.line ?? 0) - (b.location?.line ?? 0));

type Issue = NonNullable<ReturnType<typeof layerSchema.safeParse>['error']>['issues'][number];

function problemsOf(issue: Issue, raw: RawLayer): readonly Problem[] {
  if (issue.code !== 'unrecognized_keys')
    return [invalid(nameOf(issue.path), issue.message, raw.originOf(issue.path))];
  return issue.keys.map((key) => {
    const known = knownKeys(issue.path);
    const fix = didYouMean(key, known) ?? `known here: ${known.join(', ')}`;
    const name = nameOf([...issue.path, key]);
    return withOrigin(`there is no setting ${name}`, fix, raw.originOfKey(issue.path, key));
  });
}

/** A problem with the value of a setting, told where it was given. */
export function invalid(name: string, what: string, origin: Origin, fix = 'correct the value'): Problem {
  const given = 'name' in origin ? `${origin.name} (setting ${name})` : name;
  return withOrigin(`${given}: ${what}`, fix, origin);
}

function withOrigin(message: string, fix: string, origin: Origin): Problem {
  return problem('invalid-config', message, fix, 'location' in origin ? { location: origin.location } : {});
}

const later = (key: string, origin: Origin): Problem =>
  problem(
    'unsupported',
    `the setting ${key} belongs to a later version: this one does not do that yet`,
    'remove it',
    'location' in origin ? { location: origin.location } : {},
  );

/** `gate[0].run`, as people write it. */
function nameOf(path: readonly PropertyKey[]): string {
  return path.reduce<string>((name, part) => {
    if (typeof part === 'number') return `${name}[${part}]`;
    return name === '' ? String(part) : `${name}.${String(part)}`;
  }, '');
}
