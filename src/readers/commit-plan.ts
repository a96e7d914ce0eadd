/** Reads a task's outline: phases and the commits planned in each. Commits are read where code marks them, prose is not guessed at. */
import type { OutlinePhase } from '../core/plan.ts';
import { bulletText, firstCodeSpan, type MarkdownLine, plainText } from './markdown-lines.ts';

const conventional = /^(?:build|chore|ci|docs|feat|fix|perf|refactor|revert|style|test)(?:\([^)]*\))?!?: \S/;

const planNames =
  /^(?:(?:the )?(?:planned )?commits?(?: plan| list| breakdown)?|(?:implementation |development )?phases?|phase\s+\S.*)$/i;

function isCommitPlan(heading: string): boolean {
  const name = plainText(heading);
  // Asked first, because most headings are none.
  return /commit|phase/i.test(name) && planNames.test(name.replace(/:$/, ''));
}

/** Which lines stand in a `## Commit plan`, a `## Phases` or a `## Phase 1: …` section. */
export function linesOfCommitPlans(lines: readonly MarkdownLine[]): boolean[] {
  const isPlanned: boolean[] = [];
  let planLevel = Infinity;
  // By numbers, as in `markdown-lines`.
  for (let index = 0; index < lines.length; index++) {
    const { kind, level, text } = lines[index] as MarkdownLine;
    if (kind === 'heading' && level <= planLevel)
      planLevel = level > 1 && isCommitPlan(text) ? level : Infinity;
    isPlanned.push(planLevel !== Infinity);
  }
  return isPlanned;
}

/**
 * The phases of commit plans; those without a commit are left out.
 * @param isPlanned which lines stand in one
 */
export function readOutline(lines: readonly MarkdownLine[], isPlanned: readonly boolean[]): OutlinePhase[] {
  const phases: OutlinePhase[] = [];
  let heading = '';
  let commits: string[] | undefined;
  // By numbers, as in `markdown-lines`.
  for (let index = 0; index < lines.length; index++) {
    const { kind, text } = lines[index] as MarkdownLine;
    if (kind === 'heading') {
      heading = text;
      commits = undefined;
      continue;
    }
    const commit = isPlanned[index] ? commitOfLine(text) : undefined;
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
