/** The merge queue's one lane: merge onto the target's tip, verify the merged tree, move the target by compare-and-swap. */
import type { ForeignChangeSeen, IntegrationFailed, RefRestored, StepResult } from '../core/event.ts';
import type { Failure } from '../core/failure.ts';
import { Fault } from '../core/fault.ts';
import { type Commit, ownTarget, trailerValue } from '../core/plan.ts';
import type { IntegrationReport, IntegrationRequest, Integrator } from '../ports/integrator.ts';
import type { Target } from '../ports/target.ts';
import type { Verification, Verifier } from '../ports/verifier.ts';
import type { AuditFinding, Workspaces } from '../ports/workspaces.ts';

export interface IntegratorPorts {
  readonly target: Target;
  readonly workspaces: Workspaces;
  readonly verifier: Verifier;
  /** The log of an integration, by a name. */
  readonly logFile: (name: string) => string;
  /** What gates find in their environment on top: the lane has a place of its own, beside all slots. */
  readonly variables: Readonly<Record<string, string>>;
}

export function createLocalIntegrator(ports: IntegratorPorts): Integrator {
  return {
    async checkBaseline({ run, settings }, signal) {
      const request = {
        commit: settings.base,
        steps: settings.gate,
        logFile: ports.logFile('baseline'),
        mark: `${run}/baseline`,
        variables: ports.variables,
      };
      return { type: 'baseline-recorded', steps: await ports.verifier.survey(request, signal) };
    },
    integrate: (request, signal) => integrate(request, ports, signal),
    findIntegrated: ({ planName, task, settings }) =>
      ports.target.findIntegrated(trailerValue(planName, task.id), settings.base),
    async reconcileTarget(run, settings, known) {
      const tip = await ports.target.restoreIfMissing(known);
      if (tip === known) return [];
      if (settings.target === ownTarget(run)) {
        ports.target.expect(known);
        const reports = auditReports(await ports.workspaces.audit(null));
        if ((await ports.target.tip()) === known) return reports;
      } else if (await ports.target.contains(known)) return [{ type: 'target-adopted', commit: tip }];
      throw targetMoved(tip.slice(0, 10), known.slice(0, 10));
    },
  };
}

async function integrate(
  request: IntegrationRequest,
  ports: IntegratorPorts,
  signal: AbortSignal,
): Promise<readonly IntegrationReport[]> {
  const reports = await auditTarget(request, ports);
  const { onto, commit } = request;
  const task = request.task.id;
  const merged = await ports.target.merge({ commit, onto, message: mergeMessage(request) });
  if (merged.type === 'conflict') {
    const failure = conflictFailure(merged.files, merged.explanation);
    return [...reports, failedReport(request, failure)];
  }
  const verification = await verifyMerged(request, merged, ports, signal);
  if (verification.verdict === 'failed') {
    return [...reports, failedReport(request, gateFailure(verification.step))];
  }
  signal.throwIfAborted();
  reports.push(...(await advanceTarget(request, merged.commit, ports)));
  return [
    ...reports,
    ...verification.turnedGreen.map((step) => ({ type: 'step-turned-green', step }) as const),
    { type: 'task-integrated', task, commit: merged.commit },
  ];
}

/** How often it is put back for one merge: who moves it again at once does so on purpose, or for ever. */
const MOST_ADVANCES = 3;

/** A gate takes minutes, in which an agent that goes astray may move the target: that costs neither the merge nor the run. */
async function advanceTarget(
  request: IntegrationRequest,
  to: Commit,
  ports: IntegratorPorts,
): Promise<IntegrationReport[]> {
  const reports: IntegrationReport[] = [];
  for (let advances = 0; advances < MOST_ADVANCES; advances++) {
    if (await ports.target.advance(request.onto, to)) return reports;
    reports.push(...(await auditTarget(request, ports)));
  }
  throw targetMoved('somewhere else', request.onto.slice(0, 10));
}

/** Somebody may have moved the target since our last move: the ledger puts it back and says so. */
async function auditTarget(
  request: IntegrationRequest,
  ports: IntegratorPorts,
): Promise<IntegrationReport[]> {
  if ((await ports.target.tip()) === request.onto) {
    // Also where a person moved it to, and said so.
    ports.target.expect(request.onto);
    return [];
  }
  const findings = await ports.workspaces.audit(null);
  const tip = await ports.target.tip();
  if (tip !== request.onto) throw targetMoved(tip.slice(0, 10), request.onto.slice(0, 10));
  return auditReports(findings);
}

const auditReports = (findings: readonly AuditFinding[]): (RefRestored | ForeignChangeSeen)[] =>
  findings.map((finding) =>
    finding.type === 'restored'
      ? { ...finding, type: 'ref-restored' }
      : { type: 'foreign-change-seen', what: finding.what },
  );

async function verifyMerged(
  request: IntegrationRequest,
  merged: { readonly commit: IntegrationRequest['commit']; readonly tree: string },
  ports: IntegratorPorts,
  signal: AbortSignal,
): Promise<Verification> {
  const steps = request.task.gate ?? request.settings.gate;
  const { baselineRed } = request;
  const known = ports.verifier.recall({ tree: merged.tree, steps, baselineRed });
  if (known) return known;
  const workspace = await ports.workspaces.acquireDetached(merged.commit, signal);
  try {
    return await ports.verifier.verify(
      {
        cwd: workspace.path,
        tree: merged.tree,
        steps,
        baselineRed,
        target: request.onto,
        logFile: ports.logFile(`${request.task.id}.merge`),
        mark: `${request.run}/${request.task.id}.merge`,
        variables: ports.variables,
        twice: true,
      },
      signal,
    );
  } finally {
    await ports.workspaces.release(workspace);
  }
}

const failedReport = ({ task, onto }: IntegrationRequest, failure: Failure): IntegrationFailed => ({
  type: 'integration-failed',
  task: task.id,
  failure,
  onto,
});

const conflictFailure = (files: readonly string[], explanation: string): Failure => ({
  reason: 'merge-conflict',
  message: `Conflicts with the target in ${files.slice(0, 3).join(', ')}${files.length > 3 ? ' and others' : ''}.`,
  feedback: explanation,
  files,
});

function gateFailure({ name, output }: StepResult): Failure {
  return {
    reason: 'merge-gate-failed',
    message: `The gate step "${name}" passes on the branch and fails after the merge.`,
    feedback: `The gate step "${name}" passed on your branch and fails once your branch is merged with the target (which is merged into your branch now). Its output:\n\n${output}`,
  };
}

function mergeMessage({ task, planName, run, branch }: IntegrationRequest): string {
  const subject = `Merge ${task.id}: ${task.title}`.replace(/\s+/g, ' ').slice(0, 200);
  return `${subject}\n\nBranch ${branch}.\n\nTutti-Task: ${trailerValue(planName, task.id)}\nTutti-Run: ${run}\n`;
}

const targetMoved = (tip: string, known: string): Fault =>
  new Fault(
    'target-moved',
    `The target branch is at ${tip}, not at ${known} where this run left it.`,
    'Put it back (git update-ref) or merge what it has into it, then `tutti resume`.',
  );
