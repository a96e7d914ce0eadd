/** Gates with real commands: verdicts, limits, what is left behind, and what is not run twice. */
import { mkdtempSync, readdirSync, readFileSync, readlinkSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { GateStep } from '../core/plan.ts';
import type { Clock } from '../ports/clock.ts';
import type { Gate, GateRequest } from '../ports/gate.ts';
import { createSupervisor } from '../process/supervise.ts';
import { systemClock } from '../system/system-clock.ts';
import { createGate } from './gate-runner.ts';

const never = new AbortController().signal;
let folder: string;
let clock: Clock;
let known: Set<string>;
let gate: Gate;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'tutti-gate-'));
  clock = systemClock();
  known = new Set();
  gate = createGate({
    clock,
    supervisor: createSupervisor({ clock, graceMs: 200 }),
    passes: { has: (key) => known.has(key), remember: (key) => known.add(key) },
  });
});
afterEach(() => {
  clock.stop();
  rmSync(folder, { recursive: true, force: true });
});

const step = (run: string, timeoutMs?: number): GateStep => ({
  name: run.slice(0, 40),
  run,
  ...(timeoutMs === undefined ? {} : { timeoutMs }),
});

const request = (steps: readonly GateStep[], more: Partial<GateRequest> = {}): GateRequest => ({
  cwd: folder,
  tree: 'a'.repeat(40),
  steps,
  env: { PATH: process.env.PATH ?? '' },
  logFile: join(folder, 'logs', 'T-1.1.log'),
  ...more,
});

const verdicts = async (steps: readonly GateStep[], more: Partial<GateRequest> = {}) =>
  (await gate.run(request(steps, more), never)).steps.map(({ verdict, exitCode }) => [verdict, exitCode]);

it.each([
  ['true', 'passed', 0],
  ['exit 1', 'failed', 1],
  ['exit 125', 'failed', 125],
  ['exit 126', 'broken', 126],
  ['no-such-program-anywhere', 'broken', 127],
  ['kill -9 $$', 'failed', null],
  ['test "$ANSWER" = 42', 'passed', 0],
])('%j is %s', async (run, verdict, exitCode) => {
  const env = { PATH: process.env.PATH ?? '', ANSWER: '42' };
  expect(await verdicts([step(run)], { env })).toEqual([[verdict, exitCode]]);
});

it('ends a step at its limit together with what hid from it, and calls it broken', async () => {
  const hidden = step(`cd '${folder}' && setsid sleep 600 & sleep 600`, 300);
  const { steps } = await gate.run(request([hidden]), never);
  expect(steps).toMatchObject([{ verdict: 'broken' }]);
  expect(processesIn(folder)).toEqual([]);
});

it('ends what a step leaves running although it passed', async () => {
  expect(await verdicts([step(`sleep 600 & true`)])).toEqual([['passed', 0]]);
  expect(processesIn(folder)).toEqual([]);
});

it('stops at the first step that does not pass, unless all are asked for', async () => {
  const steps = [step('true'), step('exit 3'), step('touch ran')];
  expect(await verdicts(steps)).toEqual([
    ['passed', 0],
    ['failed', 3],
  ]);
  expect(readdirSync(folder)).not.toContain('ran');
  expect(await verdicts(steps, { all: true })).toHaveLength(3);
  expect(readdirSync(folder)).toContain('ran');
});

const counts = (name: string): string => `i=0; while [ $i -lt 2000 ]; do echo "${name} $i"; i=$((i+1)); done`;

