/** What an agent may do that asks first: edits and commands in its worktree (SPEC §4, Permissions). Nobody is there to ask. */
import { relative, resolve } from 'node:path';
import type { RequestPermissionRequest, RequestPermissionResponse } from '@agentclientprotocol/sdk';

export interface PermissionAnswer {
  readonly isAllowed: boolean;
  readonly response: RequestPermissionResponse;
}

/** @param cwd the agent's worktree */
export function answerPermission(
  { toolCall, options }: RequestPermissionRequest,
  cwd: string,
): PermissionAnswer {
  const isAllowed =
    toolCall.kind !== 'fetch' && (toolCall.locations ?? []).every(({ path }) => isInside(path, cwd));
  const wanted = isAllowed ? ['allow_once', 'allow_always'] : ['reject_once', 'reject_always'];
  const option = wanted
    .map((kind) => options.find((one) => one.kind === kind))
    .find((one) => one !== undefined);
  // Where there is nothing to choose, the question is taken back rather than left hanging.
  const outcome =
    option === undefined
      ? ({ outcome: 'cancelled' } as const)
      : ({ outcome: 'selected', optionId: option.optionId } as const);
  return { isAllowed: isAllowed && option !== undefined, response: { outcome } };
}

function isInside(path: string, folder: string): boolean {
  const way = relative(folder, resolve(folder, path));
  return way !== '..' && !way.startsWith('../');
}
