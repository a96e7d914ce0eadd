/** Reads the user's template of prompts and says what is wrong with it. What it means is in `core/prompt-template`. */
import { readFileSync, statSync } from 'node:fs';
import { relative } from 'node:path';
import { type Problem, problem } from '../core/problem.ts';
import { templateProblems } from '../core/prompt-template.ts';

/** It becomes part of the journal, once for each run. */
const LARGEST_BYTES = 64 * 1024;

export interface PromptTemplate {
  /** Undefined when there is none, or it cannot be used. */
  readonly template: string | undefined;
  readonly problems: readonly Problem[];
}

/** @param file absolute; undefined when the user has no template. @param cwd from where its path is told */
export function readPromptTemplate(file: string | undefined, cwd: string): PromptTemplate {
  if (file === undefined) return { template: undefined, problems: [] };
  const fromHere = relative(cwd, file);
  const shownAs = fromHere.startsWith('..') ? file : fromHere;
  try {
    const template = readBounded(file)
      .replace(/^\uFEFF/, '')
      .replaceAll('\r\n', '\n');
    return { template, problems: templateProblems(template, shownAs) };
  } catch (error) {
    const fix = `Let \`prompt\` in tutti.yaml name a text file of at most ${LARGEST_BYTES / 1024} KB, or unset it.`;
    const message = `The prompt template ${shownAs} cannot be read: ${(error as Error).message}`;
    return {
      template: undefined,
      problems: [problem('unreadable', message, fix, { location: { file: shownAs } })],
    };
  }
}

/** @throws Error when it is no text file of a bearable size */
function readBounded(file: string): string {
  const about = statSync(file);
  if (!about.isFile()) throw new Error('it is no file');
  if (about.size > LARGEST_BYTES) throw new Error(`it is larger than ${LARGEST_BYTES / 1024} KB`);
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(readFileSync(file));
  } catch (error) {
    throw error instanceof TypeError ? new Error('it is not UTF-8') : error;
  }
}
