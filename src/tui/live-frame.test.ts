import { describe, expect, it } from 'vitest';
import { taskId } from '../core/plan.ts';
import type { CountsView, RunView, SlotView, TaskView, WaveView } from '../view/run-view.ts';
import { type FrameOptions, liveFrame, type Palette } from './live-frame.ts';

const same = (text: string): string => text;
const plain: Palette = { good: same, busy: same, bad: same, dim: same, strong: same };

const noCounts: CountsView = {
  waiting: 0,
  ready: 0,
  running: 0,
  verifying: 0,
  integrating: 0,
  done: 0,
  needsAttention: 0,
  needsReview: 0,
  blocked: 0,
  cancelled: 0,
  skipped: 0,
};

const task = (id: string, more: Partial<TaskView> = {}): TaskView => ({
  id: taskId(id),
  title: id,
  status: 'running',
  paused: false,
  wave: 0,
  attempts: 1,
  branch: null,
  commit: null,
  commits: { made: 0, planned: 0 },
  failure: null,
  blockedBy: null,
  workspace: null,
  startedAt: null,
  endedAt: null,
  ...more,
});

const slot = (number: number, id: string, more: Partial<SlotView> = {}): SlotView => ({
  slot: number,
  task: taskId(id),
  title: 'Cart model',
  attempt: `${id}.1`,
  kind: 'work',
  agent: 'mine',
  status: 'running',
  startedAt: 1_000,
  pauseAdvised: false,
  ...more,
});

const wave = (number: number, total: number, more: Partial<WaveView> = {}): WaveView => ({
  wave: number,
  total,
  done: 0,
  active: 0,
  stuck: 0,
  ...more,
});

function view(more: Partial<RunView> = {}): RunView {
  const active = more.active ?? [slot(0, 'T-001'), slot(2, 'T-003', { status: 'verifying' })];
  return {
    schemaVersion: 1,
    kind: 'status',
    run: 'r1',
    plan: 'Shop checkout',
    state: 'running',
    outcome: null,
    reason: '',
    target: { branch: 'tutti/r1', commit: '' },
    counts: { ...noCounts, running: 1, verifying: 1, done: 4, waiting: 3 },
    agents: [],
    budget: { tokens: { used: 0, reserved: 0, limit: null }, cost: { used: 0, reserved: 0, limit: null } },
    eta: null,
    elapsedMs: 62_500,
    baselineRed: [],
    waves: [wave(0, 6, { done: 4, active: 2 }), wave(1, 3)],
    tasks: active.map((one) => task(one.task)),
    slots: { used: active.length, limit: 3 },
    ...more,
    active,
  };
}

function frame(shown: RunView, more: Partial<FrameOptions> = {}): string[] {
  const options = {
    columns: 80,
    rows: 24,
    now: 5_900,
    palette: plain,
    lastLines: new Map(),
    hint: 'Ctrl+C: pause',
  };
  return liveFrame(shown, { ...options, ...more });
}

