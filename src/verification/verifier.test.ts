import { describe, expect, it } from 'vitest';
import { FakeGate, FakeTarget, FakeWorkspaces } from '../../test/fakes/git-world.ts';
import { commit } from '../core/plan.ts';
import type { VerificationRequest } from '../ports/verifier.ts';
import { createVerifier } from './verifier.ts';

const steps = [
  { name: 'build', run: 'make' },
  { name: 'test', run: 'make test' },
];
const request: VerificationRequest = {
  cwd: '/w',
  tree: 'tree-1',
  steps,
  baselineRed: [],
  target: commit('tip'),
  logFile: '/log',
  mark: 'r1/T.1',
};
const never = new AbortController().signal;

function verifierWith(gate: FakeGate) {
  const workspaces = new FakeWorkspaces();
  const verifier = createVerifier({ gate, workspaces, target: new FakeTarget(commit('tip')), env: {} });
  return { verifier, workspaces };
}

describe('verify', () => {
  it('passes when every step does', async () => {
    const gate = new FakeGate();
    const { verifier } = verifierWith(gate);
    expect(await verifier.verify(request, never)).toEqual({ verdict: 'passed', turnedGreen: [] });
    expect(gate.ran).toEqual(['build@/w', 'test@/w']);
  });

  it('blames the first step that fails, and runs none after it', async () => {
    const gate = new FakeGate({ build: () => ({ verdict: 'failed', exitCode: 1, output: 'no' }) });
    const result = await verifierWith(gate).verifier.verify(request, never);
    expect(result).toMatchObject({ verdict: 'failed', step: { name: 'build', output: 'no' } });
    expect(gate.ran).toEqual(['build@/w']);
  });

  it('goes on after a baseline-red step, which does not count', async () => {
    const gate = new FakeGate({ build: () => ({ verdict: 'failed', exitCode: 1 }) });
    const result = await verifierWith(gate).verifier.verify({ ...request, baselineRed: ['build'] }, never);
    expect(result).toEqual({ verdict: 'passed', turnedGreen: [] });
    expect(gate.ran).toEqual(['build@/w', 'test@/w']);
  });

  it('tells of a baseline-red step that passes now', async () => {
    const result = await verifierWith(new FakeGate()).verifier.verify(
      { ...request, baselineRed: ['test'] },
      never,
    );
    expect(result).toEqual({ verdict: 'passed', turnedGreen: ['test'] });
  });

  it('repeats a failing step once before it counts, when asked to', async () => {
    const gate = new FakeGate({
      test: (_, run) => (run === 1 ? { verdict: 'failed', exitCode: 1 } : {}),
    });
    const result = await verifierWith(gate).verifier.verify({ ...request, twice: true }, never);
    expect(result).toEqual({ verdict: 'passed', turnedGreen: [] });
    expect(gate.ran).toEqual(['build@/w', 'test@/w', 'build@/w', 'test@/w']);
  });

  it('blames the task for a step that cannot run there, but can on the target', async () => {
    const gate = new FakeGate({
      test: ({ cwd }) => (cwd === '/w' ? { verdict: 'broken', exitCode: 127 } : {}),
    });
    const { verifier, workspaces } = verifierWith(gate);
    const result = await verifier.verify(request, never);
    expect(result).toMatchObject({ verdict: 'failed', step: { name: 'test', exitCode: 127 } });
    expect(workspaces.calls).toEqual(['detach tip', 'release /d/tip']);
  });

  it('calls the gate broken when the step cannot run on the target either', async () => {
    const gate = new FakeGate({
      test: () => ({ verdict: 'broken', exitCode: 127, output: 'sh: vitest: not found' }),
    });
    const { verifier, workspaces } = verifierWith(gate);
    await expect(verifier.verify(request, never)).rejects.toMatchObject({
      code: 'gate-broken',
      message: 'The gate step "test" cannot run: it ends with code 127 on the target, too.',
    });
    expect(workspaces.calls.at(-1)).toBe('release /d/tip');
  });
});

describe('recall', () => {
  it('knows a tree only when every step has passed on it', async () => {
    const { verifier } = verifierWith(new FakeGate());
    await verifier.verify({ ...request, baselineRed: ['build'] }, never);
    expect(verifier.recall({ tree: 'tree-1', steps, baselineRed: ['build'] })).toEqual({
      verdict: 'passed',
      turnedGreen: ['build'],
    });
    expect(verifier.recall({ tree: 'tree-2', steps, baselineRed: [] })).toBeUndefined();
  });

  it('does not know a tree on which a baseline-red step may have turned green', async () => {
    const { verifier } = verifierWith(new FakeGate({ test: () => ({ verdict: 'failed', exitCode: 1 }) }));
    await verifier.verify({ ...request, baselineRed: ['test'] }, never);
    expect(verifier.recall({ tree: 'tree-1', steps, baselineRed: ['test'] })).toBeUndefined();
  });
});

describe('survey', () => {
  it('reports on every step of a commit and gives its worktree back', async () => {
    const gate = new FakeGate({ build: () => ({ verdict: 'failed', exitCode: 2 }) });
    const { verifier, workspaces } = verifierWith(gate);
    const results = await verifier.survey({ commit: commit('c1'), steps, logFile: '/log', mark: 'm' }, never);
    expect(results.map(({ name, verdict }) => [name, verdict])).toEqual([
      ['build', 'failed'],
      ['test', 'passed'],
    ]);
    expect(workspaces.calls).toEqual(['detach c1', 'release /d/c1']);
  });
});
