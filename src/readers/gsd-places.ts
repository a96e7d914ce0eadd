/** Where GSD keeps things: `.planning`, its ROADMAP.md, the plan files of its phases. Reads no contents. */
import path from 'node:path';
import type { Problem } from '../core/problem.ts';
import { currentFolders } from './folder-listing.ts';
import { type PlanFileKind, type PlanName, parsePlanName } from './gsd-phase-id.ts';
import { isFile, isFolder } from './reader.ts';

export interface PlanPlace extends PlanName {
  readonly file: string;
  readonly kind: PlanFileKind;
  /** The name of the phase's folder; undefined for a file that lies in none. */
  readonly folder: string | undefined;
}

/** The `.planning` that `at` is, holds or is the `phases` of. */
export function planningFolder(at: string): string | undefined {
  const name = path.basename(path.resolve(at));
  if (name === 'phases' && isPlanning(path.dirname(path.resolve(at)))) return path.dirname(at);
  if (isPlanning(at)) return at;
  const below = path.join(at, '.planning');
  return isFolder(below) ? below : undefined;
}

const isPlanning = (folder: string): boolean =>
  isFolder(folder) &&
  (path.basename(path.resolve(folder)) === '.planning' ||
    (isFolder(path.join(folder, 'phases')) && roadmapFile(folder) !== undefined));

export function roadmapFile(planning: string): string | undefined {
  const file = path.join(planning, 'ROADMAP.md');
  return isFile(file) ? file : undefined;
}

/** The plans and summaries below `phases`, in natural order. */
export function planPlaces(planning: string): {
  readonly places: readonly PlanPlace[];
  readonly problems: readonly Problem[];
} {
  const phases = path.join(planning, 'phases');
  if (!isFolder(phases)) return { places: [], problems: [] };
  const { files, problems } = currentFolders.markdownFiles(phases);
  const places = files.flatMap((file) => {
    const name = parsePlanName(path.basename(file));
    const [folder, ...rest] = path.relative(phases, file).split(path.sep);
    return name === undefined ? [] : [{ ...name, file, folder: rest.length > 0 ? folder : undefined }];
  });
  return { places, problems };
}
