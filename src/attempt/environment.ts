/** The environment of agents and gates: the user's, without git's own variables, with TUTTI_* of this attempt. */
import type { AttemptRequest } from '../ports/executor.ts';

/** What a process of ours may inherit: variables that point git at another repository are left out. */
export function inheritedEnvironment(
  environment: Readonly<Record<string, string | undefined>>,
): Record<string, string> {
  const kept: Record<string, string> = {};
  for (const [name, value] of Object.entries(environment)) {
    const pointsElsewhere =
      /^(GIT_(DIR|WORK_TREE|INDEX_FILE|OBJECT_DIRECTORY|COMMON_DIR|NAMESPACE|PREFIX)|TUTTI_.*)$/;
    if (value !== undefined && !pointsElsewhere.test(name)) kept[name] = value;
  }
  return kept;
}

/** Variables that tell a session who it is (SPEC §12); what belongs to its slot comes beside them. */
export function attemptVariables(request: AttemptRequest, promptFile: string): Record<string, string> {
  return {
    TUTTI_RUN: request.run,
    TUTTI_TASK: withoutNul(request.task.id),
    TUTTI_TITLE: withoutNul(request.task.title),
    TUTTI_ATTEMPT: String(request.ordinal),
    TUTTI_PROMPT_FILE: promptFile,
  };
}

/** No environment can hold a NUL; a plan may. */
const withoutNul = (text: string): string => text.replaceAll('\0', '');
