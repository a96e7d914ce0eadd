/** Whether the tests with the sandbox can run here, said aloud when they cannot. */
import { sandboxProblems } from '../../src/agents/sandbox-trial.ts';

/** @throws Error in CI, where it must be possible to make one */
export async function canSandbox(): Promise<boolean> {
  const [found] = await sandboxProblems(false, process.env);
  if (found === undefined) return true;
  const message = `the tests with a real sandbox do NOT run. ${found.message}`;
  if (process.env.CI) throw new Error(message);
  console.warn(message);
  return false;
}
