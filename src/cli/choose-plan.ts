/** Several plans in one place: asks which one on a terminal, else names the command for each. Reads no plan. */
import { type Problem, type ProblemCode, ProblemError, problem } from '../core/problem.ts';
import type { Evidence } from '../readers/reader.ts';
import { plainText } from '../view/plain-text.ts';
import type { Terminal } from './terminal.ts';
import { shellWord } from './wrapped-text.ts';

/** Commands and choices that are listed; more are counted. */
const MAX_LISTED = 20;
const AMBIGUOUS: ProblemCode = 'ambiguous-format';

/** Asks until one is named; only on an interactive terminal. @throws ProblemError when the answer is none of them */
export async function askForPlan(candidates: readonly Evidence[], terminal: Terminal): Promise<Evidence> {
  const listed = candidates.slice(0, MAX_LISTED);
  terminal.remark(`There are ${candidates.length} plans:`);
  for (const [index, { path, format, found }] of listed.entries())
    terminal.remark(
      `  ${String(index + 1).padStart(2)}  ${plainText(path)}  (${format}: ${plainText(found)})`,
    );
  if (listed.length < candidates.length)
    terminal.remark(`      … and ${candidates.length - listed.length} more; name one of those`);
  const answer = (await terminal.askText(`Which one? [1-${listed.length}]`)).trim();
  const chosen = /^\d{1,3}$/.test(answer) ? listed[Number(answer) - 1] : undefined;
  if (chosen !== undefined) return chosen;
  const fix = `Answer with a number from 1 to ${listed.length}, or name the plan.`;
  throw new ProblemError([problem('usage', `"${answer}" is none of the plans`, fix)]);
}

/** Lists the command that reads each of the candidates, and says so in the problem. */
export function listCommands(
  problems: readonly Problem[],
  candidates: readonly Evidence[],
  command: string,
  terminal: Terminal,
): readonly Problem[] {
  const commands = commandsFor(candidates, command);
  terminal.remark(`Name the plan you mean:\n${commands.map((line) => `  ${line}`).join('\n')}`);
  if (candidates.length > commands.length)
    terminal.remark(`  … and ${candidates.length - commands.length} more`);
  return withFix(problems, 'Run one of the commands above.');
}

/** For who reads JSON: one command as a pattern; the document lists all plans. */
export function exampleCommand(
  problems: readonly Problem[],
  candidates: readonly Evidence[],
  command: string,
): readonly Problem[] {
  return withFix(problems, `Name one of them: \`${commandsFor(candidates, command)[0]}\`.`);
}

const commandsFor = (candidates: readonly Evidence[], command: string): string[] =>
  candidates
    .slice(0, MAX_LISTED)
    .map(({ path, format }) => `tutti ${command} ${shellWord(path)} --format ${format}`);

const withFix = (problems: readonly Problem[], fix: string): readonly Problem[] =>
  problems.map((found) => (found.code === AMBIGUOUS ? { ...found, fix } : found));
