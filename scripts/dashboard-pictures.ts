/**
 * Takes the pictures of the dashboard in `docs/pictures`: `npm run -s build && node scripts/dashboard-pictures.ts`. Each is
 * a screen of a real run of the demo's plan, with a task that its agent cannot mend and a budget. Needs tmux.
 */
import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { PLAN_FOLDER } from '../src/cli/demo/demo-plan.ts';
import { FAILING } from '../src/cli/demo/demo-recipe.ts';
import { makeDemoRepository } from '../src/cli/demo/demo-repository.ts';
import { linesOfCapture, terminalSvg } from './terminal-svg.ts';

const [columns, rows] = [120, 36];
const out = fileURLToPath(new URL('../docs/pictures/', import.meta.url));
const bin = fileURLToPath(new URL('../bin/tutti.mjs', import.meta.url));
/** Slower than the demo: nobody's agents are that quick. */
const SPEED = 0.35;
const LIMIT_MS = 120_000;
const LOOK_EVERY_MS = 100;

const repository = makeDemoRepository({ keep: undefined, cwd: process.cwd(), speed: SPEED });
configure();
mkdirSync(out, { recursive: true });
const socket = join(repository.folder, 'tmux');
const tmux = (...args: readonly string[]): string =>
  execFileSync('tmux', ['-S', socket, '-f', '/dev/null', ...args], { encoding: 'utf8' });
try {
  await takeAll();
} finally {
  tmux('kill-server');
  rmSync(repository.folder, { recursive: true, force: true });
}

/** The task that the gate refuses is never mended; and there is a budget to be seen. */
function configure(): void {
  const file = join(repository.path, 'tutti.yaml');
  const text = readFileSync(file, 'utf8')
    .replace(/("attempts":\[1)\]/, '$1,2,3,4]')
    .replace('agent: demo\n', 'agent: demo\nretries: 1\nbudget: { tokens: 2500k }\n');
  if (!text.includes(`${FAILING.id}:`) || !text.includes('[1,2,3,4]'))
    throw new Error('the recipe has changed');
  writeFileSync(file, text);
  execFileSync('git', ['-C', repository.path, 'commit', '-aqm', 'Settings'], { stdio: 'ignore' });
}

async function takeAll(): Promise<void> {
  const home = join(repository.folder, 'home');
  const env = Object.entries({ HOME: home, XDG_CONFIG_HOME: home, TERM: 'xterm-256color', PS1: '$ ' });
  const shell = ['env', '-u', 'CI', ...env.map(([name, value]) => `${name}=${value}`), 'sh'];
  const size = ['-x', String(columns), '-y', String(rows)];
  tmux('new-session', '-d', '-s', 'p', '-c', repository.path, ...size, ...shell, ';', 'set', 'status', 'off');
  await type(`${process.execPath} ${bin} run ${PLAN_FOLDER} --yes`);
  await sees(/ [3-9]\/45 done/);
  take('start', 'tutti run');
  await sees(/ 1[2-5]\/45 done/);
  press('j', 'j', 'j', 'j');
  await sees(/›/);
  take('middle', 'tutti run');
  press('Escape');
  await sees(/NEEDS YOU/);
  take('attention', 'tutti run');
  press('p', 'a');
  await sees(/is paused[\s\S]*^\$$/m);
  await type(`clear; ${process.execPath} ${bin} watch`);
  await sees(/PAUSED/);
  take('paused', 'tutti watch');
  press('q');
  await sees(/^\$$/m);
  await type(`clear; ${process.execPath} ${bin} resume`);
  await sees(/RUNNING/);
  await sees(/has ended[\s\S]*^\$$/m);
  await type(`clear; ${process.execPath} ${bin} watch`);
  await sees(/ENDED/);
  take('ended', 'tutti watch');
  press('t');
  await sees(/TIMELINE/);
  await pause(LOOK_EVERY_MS * 5);
  take('timeline', 'tutti watch, t');
}

function press(...keys: readonly string[]): void {
  tmux('send-keys', '-t', 'p', ...keys);
}

async function type(text: string): Promise<void> {
  tmux('send-keys', '-t', 'p', '-l', text);
  tmux('send-keys', '-t', 'p', 'Enter');
}

async function sees(pattern: RegExp): Promise<void> {
  const deadline = performance.now() + LIMIT_MS;
  for (;;) {
    const seen = tmux('capture-pane', '-p', '-t', 'p');
    if (pattern.test(seen)) return;
    if (performance.now() > deadline) throw new Error(`never on the screen: ${pattern}\n${seen}`);
    await pause(LOOK_EVERY_MS);
  }
}

function take(name: string, title: string): void {
  const lines = linesOfCapture(tmux('capture-pane', '-e', '-p', '-t', 'p'));
  const file = join(out, `dashboard-${name}.svg`);
  writeFileSync(file, terminalSvg([{ atMs: 0, lines }], { columns, rows, title, holdMs: 0 }));
  console.log(file);
}
