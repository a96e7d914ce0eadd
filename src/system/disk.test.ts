import { tmpdir } from 'node:os';
import { expect, it } from 'vitest';
import { freeBytes } from './disk.ts';

it('tells how much room a folder has', async () => {
  expect(await freeBytes(tmpdir())).toBeGreaterThan(0);
});
