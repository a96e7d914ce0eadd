/** Reads a task's outline: phases and the commits planned in each. Commits are read where code marks them, prose is not guessed at. */
import type { OutlinePhase } from '../core/plan.ts';
import { bulletText, firstCodeSpan, type MarkdownLine, plainText } from './markdown-lines.ts';
import { isCommitPlan } from './prose-fields.ts';

const conventional = /^(?:build|chore|ci|docs|feat|fix|perf|refactor|revert|style|test)(?:\([^)]*\))?!?: \S/;

/** Phases of a `## Commit plan`, a `## Phases`, or of `## Phase 1: …` sections; those without a commit are left out. */
export function readOutline(lines: readonly MarkdownLine[]): OutlinePhase[] {
  const phases: OutlinePhase[] = [];
  let planLevel = Infinity;
  let heading = '';
  let commits: string[] | undefined;
  // By numbers, as in `markdown-lines`.
  for (let index = 0; index < lines.length; index++) {
    const { kind, level, text } = lines[index] as MarkdownLine;
    if (kind === 'heading') {
      if (level <= planLevel) planLevel = level > 1 && isCommitPlan(text) ? level : Infinity;
      heading = text;
      commits = undefined;
      continue;
    }
    const commit = planLevel === Infinity ? undefined : commitOfLine(text);
    if (commit === undefined) continue;
    if (commits === undefined) {
      commits = [];
      phases.push({ phase: phaseName(heading), commits });
    }
    commits.push(commit);
  }
  return phases;
}

/** `Phase 1: Foundation` is called Foundation; other headings are names already. */
function phaseName(heading: string): string {
  const text = plainText(heading);
  return /^phase\s+[\w.]+\s*(?:[:.)–—-]+)\s*(\S.*)$/i.exec(text)?.[1] ?? text;
}

/** `- [ ] Commit 1: \`feat: x\``: the code span; without one, only what says itself that it is a commit. */
function commitOfLine(line: string): string | undefined {
  const item = bulletText(line);
  if (item === undefined) return undefined;
  const span = firstCodeSpan(item);
  if (span !== undefined && span !== '') return span;
  const text = plainText(item);
  const numbered = /^commit\s+\d+\s*[:.)–—-]\s*(\S.*)$/i.exec(text)?.[1];
  return numbered ?? (conventional.test(text) ? text : undefined);
}
