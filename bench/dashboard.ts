/** Claim (h): what the dashboard costs: its processor time, frames and answers to keys while much happens, and what a run takes longer with it. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { performance } from 'node:perf_hooks';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { openDatabase } from '../src/store/database.ts';
import { openStateFolder } from '../src/store/state-folder.ts';
import {
  type Claim,
  type Figure,
  interleave,
  type Measurement,
  median,
  percentile,
  ratio,
} from './measure.ts';
import { openPty, type PtyProgram, type TerminalSize } from './pty.ts';
import { inScratch, runTutti, type Scratch, tuttiBin } from './scratch.ts';

const EVENTS_PER_SECOND = 50;
const SIZES: readonly TerminalSize[] = [
  { columns: 200, rows: 60 },
  { columns: 80, rows: 24 },
];
/** Until the program has been compiled and the first forecast is made. */
const WARM_UP_MS = 5_000;
const WATCHED_MS = 20_000;
const KEYS = 100;
const SLOTS = 7;

interface Work {
  readonly name: string;
  readonly tasks: number;
  readonly command: string;
  /** How much longer a run may take with the dashboard. */
  readonly limit?: number;
}
const WORK: readonly Work[] = [
  // Many times as fast as any agent, and still the processors are not what the run waits for.
  { name: 'sleep 0.1', tasks: 500, command: 'sleep 0.1', limit: 1.03 },
  // Both processes want the processors all the time.
  { name: 'no-op', tasks: 1_000, command: 'true' },
];

export const claim: Claim = {
  name: 'dashboard',
  title: `\`watch\` on 1,000 tasks and ${EVENTS_PER_SECOND} events a second; a run with it and without it`,
  runs: 7,
  async measure(runs) {
    const parts: Measurement[] = [];
    for (const size of SIZES) parts.push(await inScratch((scratch) => watch(scratch, size)));
    for (const work of WORK) parts.push(await inScratch((scratch) => compareRuns(scratch, work, runs)));
    return {
      samples: parts.flatMap(({ samples }) => samples),
      figures: parts.flatMap(({ figures }) => figures),
      notes: [
        'The built program on a terminal of its own (script(1)); another process plays the engine: real journal, lock and socket.',
        'Processor time: of the dashboard alone, as the system counts it. Frames: synchronized updates that reached the terminal.',
        'Answer: from a key written to the terminal until the page it opens or closes has come back; keys at uneven times.',
        'Run: `engine-started` to `run-ended` by the journal; the first event is `engine-started`, counted from the start of the command.',
      ],
    };
  },
};

/** Somebody looks, then presses keys. */
async function watch(scratch: Scratch, size: TerminalSize): Promise<Measurement> {
  const name = `${size.columns}×${size.rows}`;
  const stop = await playRun(scratch);
  const screen = await openPty(scratch, size, [process.execPath, tuttiBin, 'watch']);
  const first = await screen.sees(/WORKING/);
  await pause(WARM_UP_MS);
  const { busy, frames } = await look(screen);
  const answers: number[] = [];
  const typing = countFrames(screen);
  const begun = performance.now();
  for (let key = 0; key < KEYS; key++) {
    await pause(100 + ((key * 37) % 120));
    const answer = screen.sees(key % 2 === 0 ? /HELP/ : /WORKING/);
    screen.type(key % 2 === 0 ? '?' : 'q');
    answers.push(await answer);
  }
  const typed = (typing() * 1000) / (performance.now() - begun);
  screen.type('q');
  await screen.exit;
  await stop();
  return {
    samples: [{ name: `${name}: answer to a key`, times: answers }],
    figures: [
      { name: `${name}: processor time`, value: busy, unit: '%', limit: 10 },
      { name: `${name}: frames`, value: frames, unit: '/s', limit: 15 },
      { name: `${name}: frames while keys are pressed`, value: typed, unit: '/s', limit: 15 },
      { name: `${name}: answer to 95 of 100 keys`, value: percentile(answers, 95), unit: 'ms', limit: 100 },
      { name: `${name}: \`watch\` to its first frame`, value: first, unit: 'ms' },
    ],
    notes: [],
  };
}

/** Percent of one processor, and frames a second, while nobody presses a key. */
async function look(screen: PtyProgram): Promise<{ readonly busy: number; readonly frames: number }> {
  const count = countFrames(screen);
  const before = screen.processorMs();
  const begun = performance.now();
  await pause(WATCHED_MS);
  const elapsed = performance.now() - begun;
  return { busy: ((screen.processorMs() - before) / elapsed) * 100, frames: (count() * 1000) / elapsed };
}

