/**
 * Reads the issues that Beads exports, one JSON object a line. Which of an epic and its children are tasks is settled in
 * `tracked-items`. Only the export is read: neither Beads' database nor what it keeps beside the issues.
 */
import path from 'node:path';
import { taskId } from '../core/plan.ts';
import { type Problem, problem } from '../core/problem.ts';
import { asList, asMap, asText, type JsonMap, parseJson } from './json-source.ts';
import { presentOnly } from './present-only.ts';
import {
  boundTasks,
  type Evidence,
  isFile,
  isFolder,
  nameFromPath,
  type Reader,
  type ReadOptions,
  type ReadResult,
} from './reader.ts';
import { MAX_DATA_BYTES, readSource } from './source-file.ts';
import { type Reference, type Standing, type TrackedItem, tasksOf } from './tracked-items.ts';

/** The newer name first; what else lies in `.beads` is no export of issues. */
const usualNames = ['issues.jsonl', 'beads.jsonl'];
const MAX_BROKEN_TOLD = 20;

export const beadsReader: Reader = {
  format: 'beads',
  matches: async (at) => findBeads(at),
  read: async (at, options) => readBeads(at, options),
};

function findBeads(at: string): readonly Evidence[] {
  if (isFile(at)) return at.endsWith('.jsonl') ? [evidence(at)] : [];
  const found = exportIn(at);
  if (found !== undefined) return [evidence(found)];
  return isFolder(at) && path.basename(path.resolve(at)) === '.beads' ? [evidence(at)] : [];
}

const evidence = (at: string): Evidence => ({ format: 'beads', path: at, found: 'Beads issues' });

const exportIn = (folder: string): string | undefined =>
  ['.beads', '.']
    .filter((below) => below !== '.' || path.basename(path.resolve(folder)) === '.beads')
    .flatMap((below) => usualNames.map((name) => path.join(folder, below, name)))
    .find(isFile);

function readBeads(at: string, options: ReadOptions = {}): ReadResult {
  const file = isFolder(at) ? exportIn(at) : at;
  const issues = file === undefined ? { items: [], problems: [noExport(at)] } : readIssues(file);
  const tracked = tasksOf(issues.items, file ?? at);
  const bounded = boundTasks(tracked.tasks, file ?? at);
  return {
    plan: {
      name: nameFromPath(file ?? at, options.root),
      source: file ?? at,
      format: beadsReader.format,
      tasks: bounded.tasks,
      pools: {},
    },
    problems: [...issues.problems, ...tracked.problems, ...bounded.problems],
    ignored: [],
  };
}

const noExport = (folder: string): Problem =>
  problem(
    'no-tasks',
    `${folder} holds no ${usualNames[0]}, and tutti does not read the database of Beads`,
    'Write it: bd export -o .beads/issues.jsonl',
    { location: { file: folder, line: 1 } },
  );

/** An issue as its line says it, before it is known which others there are. */
interface Issue {
  readonly id: string;
  readonly values: JsonMap;
  readonly line: number;
}

/** How one issue refers to another, in the words of Beads: `issue` depends on `other`. */
interface Link {
  readonly issue: string;
  readonly other: string;
  readonly type: string;
  readonly line: number;
}

function readIssues(file: string): { readonly items: readonly TrackedItem[]; readonly problems: Problem[] } {
  const { text, problems: sourceProblems } = readSource(file, MAX_DATA_BYTES);
  const problems = [...sourceProblems];
  const deleted = new Set<string>();
  const issues = (text ?? '').split('\n').flatMap((line, index) => {
    if (line.trim() === '') return [];
    const found = readLine(file, line, index + 1);
    if (!('code' in found)) {
      if (asText(found.values.get('status')) === 'tombstone') deleted.add(found.id);
      return isWork(found.values) ? [found] : [];
    }
    if (problems.length < MAX_BROKEN_TOLD) problems.push(found);
    return [];
  });
  if (issues.length === 0 && problems.length === 0) {
    const fix = 'Write it anew: bd export -o .beads/issues.jsonl';
    problems.push(problem('no-tasks', `${file} has no issues`, fix, { location: { file, line: 1 } }));
  }
  const links = issues
    .flatMap((issue) => linksOf(file, issue, problems))
    // What is deleted holds nobody, as in Beads.
    .filter(({ other }) => !deleted.has(other));
  return { items: itemsOf(file, issues, links, problems), problems };
}

function readLine(file: string, text: string, line: number): Issue | Problem {
  const { root, problems } = parseJson(text, file, line);
  if (root === undefined) return problems[0];
  const values = asMap(root);
  const id = asText(values?.get('id'));
  const isOther = values?.has('_type') === true && asText(values.get('_type')) !== 'issue';
  if (values !== undefined && (id !== undefined || isOther)) return { id: id ?? '', values, line };
  const location = { file, line };
  return problem('invalid-value', `${file}: expected an issue with an id`, 'Give it an id.', { location });
}

/** Memories, messages and templates lie beside the issues; a tombstone is what is left of a deleted one. */
const isWork = (values: JsonMap): boolean =>
  (asText(values.get('_type')) ?? 'issue') === 'issue' &&
  asText(values.get('status')) !== 'tombstone' &&
  asText(values.get('is_template')) !== 'true' &&
  !['message', 'event'].includes(asText(values.get('issue_type')) ?? '');

