/** What the ports are told about a task, gathered from the state after its intent has been reduced. */
import { hasSession } from '../core/event.ts';
import { InvariantViolation } from '../core/invariant-violation.ts';
import { isJudged } from '../core/policy/retry.ts';
import { sessionToResume, toldIn } from '../core/policy/session-to-resume.ts';
import { type AttemptState, planned, type RunState, taskAt } from '../core/run-state.ts';
import type { AttemptRequest } from '../ports/executor.ts';
import type { IntegrationRequest } from '../ports/integrator.ts';
import { dependencyFacts } from './dependency-facts.ts';

/** The request for the attempt that holds a slot for this task. */
export function attemptRequest(state: RunState, position: number): AttemptRequest {
  const { attempt, attempts, next } = taskAt(state, position);
  const task = planned(state, position);
  if (attempt === null) throw new InvariantViolation('no attempt runs', task.id);
  return {
    run: state.run,
    planName: state.plan.name,
    settings: state.settings,
    task,
    attempt: attempt.id,
    ordinal: attempts,
    kind: attempt.kind,
    slot: attempt.slot,
    agent: attempt.agent,
    base: attempt.base,
    branch: state.branches[position] as string,
    restart: attempt.restart,
    baselineRed: state.record.baselineRed,
    ...dependencyFacts(state, position),
    ...(attempt.model === null ? {} : { model: attempt.model }),
    ...resumeOf(state, position, attempt),
    ...(attempt.merge === null ? {} : { merge: attempt.merge }),
    ...(next.feedback === null ? {} : { feedback: next.feedback }),
    ...(next.note === null ? {} : { note: next.note }),
  };
}

/** Where its agent can go on in what it knows already. */
function resumeOf(
  state: RunState,
  position: number,
  { agent, model, kind }: AttemptState,
): Pick<AttemptRequest, 'resume'> {
  const route = model === null ? { agent } : { agent, model };
  const task = taskAt(state, position);
  const last = hasSession(kind) ? sessionToResume(task, route) : undefined;
  if (!last?.session || !last.workspace) return {};
  const { session, workspace } = last;
  const wasThrough = task.failure !== null && isJudged(task.failure.reason);
  return { resume: { session, workspace, wasThrough, used: toldIn(task.sessions, session) } };
}

/** The request for the integration that is under way. */
export function integrationRequest(state: RunState, position: number): IntegrationRequest {
  const { commit } = taskAt(state, position);
  const task = planned(state, position);
  if (commit === null) throw new InvariantViolation('nothing to integrate', task.id);
  return {
    run: state.run,
    planName: state.plan.name,
    settings: state.settings,
    task,
    branch: state.branches[position] as string,
    commit,
    onto: state.record.targetTip,
    baselineRed: state.record.baselineRed,
  };
}
