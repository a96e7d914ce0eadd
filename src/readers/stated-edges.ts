/** What the dependency fields of a task file say: edges, and what in them is unclear. */
import { type Location, taskId } from '../core/plan.ts';
import { type Problem, problem } from '../core/problem.ts';
import { beginsWithNothing } from './counted-mentions.ts';
import { type IdFamily, type IdStatement, isNone } from './id-family.ts';
import type { Statement } from './task-file.ts';

export type DependencyField = 'dependencies' | 'blocks';

export interface Edge {
  readonly task: string;
  readonly dependency: string;
  readonly location: Location;
}

/** One field of one task, with all that is said under it. */
export interface StatedField {
  readonly id: string;
  readonly file: string;
  readonly field: DependencyField;
  readonly statements: readonly Statement[];
  readonly family: IdFamily;
}

type ReadStatement = IdStatement & { readonly statement: Statement };

export function statedEdges(of: StatedField): {
  readonly edges: readonly Edge[];
  readonly problems: readonly Problem[];
} {
  const edges: Edge[] = [];
  const uncountedIn: ReadStatement[] = [];
  of.statements.forEach((statement) => {
    const { text, structured, line } = statement;
    const location = { file: of.file, line };
    const add = (other: string): void => void edges.push(edgeOf(of, other, location));
    if (structured) {
      of.family.idsOf(text, of.id).forEach(add);
      return;
    }
    const read = of.family.read(text, { isBlocking: of.field === 'blocks' });
    read.ids.forEach(add);
    if (read.remarked.length + read.leftover.length > 0) uncountedIn.push({ ...read, statement });
  });
  if (uncountedIn.length === 0) return { edges, problems: edges.length === 0 ? unclear(of) : [] };
  const named = new Set([
    of.id,
    ...edges.map(({ task, dependency }) => (of.field === 'blocks' ? task : dependency)),
  ]);
  const remarks = uncountedIn.flatMap((read) => uncounted(of, read, named));
  return { edges, problems: edges.length === 0 && remarks.length === 0 ? unclear(of) : remarks };
}

const edgeOf = ({ id, field }: StatedField, other: string, location: Location): Edge =>
  field === 'blocks' ? { task: other, dependency: id, location } : { task: id, dependency: other, location };

/** Tasks that a statement names without meaning them, and numbers that are nobody's. */
function uncounted(
  of: StatedField,
  { statement: { text, line }, remarked, leftover }: ReadStatement,
  named: ReadonlySet<string>,
): Problem[] {
  const only = remarked.filter((other) => !named.has(other));
  const tell = (names: readonly string[], message: string, severity: 'info' | 'warning'): Problem[] =>
    names.length === 0
      ? []
      : [unclearAt(of, line, message, 'Write only ids, with commas between them.', severity)];
  const first = (names: readonly string[]): string => names.slice(0, 5).join(', ');
  return [
    ...tell(only, `${quoted(text)} only mentions ${first(only)}; no dependency is read from it`, 'info'),
    ...tell(leftover, `${first(leftover)} in ${quoted(text)} is no id of a task and is not read`, 'warning'),
  ];
}

/** A field that says something, but names no task: perhaps an order that nobody will keep. */
function unclear(of: StatedField): Problem[] {
  const puzzling = of.statements.find(
    ({ text, certain }) => certain && !isNone(text) && !beginsWithNothing(text) && /[\p{L}\p{N}]/u.test(text),
  );
  if (puzzling === undefined) return [];
  const message = `nothing in ${quoted(puzzling.text)} is the id of a task; no dependency is read from it`;
  const fix = `Write ids under ${of.field === 'blocks' ? 'Blocks' : 'Dependencies'}, or None.`;
  return [unclearAt(of, puzzling.line, message, fix, 'warning')];
}

const unclearAt = (
  { id, file }: StatedField,
  line: number,
  message: string,
  fix: string,
  severity: Problem['severity'],
): Problem =>
  problem('unclear-dependency', `${id}: ${message}`, fix, {
    location: { file, line },
    tasks: [taskId(id)],
    severity,
  });

const quoted = (text: string): string => `"${text.slice(0, 80)}"`;