/** Counts from here on, until the result is called. */
function countFrames(screen: PtyProgram): () => number {
  let frames = 0;
  const stop = screen.listen((text) => {
    frames += text.split('\u001b[?2026h').length - 1;
  });
  return () => {
    stop();
    return frames;
  };
}

/** Starts what plays the engine; resolves when it can be watched, with what ends it. */
async function playRun(scratch: Scratch): Promise<() => Promise<void>> {
  const program = fileURLToPath(new URL('play-run.ts', import.meta.url));
  const child = spawn(process.execPath, [program, `${EVENTS_PER_SECOND}`], {
    cwd: scratch.repository,
    env: scratch.env,
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  await once(child.stdout, 'data');
  return async () => {
    child.stdin.end();
    await once(child, 'exit');
  };
}

/** The same run with a dashboard and printed into a file. */
async function compareRuns(scratch: Scratch, work: Work, runs: number): Promise<Measurement> {
  const { name, limit } = work;
  const plan = writePlan(scratch, work);
  const args = ['run', plan, '--slots', `${SLOTS}`, '--no-gate', '--yes'];
  const runsOf: Record<'with' | 'without', EngineTimes[]> = { with: [], without: [] };
  const firstFrames: number[] = [];
  const onScreen = async (): Promise<number> => {
    const [begun, at] = [performance.now(), Date.now()];
    const screen = await openPty(scratch, { columns: 120, rows: 40 }, [process.execPath, tuttiBin, ...args]);
    await screen.sees(/WORKING/);
    firstFrames.push(performance.now() - begun);
    if ((await screen.exit) !== 0) throw new Error('the run with a dashboard did not end with 0');
    const elapsed = performance.now() - begun;
    runsOf.with.push(readTimes(scratch, at));
    return elapsed;
  };
  const intoFile = async (): Promise<number> => {
    const at = Date.now();
    const elapsed = await runTutti(scratch, ...args);
    runsOf.without.push(readTimes(scratch, at));
    return elapsed;
  };
  const whole = await interleave(
    [
      { name: `${name}: process with the dashboard`, run: onScreen },
      { name: `${name}: process without`, run: intoFile },
    ],
    runs,
  );
  // The first of each was the round that does not count.
  const counted = (side: 'with' | 'without', time: keyof EngineTimes): number[] =>
    runsOf[side].slice(1).map((times) => times[time]);
  const [seen, unseen] = [`${name}: run with the dashboard`, `${name}: run without`];
  const samples = [
    { name: seen, times: counted('with', 'runMs') },
    { name: unseen, times: counted('without', 'runMs') },
    { name: `${name}: to the first event with it`, times: counted('with', 'startMs') },
    { name: `${name}: to the first event without`, times: counted('without', 'startMs') },
    { name: `${name}: to the first frame`, times: firstFrames.slice(1) },
    ...whole,
  ];
  const figures: Figure[] = [
    {
      name: `${name}: run with / without the dashboard`,
      value: ratio(samples, seen, unseen),
      unit: 'x',
      ...(limit === undefined ? {} : { limit }),
    },
    {
      name: `${name}: longer as whole processes`,
      value: median(whole[0]?.times ?? []) - median(whole[1]?.times ?? []),
      unit: 'ms',
    },
  ];
  return { samples, figures, notes: [] };
}

interface EngineTimes {
  /** Until the engine began to work on the run. */
  readonly startMs: number;
  /** From then to the end of the run. */
  readonly runMs: number;
}

/** Of the newest run, which was asked for at `begun`, by the times in its journal. */
function readTimes({ repository, env }: Scratch, begun: number): EngineTimes {
  const { journalFile } = openStateFolder({ commonFolder: `${repository}/.git`, env });
  const database = openDatabase(journalFile);
  const query = `SELECT min(at) AS started, max(at) AS ended FROM events
    WHERE type IN ('engine-started', 'run-ended')
    AND run = (SELECT id FROM runs ORDER BY created_at DESC, id DESC LIMIT 1)`;
  const { started, ended } = database.prepare(query).get() as { started: number; ended: number };
  database.close();
  return { startMs: started - begun, runMs: ended - started };
}

function writePlan(scratch: Scratch, work: Work): string {
  const tasks = Array.from({ length: work.tasks }, (_, position) => `  - { id: T-${position + 1} }`);
  const defaults = `defaults: { agent: command, command: "${work.command}", workspace: none }`;
  return scratch.write('dashboard.yaml', `plan: Dashboard\n${defaults}\ntasks:\n${tasks.join('\n')}\n`);
}
