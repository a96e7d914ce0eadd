/** The tasks of a run in the order in which they matter to a person: what needs them first, what is finished last. */
import { roughDuration } from '../core/duration.ts';
import type { TaskStatus } from '../core/event.ts';
import type { TaskId } from '../core/plan.ts';
import { roughTokens } from '../core/tokens.ts';
import type { AttentionView } from '../view/attention.ts';
import type { QueueView } from '../view/queue-view.ts';
import { isHeldBack, type RunView, type TaskView } from '../view/run-view.ts';
import type { SlotView } from '../view/slot-view.ts';
import { heldText } from './held-text.ts';
import { type Columns, cell, cut, type Row, rightCell, rowWidth, type Tone, toned } from './row.ts';
import { signOf } from './sign.ts';

export type SectionName = 'attention' | 'working' | 'merging' | 'next' | 'waiting' | 'stuck' | 'finished';

/** Rows are made only for what is shown. */
export interface Section {
  readonly name: SectionName;
  readonly title: string;
  readonly tone: Tone;
  /** What each row is about; null: the whole run. */
  readonly tasks: readonly (TaskId | null)[];
  readonly rowAt: (index: number) => Row;
}

export interface ListOptions {
  readonly width: number;
  readonly now: number;
  /** Only tasks of which id, title, module or status contain this. */
  readonly filter: string;
}

/** Sections that have anything in them. */
export function sectionsOf(view: RunView, options: ListOptions): Section[] {
  const columns = columnsFor(view, options.width);
  const byId = new Map(view.tasks.map((task) => [task.id, task]));
  const matches = matcher(options.filter, byId);
  const taskOf = (id: TaskId): TaskView => byId.get(id) as TaskView;
  const inState = tasksByStatus(view, matches);
  const waiting = inState('waiting').sort((a, b) => Number(b.soon) - Number(a.soon));
  const finished = inState('done', 'skipped').sort((a, b) => (b.endedAt ?? 0) - (a.endedAt ?? 0));
  const attention = view.attention.filter(({ task }) => task === null || matches(task));
  const { used, limit } = view.slots;
  // Of a run at rest they are what its engine had to leave.
  const working = `${view.state === 'paused' ? 'CUT OFF' : 'WORKING'} ${used}/${limit}`;
  const active = view.active.filter(({ task }) => matches(task));
  const queue = view.queue.filter(({ task }) => matches(task));
  const merging = view.merging.filter(matches).map(taskOf);
  const stuck = inState('blocked', 'cancelled');
  const sections: Section[] = [
    section('attention', counted('NEEDS YOU', attention), 'bad', attention, aboutTask, (one) =>
      attentionRow(one, columns),
    ),
    section('working', working, 'busy', active, aboutTask, (one) => slotRow(one, columns, options.now)),
    section('merging', counted('MERGING', merging), 'busy', merging, itsId, (task) =>
      mergingRow(task, view.merging.indexOf(task.id), columns),
    ),
    section('next', counted('NEXT', queue), 'strong', queue, aboutTask, (one) =>
      queueRow(one, taskOf(one.task), columns, options.now),
    ),
    section('waiting', counted('WAITING', waiting), 'strong', waiting, itsId, (task) =>
      waitingRow(task, byId, columns),
    ),
    section('stuck', counted('BLOCKED OR CANCELLED', stuck), 'strong', stuck, itsId, (task) =>
      stuckRow(task, columns),
    ),
    section('finished', counted('FINISHED', finished), 'good', finished, itsId, (task) =>
      finishedRow(task, columns),
    ),
  ];
  return sections.filter(({ tasks }) => tasks.length > 0);
}

const counted = (word: string, items: readonly unknown[]): string => `${word} ${items.length}`;
const aboutTask = <Id>({ task }: { readonly task: Id }): Id => task;
const itsId = ({ id }: TaskView): TaskId => id;

function section<Item>(
  name: SectionName,
  title: string,
  tone: Tone,
  items: readonly Item[],
  taskOf: (item: Item) => TaskId | null,
  rowOf: (item: Item) => Row,
): Section {
  return {
    name,
    title,
    tone,
    tasks: items.map(taskOf),
    rowAt: (index) => rowOf(items[index] as Item),
  };
}

function matcher(filter: string, byId: ReadonlyMap<TaskId, TaskView>): (id: TaskId) => boolean {
  if (filter === '') return () => true;
  const wanted = filter.toLowerCase();
  return (id) => {
    const task = byId.get(id);
    if (task === undefined) return false;
    const { title, module, status } = task;
    const words = [id, title, module ?? '', isHeldBack(task) ? 'paused' : status];
    return words.some((word) => word.toLowerCase().includes(wanted));
  };
}

/** A look-up of the tasks in some states: a screen asks several times for all of them. */
function tasksByStatus(
  { tasks }: RunView,
  matches: (id: TaskId) => boolean,
): (...states: readonly TaskStatus[]) => TaskView[] {
  const byStatus = Map.groupBy(tasks, ({ status }) => status);
  return (...states) =>
    states.flatMap((status) => (byStatus.get(status) ?? []).filter(({ id }) => matches(id)));
}

