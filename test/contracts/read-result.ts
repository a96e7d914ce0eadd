/** What must be true of whatever any reader returns, for any input: places that exist, messages of one line. */
import { readFileSync, statSync } from 'node:fs';
import { taskId } from '../../src/core/plan.ts';
import type { Place } from '../../src/core/problem.ts';
import type { ReadResult } from '../../src/readers/reader.ts';
import { decode } from '../../src/readers/source-file.ts';

/** Everything that is wrong with a result, in words; empty when it is fit to be shown and run. */
export function faultsOf({ plan, problems }: ReadResult): string[] {
  const linesOf = new Map<string, number>();
  const lineFault = ({ file, line }: Place): string[] => {
    // Only what has no lines may leave them out.
    if (line === undefined) return isFile(file) ? [`${file}: no line is told`] : [];
    if (!linesOf.has(file)) linesOf.set(file, lineCount(file));
    const lines = linesOf.get(file) ?? 0;
    return Number.isInteger(line) && line >= 1 && line <= lines ? [] : [`${file} has no line ${line}`];
  };
  return [
    ...problems.flatMap(({ message, fix, location }) => [
      ...(isOneLine(message) ? [] : [`no line of text: ${JSON.stringify(message)}`]),
      ...(isOneLine(fix) ? [] : [`no line of text: ${JSON.stringify(fix)}`]),
      ...(location === undefined ? [] : lineFault(location)),
    ]),
    ...plan.tasks.flatMap(({ id, location, dependsOn, dependencyLocations }) => [
      ...(id === '' ? ['a task without id'] : []),
      ...lineFault(location),
      ...(new Set(dependsOn).size === dependsOn.length ? [] : [`${id} names a dependency twice`]),
      ...dependsOn.flatMap((other) => {
        const at = Object.hasOwn(dependencyLocations, other) ? dependencyLocations[other] : undefined;
        return at === undefined ? [`${id}: nowhere is said that it waits for ${other}`] : lineFault(at);
      }),
      ...Object.keys(dependencyLocations)
        .filter((other) => !dependsOn.includes(taskId(other)))
        .map((other) => `${id} has a place for ${other}, for which it does not wait`),
    ]),
  ];
}

const isOneLine = (text: string): boolean => text !== '' && !/[\r\n]/.test(text);

const isFile = (file: string): boolean => statSync(file, { throwIfNoEntry: false })?.isFile() === true;

/** What is no readable file still has a first line to point at. */
function lineCount(file: string): number {
  try {
    return statSync(file).isFile() ? decode(readFileSync(file)).text.split('\n').length : 1;
  } catch {
    return 1;
  }
}
