import { describe, expect, it } from 'vitest';
import { FakeGate, FakeTarget, FakeWorkspaces, type StepAnswer } from '../../test/fakes/git-world.ts';
import { createdEvent } from '../../test/rig/story.ts';
import { commit, makeTask, runId, taskId } from '../core/plan.ts';
import type { IntegrationRequest } from '../ports/integrator.ts';
import { createVerifier } from '../verification/verifier.ts';
import { createLocalIntegrator } from './local-integrator.ts';

const task = makeTask({ id: taskId('T-1'), title: 'Add\nthings' });
const request: IntegrationRequest = {
  run: runId('r1'),
  planName: 'Shop',
  settings: createdEvent({ name: 'Shop', source: '', format: '', tasks: [task], pools: {} }).settings,
  task,
  branch: 'feat/T-1',
  commit: commit('w1'),
  onto: commit('base'),
  baselineRed: [],
};
const never = new AbortController().signal;
const restored = {
  type: 'restored',
  ref: 'refs/heads/tutti/r1',
  from: commit('stray'),
  to: commit('base'),
  quarantine: 'refs/q',
} as const;

function setUp(answers: Record<string, StepAnswer> = {}) {
  const gate = new FakeGate(answers);
  const workspaces = new FakeWorkspaces();
  const target = new FakeTarget(commit('base'));
  const verifier = createVerifier({ gate, workspaces, target, env: {} });
  const integrator = createLocalIntegrator({
    target,
    workspaces,
    verifier,
    logFile: (name) => `/log/${name}`,
    variables: { TUTTI_PORT: '10440' },
  });
  return { gate, workspaces, target, integrator };
}