/** One width for the whole run, so that columns stand still. */
function columnsFor({ tasks }: RunView, width: number): Columns {
  const [longestId, title, module, phase] =
    width < 70
      ? [8, 12, 0, 0]
      : width < 100
        ? [10, 18, 8, 8]
        : width < 150
          ? [14, 28, 12, 14]
          : [18, 42, 16, 22];
  const id = tasks.reduce((widest, task) => Math.min(longestId, Math.max(widest, task.id.length)), 4);
  return { width, id, title, module, phase };
}

const GAP = toned(' ');

/** What stands before the text of each kind. */
const attentionWords: Readonly<Record<AttentionView['kind'], string>> = {
  fault: 'FAULT: ',
  'needs-attention': 'needs attention: ',
  'needs-review': 'needs review: ',
  advice: '',
  agent: '',
};

function attentionRow({ kind, task, text, ways }: AttentionView, { width, id }: Columns): Row {
  const name = task === null ? [] : [cell(task, id, 'strong'), GAP];
  const answer = `  → ${ways.join(' · ')}`;
  const before = [toned(kind === 'advice' ? '? ' : '! ', 'bad'), ...name];
  const room = width - rowWidth(before);
  const isWide = room > answer.length + 60;
  const tone = kind === 'advice' ? 'busy' : 'bad';
  const said = cut(attentionWords[kind] + text, isWide ? room - answer.length : room, tone);
  return isWide ? [...before, said, cut(answer, answer.length, 'dim')] : [...before, said];
}

/** What an attempt does now: its place in the outline while an agent works. */
function doingOf({ status, kind, cancelling, phase, agent }: SlotView): {
  readonly text: string;
  readonly tone: Tone;
} {
  if (cancelling) return { text: 'ending', tone: 'bad' };
  if (status === 'verifying') return { text: 'gate', tone: 'busy' };
  if (kind !== 'work') return { text: kind, tone: 'bad' };
  return { text: phase ?? agent, tone: 'dim' };
}

function slotRow(slot: SlotView, columns: Columns, now: number): Row {
  const { width, id, title, module, phase } = columns;
  const { made, planned } = slot.commits;
  const doing = doingOf(slot);
  const row: Row = [
    rightCell(String(slot.slot), 2, 'dim'),
    GAP,
    cell(slot.task, id, 'strong'),
    GAP,
    cell(slot.title, title),
    ...(module === 0 ? [] : [GAP, cell(slot.module ?? '', module, 'dim')]),
    ...(phase === 0 ? [] : [GAP, cell(doing.text, phase, doing.tone)]),
    rightCell(planned > 0 ? `${made}/${planned}` : String(made), 5),
    rightCell(slot.tokens === 0 ? '' : roughTokens(slot.tokens), 6, 'dim'),
    rightCell(roughDuration(now - slot.startedAt), 7),
  ];
  const room = width - rowWidth(row) - 2;
  const said = slot.lastLine ?? '';
  return room < 6 || said === '' ? row : [...row, toned('  '), cut(said, room, 'dim')];
}

/** What stands beside a title says most of what it has to say in so many cells. */
const REST_CELLS = 44;
const LONGEST_TITLE = 40;

function nameCells(task: TaskView, { width, id, title }: Columns): Row {
  const room = Math.max(title, Math.min(LONGEST_TITLE, width - id - REST_CELLS));
  return [signOf(task), GAP, cell(task.id, id, 'strong'), GAP, cell(task.title, room), GAP];
}

const withRest = (row: Row, text: string, { width }: Columns, tone: Tone = 'dim'): Row => [
  ...row,
  cut(text, Math.max(0, width - rowWidth(row)), tone),
];

const mergingRow = (task: TaskView, place: number, columns: Columns): Row =>
  withRest(
    nameCells(task, columns),
    place === 0 ? 'onto the target now, or next' : `number ${place + 1} in the merge queue`,
    columns,
  );

function queueRow({ held }: QueueView, task: TaskView, columns: Columns, now: number): Row {
  const row = nameCells(task, columns);
  const again = task.attempts > 0 ? `attempt ${task.attempts + 1}` : '';
  return withRest(row, [again, heldText(held, now)].filter((text) => text !== '').join(', '), columns);
}

function waitingRow(task: TaskView, byId: ReadonlyMap<TaskId, TaskView>, columns: Columns): Row {
  const list = task.waitsFor.map((id) => `${id} (${byId.get(id)?.status})`).join(', ');
  const soon = task.soon ? 'ready soon: ' : '';
  const paused = task.paused ? 'paused, ' : '';
  return withRest(nameCells(task, columns), `${paused}${soon}← ${list}`, columns);
}

const stuckRow = (task: TaskView, columns: Columns): Row =>
  withRest(
    nameCells(task, columns),
    task.blockedBy === null ? task.status : `blocked by ${task.blockedBy}`,
    columns,
  );

function finishedRow(task: TaskView, columns: Columns): Row {
  const { status, commit, attempts, tokens, startedAt, endedAt, commits } = task;
  const took = startedAt !== null && endedAt !== null ? roughDuration(endedAt - startedAt) : '';
  const facts = [
    status === 'skipped' ? 'was done before' : took,
    commits.made > 0 ? `${commits.made} commit${commits.made === 1 ? '' : 's'}` : '',
    attempts > 1 ? `${attempts} attempts` : '',
    tokens === 0 ? '' : `${roughTokens(tokens)} tokens`,
    commit === null ? '' : commit.slice(0, 8),
  ];
  return withRest(nameCells(task, columns), facts.filter((fact) => fact !== '').join(' · '), columns);
}
