import { mkdir, mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import {
  holdsWork,
  isClaimRemoved,
  readClaim,
  removeClaim,
  suspendClaim,
  writeClaim,
} from './worktree-claim.ts';

let adminDir: string;
beforeEach(async () => {
  adminDir = await mkdtemp(join(tmpdir(), 'tutti-claim-'));
});
afterEach(() => rm(adminDir, { recursive: true }));

const told = async () => ({
  branch: await readClaim({ adminDir }),
  holdsWork: await holdsWork({ adminDir }),
  isRemoved: await isClaimRemoved({ adminDir }),
});

it('tells whose a worktree is, and whether what differs in it is work', async () => {
  expect(await told()).toEqual({ branch: null, holdsWork: true, isRemoved: false });
  await writeClaim({ adminDir }, 'feat/a');
  expect(await told()).toEqual({ branch: 'feat/a', holdsWork: true, isRemoved: false });
  await suspendClaim({ adminDir }, 'feat/a');
  expect(await told()).toEqual({ branch: 'feat/a', holdsWork: false, isRemoved: false });
  await removeClaim({ adminDir });
  expect(await told()).toEqual({ branch: null, holdsWork: false, isRemoved: true });
  expect(await readdir(adminDir)).toEqual(['tutti-branch']);
});

it('stays as it was when it cannot be written', async () => {
  await writeClaim({ adminDir }, 'feat/a');
  await mkdir(join(adminDir, 'tutti-branch.new'));
  await expect(removeClaim({ adminDir })).rejects.toThrow('EISDIR');
  expect(await told()).toMatchObject({ branch: 'feat/a', holdsWork: true });
});
