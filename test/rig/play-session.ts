/** One session of an agent in a folder of the test, from start to end. Judges nothing. */
import { join } from 'node:path';
import { attemptId, makeTask, taskId } from '../../src/core/plan.ts';
import type { AgentDriver, AgentEvent, SessionRequest } from '../../src/ports/agent.ts';

/** Everything a session is told, where a test has no wishes. */
export function sessionRequest(folder: string, more: Partial<SessionRequest> = {}): SessionRequest {
  const id = taskId('T-001');
  return {
    attempt: attemptId(id, 1),
    mark: `${folder}/T-001.1`,
    task: makeTask({ id }),
    ordinal: 1,
    cwd: folder,
    prompt: 'Do it.\n',
    promptFile: join(folder, 'prompt.md'),
    ownFolder: join(folder, 'own'),
    env: { PATH: process.env.PATH ?? '' },
    logFile: join(folder, 'session.log'),
    timeoutMs: 60_000,
    stallMs: 60_000,
    ...more,
  };
}

/** All events of the session. */
export async function playSession(
  driver: AgentDriver,
  folder: string,
  more: Partial<SessionRequest> = {},
): Promise<readonly AgentEvent[]> {
  const events: AgentEvent[] = [];
  const request = sessionRequest(folder, more);
  for await (const event of driver.start(request, new AbortController().signal)) events.push(event);
  return events;
}
