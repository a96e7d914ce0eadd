/** Whether a sandbox can be made on this machine: one is made, around a program that does nothing. */
import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Problem, problem } from '../core/problem.ts';
import { libraryConfig, sandboxProgram, temporaryFolder } from './sandbox.ts';

type Environment = Readonly<Record<string, string | undefined>>;

/** Nobody waits longer for a program that does nothing. */
const LIMIT_MS = 30_000;

/**
 * Why none can be made; empty when one was. Never rejects.
 * @param nested as `SandboxRules` has it
 */
export async function sandboxProblems(nested: boolean, env: Environment): Promise<readonly Problem[]> {
  const answer = await trySandbox(nested, env).catch((error: Error) => error.message);
  return answer === undefined
    ? []
    : [problem('no-sandbox', `The sandbox cannot be made: ${answer}`, fixOf(answer))];
}

/** What was said of a sandbox that could not be made. */
async function trySandbox(nested: boolean, env: Environment): Promise<string | undefined> {
  // Elsewhere the library would go without its filter of system calls, and say so to nobody.
  if (!['x64', 'arm64'].includes(process.arch)) return `not on this kind of processor (${process.arch})`;
  const folder = await mkdtemp(join(tmpdir(), 'tutti-try-'));
  try {
    const home = join(folder, 'sandbox');
    const config = libraryConfig(
      { domains: [], hide: [], nested },
      { writable: [temporaryFolder(home)], protected: [] },
    );
    const [file = '', ...args] = sandboxProgram({ shell: 'true', cwd: folder, home, config }).argv;
    return await new Promise((resolve) => {
      const options = { cwd: folder, env: { ...env }, timeout: LIMIT_MS };
      execFile(file, args, options, (error, _stdout, stderr) => {
        const said = stderr
          .trim()
          .split('\n')
          .at(-1)
          ?.replace(/^sandbox: /, '');
        resolve(error === null ? undefined : said || error.message);
      });
    });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

const off = 'or do without: `sandbox: false` in tutti.yaml';

function fixOf(answer: string): string {
  if (/not (installed|found)/.test(answer))
    return `Install what it needs (Debian and Ubuntu: sudo apt install bubblewrap socat ripgrep), ${off}.`;
  if (/\bproc\b|\/proc/.test(answer))
    return `In a container, say \`sandbox: {nested: true}\` (weaker: see docs/guide/sandbox.md), ${off}.`;
  if (/namespace|permitted|uid map|setting up/i.test(answer))
    return `Let users make namespaces (sysctl kernel.unprivileged_userns_clone=1; on Ubuntu kernel.apparmor_restrict_unprivileged_userns=0), ${off}.`;
  return `See docs/guide/sandbox.md, ${off}.`;
}
