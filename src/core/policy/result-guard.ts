/** Refuses results that no gate would catch: empty ones, conflict markers, work done elsewhere. */
import type { Failure } from '../failure.ts';
import type { Commit } from '../plan.ts';

/** What is known of a finished session's work. */
export interface ResultFacts {
  readonly changed: boolean;
  readonly conflictMarkers: readonly string[];
  readonly unresolved?: { readonly files: readonly string[]; readonly kept: Commit };
  readonly strayed?: string;
  readonly exitCode: number | null;
  /** The end of the agent's output. */
  readonly tail: string;
}

/** The failure a result amounts to, or undefined when it may be verified. */
export function guardResult(facts: ResultFacts, allowEmpty: boolean, branch: string): Failure | undefined {
  if (facts.unresolved !== undefined) return unresolvedFailure(facts.unresolved);
  if (facts.conflictMarkers.length > 0) {
    return {
      reason: 'conflict-markers',
      message: `Conflict markers are left at ${facts.conflictMarkers[0]}.`,
      feedback: `Your result contains conflict markers:\n${facts.conflictMarkers.join('\n')}\nResolve them: keep what both sides meant.`,
    };
  }
  if (facts.changed) return undefined;
  if (facts.strayed !== undefined) {
    return {
      reason: 'left-workspace',
      message: `The agent left its branch (${facts.strayed}).`,
      feedback: `Your work was not on branch ${branch}: the folder was left at ${facts.strayed}. Work on ${branch}, in this folder only.`,
    };
  }
  if (allowEmpty) return undefined;
  if (facts.exitCode !== 0 && facts.exitCode !== null) {
    return {
      reason: 'agent-failed',
      message: `The agent ended with code ${facts.exitCode} and changed nothing${lastWords(facts.tail)}.`,
      feedback: `The last session ended with code ${facts.exitCode}:\n${facts.tail}`,
    };
  }
  return {
    reason: 'empty-result',
    message: 'The agent changed nothing.',
    feedback:
      'The last session changed no file. If the task is done already, say where; otherwise make the change.',
  };
}

/** The last line that the agent wrote: mostly the reason. */
function lastWords(tail: string): string {
  const line = tail.trim().split('\n').at(-1)?.trim().replace(/\.$/, '') ?? '';
  return line === '' ? '' : `; its last words: ${line.slice(0, 200)}`;
}

function unresolvedFailure({ files, kept }: NonNullable<ResultFacts['unresolved']>): Failure {
  const feedback = [
    `The last session left these conflicts as they were:\n${files.join('\n')}`,
    'They have no markers: such a file is binary, or was deleted or renamed on one side. Choose the content that each of them is to have, then `git add` it, also when the file is right as it stands; `git rm` one that is to go.',
    `The merge has been begun anew. What the last session made of the other files can be taken over from there: git checkout ${kept.slice(0, 12)} -- FILE`,
  ].join('\n\n');
  const named = `${files.slice(0, 3).join(', ')}${files.length > 3 ? ' and others' : ''}`;
  return { reason: 'merge-conflict', message: `Conflicts are left unresolved in ${named}.`, feedback, files };
}