function linksOf(file: string, { id, values, line }: Issue, problems: Problem[]): Link[] {
  const node = values.get('dependencies');
  const links = (asList(node) ?? []).map((item) => {
    const link = asMap(item);
    return {
      issue: asText(link?.get('issue_id')) ?? id,
      other: asText(link?.get('depends_on_id')) ?? '',
      type: asText(link?.get('type')) ?? 'blocks',
      line,
    };
  });
  const isWhole =
    (node?.value === undefined || asList(node) !== undefined) && links.every(({ other }) => other !== '');
  if (!isWhole) {
    const message = `${id}: dependencies: expected a list of maps with depends_on_id`;
    const more = { location: { file, line }, tasks: [taskId(id)] };
    problems.push(problem('invalid-value', message, 'Correct dependencies, or let Beads write them.', more));
  }
  return links.filter(({ other }) => other !== '');
}

/** Kinds of issues that are nothing but their children. */
const wholes: ReadonlySet<string> = new Set(['epic', 'milestone', 'molecule']);

function itemsOf(
  file: string,
  issues: readonly Issue[],
  links: readonly Link[],
  problems: Problem[],
): readonly TrackedItem[] {
  const parents = new Map<string, string>();
  for (const { type, issue, other } of links)
    if (type === 'parent-child' && !parents.has(issue)) parents.set(issue, other);
  const linksByIssue = Map.groupBy(links, ({ issue }) => issue);
  return issues.map(({ id, values, line }) => {
    const location = { file, line };
    const waitsFor = (linksByIssue.get(id) ?? []).flatMap((link) => awaited(file, link));
    const { standing, status, heldFix } = standingOf(values);
    if (standing === undefined) {
      const message = `${id}: the status ${status} is not known; it counts as open`;
      const more = { location, tasks: [taskId(id)], severity: 'info' as const };
      const fix = `Nothing, if it is open; else use one of: ${Object.keys(standings).join(', ')}.`;
      problems.push(problem('source-status', message, fix, more));
    }
    return {
      id,
      location,
      standing: standing ?? 'open',
      status,
      waitsFor,
      hasOwnWork: !wholes.has(asText(values.get('issue_type')) ?? ''),
      ...presentOnly({ partOf: parents.get(id), heldFix }),
      task: taskOf(id, values),
    };
  });
}

/** The issues for which a link lets its issue wait: those that Beads would have closed before it calls the issue ready. */
function awaited(file: string, { type, other, line }: Link): Reference[] {
  const reference = { id: other, location: { file, line } };
  if (type === 'blocks' || type === 'conditional-blocks') return [reference];
  return type === 'waits-for' ? [{ ...reference, meansParts: true }] : [];
}

const standings: Readonly<Record<string, Standing>> = {
  open: 'open',
  in_progress: 'open',
  hooked: 'open',
  // By what it is blocked its dependencies say.
  blocked: 'open',
  deferred: 'held',
  pinned: 'held',
  closed: 'done',
};

/** What only runs when another fails, and what waits for something outside, is nothing an agent can start by itself. */
function standingOf(values: JsonMap): {
  readonly standing: Standing | undefined;
  readonly status: string;
  readonly heldFix?: string;
} {
  const status = asText(values.get('status')) ?? 'open';
  const standing = Object.hasOwn(standings, status) ? standings[status] : undefined;
  if (standing === 'done') return { standing, status };
  const isConditional = (asList(values.get('dependencies')) ?? []).some(
    (item) => asText(asMap(item)?.get('type')) === 'conditional-blocks',
  );
  if (isConditional)
    return {
      standing: 'held',
      status: `${status}, and it runs only when another one fails`,
      heldFix: 'Remove the conditional-blocks dependency to have an agent do it.',
    };
  if (asText(values.get('issue_type')) === 'gate')
    return {
      standing: 'held',
      status: `${status}, and it is a gate`,
      heldFix: 'Close the gate once what it waits for is there.',
    };
  return { standing, status };
}

const sections = [
  ['', 'description'],
  ['Design', 'design'],
  ['Acceptance criteria', 'acceptance_criteria'],
  ['Notes', 'notes'],
] as const;

/** Beads counts from 0, the most urgent, to 4. */
const LOWEST_PRIORITY = 4;

function taskOf(id: string, values: JsonMap): TrackedItem['task'] {
  const body = sections.flatMap(([heading, key]) => {
    const text = asText(values.get(key));
    return text === undefined ? [] : [heading === '' ? text : `## ${heading}\n\n${text}`];
  });
  const priority = /^[0-4]$/.exec(asText(values.get('priority')) ?? '')?.[0];
  const minutes = /^\d{1,7}$/.exec(asText(values.get('estimated_minutes')) ?? '')?.[0];
  return {
    title: asText(values.get('title')) ?? id,
    body: body.join('\n\n'),
    labels: (asList(values.get('labels')) ?? []).flatMap((label) => asText(label) ?? []),
    estimate: presentOnly({ durationMs: minutes === undefined ? undefined : Number(minutes) * 60_000 }),
    ...presentOnly({ priority: priority === undefined ? undefined : LOWEST_PRIORITY - Number(priority) }),
  };
}
