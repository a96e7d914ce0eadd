/** Whether the tests with the sandbox can run here, said aloud when they cannot. */
import { sandboxProblems } from '../../src/agents/sandbox-trial.ts';

/** @throws Error in CI when a program is missing; a kernel that allows no sandbox is nobody's fault */
export async function canSandbox(): Promise<boolean> {
  const [found] = await sandboxProblems(false, process.env);
  if (found === undefined) return true;
  const message = `the tests with a real sandbox do NOT run. ${found.message}`;
  if (process.env.CI && /not (installed|found)/.test(message)) throw new Error(message);
  console.warn(message);
  return false;
}
