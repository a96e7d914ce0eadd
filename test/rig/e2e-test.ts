/** `it` for end-to-end tests: each gets a project of its own, and fails when it leaves anything behind. */
import { existsSync } from 'node:fs';
import { test } from 'vitest';
import { describeResult } from './cli-process.ts';
import { findLeftovers, processesUnder } from './leftovers.ts';
import { makeProject, type Project } from './project.ts';

export const it = test.extend<{ project: Project }>({
  project: async ({ task }, use) => {
    const project = await makeProject();
    if (!existsSync('/proc/self/environ'))
      console.warn('no /proc here: processes that tests leave behind are NOT looked for');
    try {
      await use(project);
      const running = project.started.filter((cli) => cli.isRunning());
      const left = [
        ...running.map(({ args }) => `command still running: tutti ${args.join(' ')}`),
        ...(task.result?.state === 'fail' || running.length > 0 ? [] : await findLeftovers(project)),
      ];
      if (left.length > 0) throw new Error(`left behind:\n  ${left.join('\n  ')}`);
    } finally {
      if (task.result?.state === 'fail') tell(project);
      endEverything(project);
      await Promise.all(project.started.map(({ ended }) => ended));
      await project.remove();
    }
  },
});

/** What the commands of a failed test printed. */
function tell({ started }: Project): void {
  for (const cli of started.slice(-4)) {
    const ending = cli.isRunning() ? 'still running' : 'ended';
    console.error(`$ tutti ${cli.args.join(' ')} (${ending})\n${describeResult(cli.soFar())}`);
  }
}

function endEverything(project: Project): void {
  for (const cli of project.started) if (cli.isRunning()) cli.signal('SIGKILL');
  for (const { pid } of processesUnder(project.root)) {
    try {
      process.kill(pid, 'SIGKILL');
    } catch {
      // It has just ended by itself.
    }
  }
}
