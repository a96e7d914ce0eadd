/** Reads what the pages of the dashboard show: stories from the journal, logs from their files, differences from git. */
import { closeSync, existsSync, fstatSync, openSync, readSync } from 'node:fs';
import type { Home } from '../../compose.ts';
import { roughDuration } from '../../core/duration.ts';
import { attemptId, type TaskId } from '../../core/plan.ts';
import { planned, positionOf, type RunState, taskAt } from '../../core/run-state.ts';
import { why } from '../../core/why.ts';
import type { Journal } from '../../ports/journal.ts';
import { cut, emptyRow, type Row, textSpan, toned } from '../../tui/row.ts';
import type { Tab } from '../../tui/ui.ts';
import { clockTime } from '../../view/clock-time.ts';
import { taskStory } from '../../view/task-story.ts';

export interface PageSources {
  readonly home: Home;
  readonly state: RunState;
  readonly journal: Journal;
}

export async function readTaskPage(
  sources: PageSources,
  task: TaskId,
  tab: Tab,
  width: number,
): Promise<readonly Row[]> {
  switch (tab) {
    case 'story':
      return [...factRows(sources.state, task, width), emptyRow, ...storyRows(sources, task)];
    case 'log':
      return logRows(sources, task);
    case 'diff':
      return diffRows(sources, task);
  }
}

/** What the task is and why it stands where it stands. */
function factRows(state: RunState, id: TaskId, width: number): Row[] {
  const position = positionOf(state, id);
  const task = planned(state, position);
  const { status, attempts, commits, kept, charged, chargedLimit } = taskAt(state, position);
  const facts = [
    `${attempts} attempt${attempts === 1 ? '' : 's'}, ${charged} of ${chargedLimit} sessions used`,
    `${commits} commit${commits === 1 ? '' : 's'}`,
    ...(task.module === undefined ? [] : [`module ${task.module}`]),
    ...(task.workspace === 'none' ? [] : [`branch ${state.branches[position]}`]),
  ];
  const needs = task.dependsOn.length === 0 ? 'nothing' : task.dependsOn.join(', ');
  return [
    [toned(status, 'strong'), toned('  '), cut(task.title, width - status.length - 2)],
    [cut(facts.join(' · '), width, 'dim')],
    [cut(`depends on ${needs}`, width, 'dim')],
    ...(kept === null ? [] : [[cut(`mend it in ${kept}`, width, 'busy')]]),
    ...why(state, id).map(({ message, until }): Row => {
      const soon =
        until === undefined || until <= state.record.at ? '' : ` (${roughDuration(until - state.record.at)})`;
      return [cut(message + soon, width)];
    }),
  ];
}

const storyRows = ({ journal }: PageSources, task: TaskId): Row[] =>
  taskStory(journal.read(0), task).map(({ seq, at, text }) => [
    toned(`#${seq} ${clockTime(at)} `, 'dim'),
    textSpan(text),
  ]);

/** Of a log as much as anybody scrolls through. */
const LOG_BYTES = 128 * 1024;

function logRows({ home, state }: PageSources, id: TaskId): Row[] {
  const { attempts, attempt, sessions } = taskAt(state, positionOf(state, id));
  if (attempts === 0) return [[toned('Nobody has worked on it yet.', 'dim')]];
  const name = attemptId(id, attempts);
  const file = home.folder.logFile(state.run, name);
  const agent = attempt?.id === name ? attempt.agent : sessions.find((session) => session.id === name)?.agent;
  const readable = home.agents.lookup(agent ?? '')?.readable?.();
  const lines = existsSync(file) ? lastLines(file) : [];
  return [
    [textSpan(`${name}: ${file}`, 'dim')],
    ...lines.flatMap((line) => (readable?.(line) ?? [line]).map((text): Row => [textSpan(text)])),
  ];
}

/** The lines at the end of a file; the first may be cut off and is left out then. */
function lastLines(file: string): string[] {
  const handle = openSync(file, 'r');
  try {
    const { size } = fstatSync(handle);
    const start = Math.max(0, size - LOG_BYTES);
    const bytes = Buffer.alloc(size - start);
    const read = readSync(handle, bytes, 0, bytes.length, start);
    const lines = bytes.toString('utf8', 0, read).trimEnd().split('\n');
    return start > 0 && lines.length > 1 ? lines.slice(1) : lines;
  } finally {
    closeSync(handle);
  }
}

async function diffRows({ home, state }: PageSources, id: TaskId): Promise<Row[]> {
  const position = positionOf(state, id);
  const { status, commit, base } = taskAt(state, position);
  const isIn = (status === 'done' || status === 'skipped') && commit !== null;
  const [from, to] = isIn
    ? [`${commit}^1`, commit]
    : [base ?? state.settings.base, `refs/heads/${state.branches[position]}`];
  const text = await home.git.difference(from, to);
  if (text.trim() === '') return [[toned('Nothing is committed on its branch yet.', 'dim')]];
  return text.trimEnd().split('\n').map(diffRow);
}

/** Signs say what is added and what is gone; colours only repeat it. */
function diffRow(line: string): Row {
  const text = line.replaceAll('\t', '    ');
  if (/^(?:diff |index |--- |\+\+\+ |@@)/.test(text)) return [textSpan(text, 'strong')];
  if (text.startsWith('+')) return [textSpan(text, 'good')];
  return [text.startsWith('-') ? textSpan(text, 'bad') : textSpan(text)];
}
