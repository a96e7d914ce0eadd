import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { makeScratch, type Scratch } from '../../test/rig/scratch-repository.ts';
import { type Commit, commit } from '../core/plan.ts';
import { switchDifference } from './switch-difference.ts';

let scratch: Scratch;
let first: Commit;

/** Changes the files in whatever way, commits all, and gives the commit. */
async function change(edit: (path: string) => Promise<unknown>): Promise<Commit> {
  await edit(scratch.path);
  await scratch.git('add', '-A');
  await scratch.git('commit', '-q', '-m', 'Change');
  return commit(await scratch.git('rev-parse', 'HEAD'));
}

/** Leaves HEAD where it is: what a status shows is what the caller's move of HEAD will settle. */
async function expectAt(to: Commit): Promise<void> {
  await scratch.git('update-ref', 'HEAD', to);
  expect(await scratch.git('status', '--porcelain')).toBe('');
}

beforeEach(async () => {
  scratch = await makeScratch();
  first = await scratch.commit({ 'a.txt': 'one\n', 'dir/b.txt': 'two\n', 'dir/c.txt': 'three\n' });
});
afterEach(() => scratch.remove());

describe('switching by what differs', () => {
  it.each<[string, (path: string) => Promise<unknown>]>([
    ['changed', (path) => writeFile(join(path, 'a.txt'), 'changed\n')],
    [
      'new, in a new folder, with a strange name',
      async (path) => {
        await mkdir(join(path, '*new'));
        await writeFile(join(path, '*new', ':(glob) "x"\n.txt'), 'new\n');
      },
    ],
    ['deleted', (path) => rm(join(path, 'a.txt'))],
    ['deleted, and its folder with it', (path) => rm(join(path, 'dir'), { recursive: true })],
  ])('brings index and files there and back when a file is %s', async (_, edit) => {
    const second = await change(edit);
    expect(await switchDifference(scratch.path, second, first)).toBe(true);
    await expectAt(first);
    expect((await readdir(scratch.path)).sort()).toEqual(['.git', 'a.txt', 'dir']);
    expect(await switchDifference(scratch.path, first, second)).toBe(true);
    await expectAt(second);
  });

  it('has nothing to do between commits of one tree', async () => {
    expect(await switchDifference(scratch.path, first, first)).toBe(true);
    await scratch.git('commit', '-q', '--allow-empty', '-m', 'Nothing');
    expect(await switchDifference(scratch.path, commit(await scratch.git('rev-parse', 'HEAD')), first)).toBe(
      true,
    );
  });

  it('takes a folder of ignored files out of the way of a tracked one', async () => {
    const second = await change(async (path) => {
      await writeFile(join(path, 'out'), 'tracked\n');
    });
    expect(await switchDifference(scratch.path, second, first)).toBe(true);
    await mkdir(join(scratch.path, 'out'));
    await writeFile(join(scratch.path, 'out', 'built.o'), 'object');
    expect(await switchDifference(scratch.path, first, second)).toBe(true);
    expect(await readFile(join(scratch.path, 'out'), 'utf8')).toBe('tracked\n');
  });

  it('does not do it when what is ignored changes: a file that stayed may be in the way now', async () => {
    const second = await change((path) => writeFile(join(path, 'dir', '.gitignore'), '*.o\n'));
    expect(await switchDifference(scratch.path, second, first)).toBe(false);
  });

  it('does not do it for very many files', async () => {
    const second = await change((path) =>
      Promise.all(Array.from({ length: 201 }, (_, number) => writeFile(join(path, `${number}.txt`), 'x'))),
    );
    expect(await switchDifference(scratch.path, second, first)).toBe(false);
  });

  it('gets there in a sparse checkout too', async () => {
    const second = await change((path) => writeFile(join(path, 'dir', 'b.txt'), 'changed\n'));
    await scratch.git('sparse-checkout', 'set', '--no-cone', '/a.txt');
    expect(await switchDifference(scratch.path, second, first)).toBe(true);
    await expectAt(first);
  });

  it('says no when it does not get there: git restores no file in the place of a folder', async () => {
    const second = await change(async (path) => {
      await rm(join(path, 'a.txt'));
      await mkdir(join(path, 'a.txt'));
      await writeFile(join(path, 'a.txt', 'inside.txt'), 'new\n');
    });
    expect(await switchDifference(scratch.path, second, first)).toBe(false);
  });

  it('says no when git cannot do it', async () => {
    expect(await switchDifference(scratch.path, first, commit('1'.repeat(40)))).toBe(false);
  });
});