describe('liveFrame', () => {
  it('shows waves, slots and counts in 80 columns', () => {
    const lastLines = new Map([['T-001.1', 'reading src/cart.ts']]);
    expect(frame(view(), { lastLines })).toEqual([
      '',
      'Shop checkout → tutti/r1 · 1m03s · slots 2/3',
      'wave 0  ████████████████▒▒▒▒▒▒▒▒ 4/6 done, 2 active',
      'wave 1  ························ 0/3 done',
      '',
      '  0  T-001  Cart model                    work       4.9s  reading src/cart.ts',
      '  2  T-003  Cart model                    gate       4.9s',
      '  –',
      '4 done · 1 running · 1 verifying · 3 waiting',
      'Ctrl+C: pause',
    ]);
  });

  it('says how much longer it takes', () => {
    const left = (p50: number, p90: number, rough = false): string | undefined =>
      frame(view({ eta: { p50, p90, rough } })).at(-2);
    expect([left(0, 47), left(125, 611), left(3_900, 100_000), left(3_900, 7_200, true)]).toEqual([
      'about 1s left, P90 47s',
      'about 2m10s left, P90 10m00s',
      'about 1h05m left, P90 1d4h',
      'about 1h05m left, P90 2h00m (rough: most of it has no estimate)',
    ]);
  });

  it('says first what needs somebody, and counts what it leaves out', () => {
    const tasks = Array.from({ length: 9 }, (_, index) =>
      task(`T-${index}`, { status: 'needs-attention', failure: 'The gate step "test" ended with code 1.' }),
    );
    const shown = frame(view({ tasks, active: [], waves: [wave(0, 9, { stuck: 9 })] }));
    expect(shown.slice(2, 3)).toEqual(['wave 0  ×××××××××××××××××××××××× 0/9 done, 9 stuck']);
    expect(shown.slice(-8, -2)).toEqual([
      ...[0, 1, 2, 3, 4].map(
        (number) => `!  T-${number} needs-attention: The gate step "test" ended with code 1.`,
      ),
      '… and 4 more that need somebody; see `tutti status`',
    ]);
  });

  it('cuts long titles and ids, and keeps columns where they are', () => {
    const active = [
      slot(0, 'T-1', { title: 'x'.repeat(500) }),
      slot(1, `T-${'9'.repeat(40)}`, { kind: 'conflict' }),
    ];
    expect(frame(view({ active })).slice(5, 7)).toEqual([
      `  0  T-1           ${'x'.repeat(27)}…  work       4.9s`,
      '  1  T-999999999…  Cart model                    conflict   4.9s',
    ]);
  });

  it('lets no escape sequence of a plan or an agent through', () => {
    const evil = '\u001b[2J\u001b]0;owned\u0007ev\u009bil\r\n\u202ename';
    const tasks = [task(evil, { status: 'needs-review', failure: evil })];
    const active = [slot(0, evil, { title: evil, attempt: 'a' })];
    const lastLines = new Map([['a', evil]]);
    const shown = frame(view({ plan: evil, reason: evil, state: 'draining', tasks, active }), { lastLines });
    // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what this is about
    expect(shown.filter((line) => /[\u0000-\u001f\u007f-\u009f\u202a-\u202e]/.test(line))).toEqual([]);
    expect(shown.filter((line) => line.includes('name')).length).toBe(3);
  });

  it('explains no Ctrl+C when the run is over', () => {
    const counts = { ...noCounts, done: 2 };
    expect(frame(view({ state: 'ended', active: [], counts, waves: [wave(0, 2, { done: 2 })] }))).toEqual([
      '',
      'Shop checkout → tutti/r1 · 1m03s · slots 0/3 · ended',
      'wave 0  ████████████████████████ 2/2 done',
      '2 done',
    ]);
  });

  it('leaves settled waves out first', () => {
    const waves = Array.from({ length: 30 }, (_, index) => wave(index, 2, { done: index < 20 ? 2 : 0 }));
    expect(frame(view({ waves }), { rows: 11 })).toEqual([
      'Shop checkout → tutti/r1 · 1m03s · slots 2/3',
      ...[20, 21, 22, 23].map((number) => `wave ${number} ························ 0/2 done`),
      '… and 26 more waves, 20 before these',
      '  0  T-001  Cart model                    work       4.9s',
      '  2  T-003  Cart model                    gate       4.9s',
      '4 done · 1 running · 1 verifying · 3 waiting',
      'Ctrl+C: pause',
    ]);
  });

  it('never is as high as the terminal or wider than it, and keeps its head', () => {
    const active = Array.from({ length: 10 }, (_, index) =>
      slot(index, `T-${index}`, { title: 'y'.repeat(60) }),
    );
    const tasks = active.map(({ task: id }) =>
      task(id, { status: 'needs-review', failure: 'z'.repeat(200) }),
    );
    const waves = Array.from({ length: 40 }, (_, index) =>
      wave(index, 1000, { done: 400, active: 5, stuck: 3 }),
    );
    const counts = { ...noCounts, done: 16_000, running: 200, needsReview: 120, blocked: 9, skipped: 4 };
    const full = view({ active, tasks, waves, counts, slots: { used: 10, limit: 12 } });
    const lastLines = new Map([['T-0.1', 'w'.repeat(300)]]);
    for (const columns of [8, 20, 35, 40, 60, 80, 120, 200]) {
      for (let rows = 2; rows < 60; rows++) {
        const shown = frame(full, { columns, rows, lastLines });
        expect(shown.length).toBeLessThan(rows);
        expect(shown.filter((line) => Array.from(line).length > columns)).toEqual([]);
        expect(shown.some((line) => line.startsWith('Shop'))).toBe(true);
        if (rows > 3) expect(shown.at(-2)).toMatch(/^16000 d/);
      }
    }
  });
});
