/** Reads one plan file of a GSD phase. Which plans and phases its `depends_on` means is settled in `gsd-plans`. */
import path from 'node:path';
import type { Task } from '../core/plan.ts';
import { type Problem, problem } from '../core/problem.ts';
import { parseAutonomous } from './amounts.ts';
import { splitFrontMatter } from './front-matter.ts';
import { phaseKey, phaseOfFolder } from './gsd-phase-id.ts';
import type { PlanPlace } from './gsd-places.ts';
import { plainText } from './markdown-lines.ts';
import { presentOnly } from './present-only.ts';
import type { YamlSource } from './yaml-source.ts';
import { isPlainMap, type PlainValue } from './yaml-value.ts';

export interface PlanReference {
  readonly text: string;
  readonly line: number;
}

export interface PlanFile {
  readonly file: string;
  readonly id: string;
  /** The phase that it belongs to: that of its folder, else of its name or front matter. */
  readonly phase: string;
  readonly phaseKey: string;
  /** Its number in the phase, for example `02`. */
  readonly number: string;
  readonly line: number;
  /** Its own title; the roadmap may have another. */
  readonly title: string | undefined;
  readonly fields: Pick<Task, 'body' | 'files' | 'autonomous'> & { readonly declaredWave?: number };
  readonly dependsOn: readonly PlanReference[];
  readonly problems: readonly Problem[];
}

const MAX_TITLE = 120;

/** @param text the file's text with `\n` line ends */
export async function parsePlanFile(place: PlanPlace, text: string): Promise<PlanFile> {
  const { file } = place;
  const front = await splitFrontMatter(text, file);
  const values = new Map(
    Object.entries(front.values ?? {}).map(([key, value]) => [
      key.toLowerCase().replace(/[^a-z]/g, ''),
      { key, value },
    ]),
  );
  const scalar = (name: string): string | undefined => {
    const value = values.get(name)?.value;
    return typeof value === 'string' && value.trim() !== '' ? value.trim() : undefined;
  };
  const phase = phaseOf(place, scalar('phase'));
  const number = place.plan ?? scalar('plan')?.match(/\d+[A-Za-z]?$/)?.[0] ?? '01';
  const lineOf = (name: string): number => {
    const key = values.get(name)?.key;
    return key === undefined ? 1 : (front.source?.keyLineOf([], key) ?? 1);
  };
  const wave = scalar('wave');
  return {
    file,
    id: `${place.phase ?? phase}-${number}`,
    phase,
    phaseKey: phaseKey(phase),
    number,
    line: lineOf('plan'),
    title: scalar('title') ?? titleOf(front.body),
    fields: {
      body: front.body.trim(),
      files: filesOf(values.get('filesmodified')?.value),
      autonomous: parseAutonomous(scalar('autonomous') ?? ''),
      ...presentOnly({ declaredWave: /^\d{1,6}$/.test(wave ?? '') ? Number(wave) : undefined }),
    },
    dependsOn: ['dependson', 'dependencies'].flatMap((name) => {
      const entry = values.get(name);
      return entry === undefined || front.source === undefined
        ? []
        : referencesOf(entry.key, entry.value, front.source);
    }),
    problems: [...front.problems, ...waveProblem(file, wave, lineOf('wave'))],
  };
}

function phaseOf(place: PlanPlace, stated: string | undefined): string {
  if (place.folder !== undefined) return phaseOfFolder(place.folder);
  return place.phase ?? (stated === undefined ? path.basename(place.file) : phaseOfFolder(stated));
}

function referencesOf(key: string, value: PlainValue, source: YamlSource): PlanReference[] {
  const items = Array.isArray(value)
    ? value.map((item, index) => ({ text: textOf(item), line: source.lineOf([key, index]) }))
    : [{ text: textOf(value), line: source.lineOf([key]) }];
  // `depends_on: 01-01, phases/02-api/02-01-PLAN.md` is a list as well; a comma in a note or in `Phases 1, 2` separates no items.
  return items.flatMap(({ text, line }) =>
    (/\bphases?\b(?!\/)|\(/i.test(text) ? [text] : text.split(/[,;]/))
      .map((part) => ({ text: part.trim(), line }))
      .filter((part) => part.text !== ''),
  );
}

/** An item may be a map that names a plan: `- plan: 01-01`. */
function textOf(value: PlainValue): string {
  if (typeof value === 'string') return value.trim();
  if (!isPlainMap(value)) return '';
  const named = value.plan ?? value.id ?? value.phase;
  return typeof named === 'string' ? named.trim() : Object.keys(value).join(' ');
}

/** `src/a.ts (new)` is `src/a.ts`. */
function filesOf(value: PlainValue): string[] {
  const items = Array.isArray(value) ? value : typeof value === 'string' ? value.split(',') : [];
  const files = items
    .filter((item) => typeof item === 'string')
    .map((item) =>
      item
        .trim()
        .replace(/\s+\(.*$/, '')
        .replace(/^`|`$/g, ''),
    )
    .filter((item) => item !== '' && item.length <= 500 && !/\s/.test(item));
  return [...new Set(files)];
}

/** The first line of its objective, else its first heading. */
function titleOf(body: string): string | undefined {
  const objective = /<objective>\s*([^\n<]{1,1000})/i.exec(body)?.[1];
  const heading = /^#{1,3}[ \t]+([^\n]{1,1000})/m.exec(body)?.[1];
  const title = plainText(objective ?? heading ?? '').replace(/\.$/, '');
  if (title === '') return undefined;
  return title.length <= MAX_TITLE ? title : `${title.slice(0, MAX_TITLE).replace(/\s+\S*$/, '')} …`;
}

function waveProblem(file: string, wave: string | undefined, line: number): Problem[] {
  if (wave === undefined || /^\d{1,6}$/.test(wave)) return [];
  const message = `${file}: the wave ${JSON.stringify(wave.slice(0, 40))} is not a whole number`;
  const fix = 'Write for example `wave: 2`, or leave it out.';
  return [problem('invalid-value', message, fix, { location: { file, line }, severity: 'warning' })];
}