describe('integrate', () => {
  it('tells its gates the ports of its lane', async () => {
    const seen: Readonly<Record<string, string>>[] = [];
    const { integrator } = setUp({
      test: ({ env }) => {
        seen.push(env);
        return {};
      },
    });
    await integrator.integrate(request, never);
    await integrator.checkBaseline(request, never);
    expect(seen).toEqual([{ TUTTI_PORT: '10440' }, { TUTTI_PORT: '10440' }]);
  });

  it('merges, verifies the merged tree in a worktree of its own, and moves the target', async () => {
    const { integrator, target, workspaces, gate } = setUp();
    expect(await integrator.integrate(request, never)).toEqual([
      { type: 'task-integrated', task: 'T-1', commit: 'm1' },
    ]);
    expect(target.at).toBe('m1');
    expect(target.messages).toEqual([
      'Merge T-1: Add things\n\nBranch feat/T-1.\n\nTutti-Task: Shop/T-1\nTutti-Run: r1\n',
    ]);
    expect(workspaces.calls).toEqual(['detach m1', 'release /d/m1']);
    expect(gate.ran).toEqual(['test@/d/m1']);
  });

  it('runs no gate on a tree that has passed', async () => {
    const { integrator, gate, workspaces } = setUp();
    gate.passed.add('test tree-m1');
    await integrator.integrate(request, never);
    expect(gate.ran).toEqual([]);
    expect(workspaces.calls).toEqual([]);
  });

  it('gives a conflict back with both sides explained, and leaves the target alone', async () => {
    const { integrator, target } = setUp();
    target.result = { type: 'conflict', files: ['a', 'b'], explanation: 'ours …, theirs …' };
    expect(await integrator.integrate(request, never)).toEqual([
      {
        type: 'integration-failed',
        task: 'T-1',
        onto: 'base',
        failure: {
          reason: 'merge-conflict',
          message: 'Conflicts with the target in a, b.',
          feedback: 'ours …, theirs …',
          files: ['a', 'b'],
        },
      },
    ]);
    expect(target.at).toBe('base');
  });

  it('repeats a gate that fails after the merge once, then blames the merge', async () => {
    const { integrator, target, gate } = setUp({
      test: () => ({ verdict: 'failed', exitCode: 1, output: 'boom' }),
    });
    const [report] = await integrator.integrate(request, never);
    expect(report).toMatchObject({ type: 'integration-failed', failure: { reason: 'merge-gate-failed' } });
    expect(gate.ran).toEqual(['test@/d/m1', 'test@/d/m1']);
    expect(target.at).toBe('base');
  });

  it('forgives a gate that fails once', async () => {
    const { integrator } = setUp({ test: (_, run) => (run === 1 ? { verdict: 'failed', exitCode: 1 } : {}) });
    expect((await integrator.integrate(request, never)).at(-1)?.type).toBe('task-integrated');
  });

  it('tells which steps turned green', async () => {
    const { integrator } = setUp();
    expect(await integrator.integrate({ ...request, baselineRed: ['test'] }, never)).toEqual([
      { type: 'step-turned-green', step: 'test' },
      { type: 'task-integrated', task: 'T-1', commit: 'm1' },
    ]);
  });

  it('has a moved target put back first', async () => {
    const { integrator, target, workspaces } = setUp();
    target.at = commit('stray');
    workspaces.findings = [restored];
    workspaces.onAudit = () => {
      target.at = commit('base');
    };
    const reports = await integrator.integrate(request, never);
    expect(reports.map(({ type }) => type)).toEqual(['ref-restored', 'task-integrated']);
  });

  it('has a target put back that moves while the gate runs, and what passed goes onto it', async () => {
    const { integrator, target, workspaces, gate } = setUp({
      test: () => {
        target.at = commit('stray');
        return {};
      },
    });
    workspaces.findings = [restored];
    workspaces.onAudit = () => {
      target.at = commit('base');
    };
    const reports = await integrator.integrate(request, never);
    expect(reports.map(({ type }) => type)).toEqual(['ref-restored', 'task-integrated']);
    expect([target.at, gate.ran]).toEqual(['m1', ['test@/d/m1']]);
  });

  it('stops when the target moves again whenever it has been put back', async () => {
    const { integrator, target, workspaces } = setUp();
    target.advance = () => {
      target.at = commit('stray');
      return Promise.resolve(false);
    };
    workspaces.onAudit = () => {
      target.at = commit('base');
    };
    await expect(integrator.integrate(request, never)).rejects.toMatchObject({ code: 'target-moved' });
  });

  it('stops when the target is somewhere else for good', async () => {
    const { integrator, target } = setUp();
    target.at = commit('stray');
    await expect(integrator.integrate(request, never)).rejects.toMatchObject({ code: 'target-moved' });
  });

  it('moves nothing once it has been broken off', async () => {
    const { integrator, target } = setUp();
    const controller = new AbortController();
    controller.abort('stopped');
    await expect(integrator.integrate(request, controller.signal)).rejects.toBeDefined();
    expect(target.at).toBe('base');
  });
});

describe('reconcileTarget', () => {
  const own = { ...request.settings, target: 'tutti/r1' };
  const named = { ...request.settings, target: 'develop' };
  it('says nothing when nothing moved', async () => {
    const { integrator } = setUp();
    expect(await integrator.reconcileTarget(request.run, own, commit('base'))).toEqual([]);
  });

  it('has a target of its own put back, whoever moved it while no engine ran', async () => {
    const { integrator, target, workspaces } = setUp();
    target.at = commit('stray');
    workspaces.findings = [restored];
    workspaces.onAudit = () => {
      target.at = target.expected as typeof target.at;
    };
    expect(await integrator.reconcileTarget(request.run, own, commit('base'))).toEqual([
      { ...restored, type: 'ref-restored' },
    ]);
    expect(target.at).toBe('base');
  });

  it('adopts what a user put on top of a branch that the user named', async () => {
    const { integrator, target } = setUp();
    target.at = commit('later');
    target.contains = () => Promise.resolve(true);
    expect(await integrator.reconcileTarget(request.run, named, commit('base'))).toEqual([
      { type: 'target-adopted', commit: 'later' },
    ]);
  });

  it('refuses a user’s branch that has lost what the run put into it', async () => {
    const { integrator } = setUp();
    await expect(integrator.reconcileTarget(request.run, named, commit('m9'))).rejects.toMatchObject({
      code: 'target-moved',
    });
  });
});
