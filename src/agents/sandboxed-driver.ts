/** A driver whose sessions all run in the sandbox. Which one that is, is the driver's own affair. */
import { Fault } from '../core/fault.ts';
import type { Problem } from '../core/problem.ts';
import type { AgentDriver, SandboxRules } from '../ports/agent.ts';
import { sandboxProblems } from './sandbox-trial.ts';

type Environment = Readonly<Record<string, string | undefined>>;

/** Asks whether such a sandbox can be made. */
export type SandboxQuestion = (nested: boolean, env: Environment) => Promise<readonly Problem[]>;

/** Makes one to know, and believes a success from then on: it takes half a second. */
export function sandboxQuestion(): SandboxQuestion {
  const tried = new Map<boolean, Promise<readonly Problem[]>>();
  return async (nested, env) => {
    const answer = tried.get(nested) ?? sandboxProblems(nested, env);
    tried.set(nested, answer);
    const problems = await answer;
    // What is missing may be installed before the next attempt.
    if (problems.length > 0) tried.delete(nested);
    return problems;
  };
}

export function sandboxedDriver(
  driver: AgentDriver,
  sandbox: SandboxRules,
  ask: SandboxQuestion,
): AgentDriver {
  const { examine } = driver;
  return {
    ...driver,
    ...(examine && {
      examine: (surroundings, signal) => examine({ ...surroundings, sandboxed: true }, signal),
    }),
    async *start(request, signal) {
      const [found] = await ask(sandbox.nested, request.env);
      if (found) throw new Fault('agent-missing', found.message, found.fix);
      yield* driver.start({ ...request, sandbox }, signal);
    },
  };
}
