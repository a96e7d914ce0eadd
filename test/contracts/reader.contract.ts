/** What every plan reader must do, whatever its format. A reader joins in with a file in `reader-samples/`. */
import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { diagnose } from '../../src/core/analysis/diagnose.ts';
import type { Location, Plan } from '../../src/core/plan.ts';
import type { ReadResult } from '../../src/readers/reader.ts';
import { hostileFiles, sameInOtherBytes } from './hostile-text.ts';
import { faultsOf } from './read-result.ts';
import type { Files, ReaderSample } from './reader-sample.ts';

export function describeReader(sample: ReaderSample): void {
  const { reader, files, source, main } = sample;
  const good = files[main] ?? '';

  describe(`${reader.format} as a reader`, () => {
    let folder: string;
    beforeEach(() => {
      folder = mkdtempSync(path.join(tmpdir(), 'tutti-reader-'));
    });
    afterEach(() => rmSync(folder, { recursive: true, force: true }));

    const writeAll = (all: Files, below = folder): void => {
      for (const [name, text] of Object.entries(all)) writeAt(path.join(below, name), text);
    };
    const readAt = (below: string): Promise<ReadResult> =>
      reader.read(path.join(below, source), { root: below });
    /** Whatever is there, `matches` and `read` answer, and what they answer is sound. */
    const survives = async (): Promise<ReadResult> => {
      const found = await reader.matches(path.join(folder, source));
      for (const evidence of found) expect(faultsOf(await reader.read(evidence.path))).toEqual([]);
      const result = await readAt(folder);
      expect(faultsOf(result)).toEqual([]);
      diagnose(result.plan);
      return result;
    };

    it('recognises and reads its sample', async () => {
      writeAll(files);
      const found = await reader.matches(path.join(folder, source));
      expect(found.map(({ format, path: at }) => [format, path.relative(folder, at)])).toEqual([
        [reader.format, path.relative(folder, path.join(folder, source))],
      ]);
      const result = await survives();
      expect(result.problems.filter(({ severity }) => severity === 'error')).toEqual([]);
      expect(graphOf(result.plan)).toEqual(sample.graph);
    });

    it('knows the line of each task and each dependency, and it is about it', async () => {
      writeAll(files);
      const { plan } = await readAt(folder);
      const spelled = (id: string): readonly string[] => [id, ...(sample.spellings?.(id) ?? [])];
      const silent = (id: string, { file, line }: Location, alsoByName: boolean): string[] => {
        const text = readFileSync(file, 'utf8').split('\n')[line - 1] ?? '';
        const told = alsoByName ? `${path.basename(file)} ${text}` : text;
        return spelled(id).some((words) => told.includes(words)) ? [] : [`${id} at ${file}:${line}: ${text}`];
      };
      expect(
        plan.tasks.flatMap(({ id, location, dependencyLocations }) => [
          ...silent(id, location, true),
          ...Object.entries(dependencyLocations).flatMap(([other, at]) =>
            // Said by the other side (`Blocks`), it is the waiting task whose id stands there.
            silent(other, at, false).length === 0 ? [] : silent(id, at, false),
          ),
        ]),
      ).toEqual([]);
    });

    it('tells all mistakes at once, each at its place', async () => {
      writeAll(sample.mistakes.files);
      const { plan, problems } = await survives();
      const told = [...problems, ...diagnose(plan)]
        .filter(({ severity }) => severity !== 'info')
        .map(
          ({ code, location }) =>
            `${code} ${path.relative(folder, location?.file ?? folder)}:${location?.line}`,
        );
      expect(told).toEqual(sample.mistakes.told);
    });

    it('reads the same twice, and in whatever order the files were made', async () => {
      const [one, other] = [path.join(folder, 'one'), path.join(folder, 'other')];
      writeAll(files, one);
      writeAll(Object.fromEntries(Object.entries(files).reverse()), other);
      const [first, again, reversed] = [await readAt(one), await readAt(one), await readAt(other)];
      expect(again).toEqual(first);
      expect(JSON.parse(JSON.stringify(reversed).replaceAll(other, one))).toEqual(
        JSON.parse(JSON.stringify(first)),
      );
    });

    it('executes and changes nothing', async () => {
      const command = 'touch executed';
      const texts = Object.entries(files).map(([name, text]): [string, string] => [
        name,
        text.replace(/\b(?:[Tt]he|a)\b/g, () => `$(${command}) \`${command}\``),
      ]);
      writeAll(Object.fromEntries(texts));
      await survives();
      expect(filesBelow(folder)).toEqual(Object.fromEntries(texts.sort(([a], [b]) => (a < b ? -1 : 1))));
    });

    it.each(Object.entries(sameInOtherBytes))('reads the same from %s', async (_, encode) => {
      writeAll(files);
      const plain = await readAt(folder);
      writeAll(Object.fromEntries(Object.entries(files).map(([name, text]) => [name, encode(text)])));
      expect(await readAt(folder)).toEqual(plain);
    });

    it.each([...hostileFiles(good)])('survives %s', async (_, bytes) => {
      writeAll(files);
      writeAt(path.join(folder, main), bytes);
      await survives();
    });

    it('survives what is no file: nothing, a folder, a link to itself or to nowhere', async () => {
      const at = path.join(folder, main);
      await survives();
      const places: readonly (() => void)[] = [
        () => mkdirSync(at, { recursive: true }),
        () => symlinkSync(path.basename(at), at),
        () => symlinkSync('nowhere', at),
        () => symlinkSync('/dev/zero', at),
      ];
      for (const place of places) {
        writeAll(files);
        rmSync(at, { recursive: true });
        place();
        await survives();
        rmSync(at, { recursive: true });
      }
    });

    it('survives links that lead round in circles', async () => {
      writeAll(files);
      const { plan } = await readAt(folder);
      for (const below of new Set(Object.keys(files).map((name) => path.dirname(path.join(folder, name)))))
        symlinkSync(folder, path.join(below, 'round'));
      expect((await survives()).plan).toEqual(plan);
    });

    it('tells of a file that may not be read', async () => {
      writeAll(files);
      chmodSync(path.join(folder, main), 0);
      const { problems } = await survives();
      // Root may read everything.
      if (process.getuid?.() !== 0) expect(problems.map(({ code }) => code)).toContain('unreadable');
    });
  });
}

const graphOf = ({ tasks }: Plan): string[] =>
  tasks.map(({ id, dependsOn }) => `${id}: ${dependsOn.join(', ')}`.trimEnd());

function writeAt(file: string, content: string | Uint8Array): void {
  mkdirSync(path.dirname(file), { recursive: true });
  writeFileSync(file, content);
}

const filesBelow = (folder: string): Files =>
  Object.fromEntries(
    readdirSync(folder, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => path.join(entry.parentPath, entry.name))
      .sort()
      .map((file) => [path.relative(folder, file), readFileSync(file, 'utf8')]),
  );