it('tells what is around a failure and the end of the output; the log has all of it', async () => {
  const failure = 'printf "\\033[31mFAIL\\033[0m src/a.test.ts\\nexpected 1\\n"';
  const noisy = step(`${counts('before')}; ${failure}; ${counts('after')}; echo oops >&2; exit 1`);
  const { steps } = await gate.run(request([noisy]), never);
  const output = steps[0]?.output ?? '';
  expect(output.length).toBeLessThanOrEqual(8000);
  expect(output).toMatch(
    /^\[… 1998 lines left out …\]\nbefore 1998\nbefore 1999\nFAIL src\/a\.test\.ts\nexpected 1\n/,
  );
  expect(output.trimEnd().endsWith('oops')).toBe(true);
  const log = readFileSync(join(folder, 'logs', 'T-1.1.log'), 'utf8');
  expect(log).toContain('before 0\n');
  expect(log).toMatch(/--- gate step i=0; .*: i=0; while/);
  expect(log).toMatch(/ended with 1 after \d+ ms\n$/);
});

it('keeps the end of the output of what passed, cut at a line', async () => {
  const { steps } = await gate.run(request([step(`echo FAIL; ${counts('line')}`)]), never);
  const output = steps[0]?.output ?? '';
  expect(output.length).toBeLessThanOrEqual(8000);
  expect(output).toMatch(/^line \d+\n/);
  expect(output.endsWith('line 1999\n')).toBe(true);
});

it('does not run again what passed on the same tree in the same environment', async () => {
  const steps = [step('echo a >> count'), step('echo b >> count')];
  const first = await gate.run(request(steps), never);
  const second = await gate.run(request(steps), never);
  expect([first.remembered, second.remembered]).toEqual([false, true]);
  expect(second.steps.map(({ verdict }) => verdict)).toEqual(['passed', 'passed']);
  expect(readFileSync(join(folder, 'count'), 'utf8')).toBe('a\nb\n');
  expect(gate.recall(request(steps))).toEqual(steps.map(({ name }) => name));
});

it.each([
  ['the tree', { tree: 'b'.repeat(40) }],
  ['no tree', { tree: null }],
  ['the path', { env: { PATH: `${process.env.PATH}:/nowhere` } }],
  ['a wish to run again', { again: true }],
])('runs again with another value of %s', async (_what, more) => {
  const steps = [step('echo a >> count')];
  await gate.run(request(steps), never);
  expect((await gate.run(request(steps, more), never)).remembered).toBe(false);
  expect(readFileSync(join(folder, 'count'), 'utf8')).toBe('a\na\n');
});

it('runs all steps when one is not known: it may need what an earlier one leaves', async () => {
  const build = step('echo built > out');
  await gate.run(request([build]), never);
  rmSync(join(folder, 'out'));
  const steps = [build, step('cat out')];
  expect(gate.recall(request(steps))).toEqual([build.name]);
  expect(await verdicts(steps)).toEqual([
    ['passed', 0],
    ['passed', 0],
  ]);
});

it('remembers nothing that failed', async () => {
  await gate.run(request([step('exit 1')]), never);
  expect(known.size).toBe(0);
});

it('rejects with the reason when it is aborted, and leaves nothing running', async () => {
  const abort = new AbortController();
  const running = gate.run(request([step('touch started; sleep 600')]), abort.signal);
  const outcome = expect(running).rejects.toThrow('enough');
  abort.abort(new Error('enough'));
  await outcome;
  expect(processesIn(folder)).toEqual([]);
  await expect(gate.run(request([step('true')]), abort.signal)).rejects.toThrow('enough');
});

it('is a fault when the folder is gone', async () => {
  await expect(gate.run(request([step('true')], { cwd: join(folder, 'gone') }), never)).rejects.toMatchObject(
    {
      name: 'Fault',
      code: 'workspace-unavailable',
    },
  );
});

/** Processes that work in a folder (Linux; elsewhere the supervisor's own tests have to do). */
function processesIn(cwd: string): string[] {
  if (process.platform !== 'linux') return [];
  return readdirSync('/proc').filter((pid) => {
    try {
      return /^\d+$/.test(pid) && readlinkSync(`/proc/${pid}/cwd`).startsWith(cwd);
    } catch {
      return false;
    }
  });
}
