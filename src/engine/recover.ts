/** Reconciles what the journal says was under way with what is really there. Asks probes; may be broken off and done again. */
import type { EventBody, IntegrationRecovered } from '../core/event.ts';
import { planned, type RunState, taskAt } from '../core/run-state.ts';
import type { Executor, InterruptedAttempt, RecoveryFinding } from '../ports/executor.ts';
import type { Integrator } from '../ports/integrator.ts';
import { attemptRequest, integrationRequest } from './attempt-request.ts';

export interface RecoveryPorts {
  readonly executor: Executor;
  readonly integrator: Integrator;
}

/** Events that say what became of each attempt and integration that an earlier engine left. */
export async function recover(state: RunState, ports: RecoveryPorts): Promise<EventBody[]> {
  const found: EventBody[] = [];
  // Nothing of the dead engine may still write while its worktrees are looked at …
  await ports.executor.endLeftovers(state.run, 'engine');
  for (const position of state.index.slots) {
    if (position !== -1) found.push(await recoverAttempt(state, position, ports));
  }
  // … nor its gates and set-ups while the target is.
  await ports.executor.endLeftovers(state.run);
  const { integrating } = state.record;
  const integration = integrating === -1 ? undefined : await recoverIntegration(state, integrating, ports);
  if (integration) found.push(integration);
  if (!state.integrates) return found;
  const tip = integration?.commit ?? state.record.targetTip;
  found.push(...(await ports.integrator.reconcileTarget(state.run, state.settings, tip)));
  return found;
}

async function recoverIntegration(
  state: RunState,
  position: number,
  ports: RecoveryPorts,
): Promise<IntegrationRecovered> {
  const request = integrationRequest(state, position);
  const commit = await ports.integrator.findIntegrated(request);
  const base = { type: 'integration-recovered', task: request.task.id } as const;
  return commit === undefined
    ? { ...base, action: 'started-again', detail: 'its merge had not reached the target' }
    : { ...base, action: 'kept', commit, detail: `its merge ${commit.slice(0, 10)} is in the target` };
}

async function recoverAttempt(state: RunState, position: number, ports: RecoveryPorts): Promise<EventBody> {
  const request = attemptRequest(state, position);
  const attempt = taskAt(state, position).attempt;
  const interrupted: InterruptedAttempt = {
    request,
    ...(attempt?.process ? { process: attempt.process } : {}),
    ...(attempt?.verifying ? { verifying: attempt.verifying } : {}),
  };
  const finding = await ports.executor.recover(interrupted);
  return {
    type: 'attempt-recovered',
    task: planned(state, position).id,
    attempt: request.attempt,
    action: actions[finding.action],
    detail: finding.detail,
  };
}

const actions = {
  continue: 'continued',
  'start-again': 'started-again',
  'needs-person': 'needs-you',
} as const satisfies Record<RecoveryFinding['action'], string>;
