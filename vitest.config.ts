import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['src/**/*.test.ts', 'test/**/*.test.ts'],
    testTimeout: 30_000,
    hookTimeout: 30_000,
    pool: 'forks',
    // A process for each worker, not for each file, saves a tenth of all the work.
    isolate: false,
    // One more than the cores that every machine of ours has: most tests wait for a process now and then.
    maxWorkers: 3,
  },
});
