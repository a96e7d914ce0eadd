/** Judges, mention by mention, which tasks named in a prose statement are meant by it. Knows no ids; a roadmap's phases have `dependency-phrase`. */
import { denials, fillers, orders } from './dependency-phrase.ts';

/** What says the opposite under `Dependencies` says the same as the field's name under `Blocks`. */
const blockingWords = new Set(['unblocks', 'blocks', 'enables', 'before']);
/** Right before a task they say that it comes first. */
const needs = new Set('needs need requires require on of from until when task tasks'.split(' '));
/** `Cannot start without T-001`: two denials. */
const mustWait = /\b(?:cannot|can[’']t|not)\b[^.;,]*\b(?:before|without|until)\s*(?:tasks?\s*)?$/i;
/** Behind a task they make it no dependency: `T-002 can run in parallel`. */
const doubts = new Set('can could may might parallel concurrent concurrently optional'.split(' '));
const exceptions = (): RegExp =>
  /\b(?:except(?:ing)?(?:\s+for)?|besides|beyond|other\s+than|apart\s+from)[\s:]+|^[^\p{L}\p{N}]*(?:none|nothing)\s+but\s+/giu;
/** Nobody writes more between two tasks. */
const MAX_GAP = 500;

export interface MentionJudge {
  /**
   * Asked for each mention in order.
   * @param gap the text since the mention before it, or since the statement's start
   * @param behind the text that follows
   */
  counts(gap: string, behind: string): boolean;
}

/** Whether a statement begins with a word such as `None`: what it names behind that is a remark. */
export const beginsWithNothing = (text: string): boolean =>
  /^[^\p{L}\p{N}]*(?:none|nothing|no|n\/a)\b(?![-_.]?\d)/iu.test(text.slice(0, MAX_GAP));

/** Where a statement begins to count: behind the `except` of `None except T-001`; undefined where it says nothing. */
export function countedFrom(text: string, isTaskAt: (start: number) => boolean): number | undefined {
  if (!beginsWithNothing(text)) return 0;
  for (const match of text.slice(0, MAX_GAP).matchAll(exceptions())) {
    const end = match.index + match[0].length;
    if (isTaskAt(end)) return end;
  }
  return undefined;
}

export function mentionJudge({ isBlocking = false } = {}): MentionJudge {
  let [isFirst, isCounting, hasCounted, isEnded] = [true, true, false, false];
  // `the schema T-001, the API T-002` puts words before each.
  let isLabelled = false;
  const denies = (word: string): boolean => denials.has(word) && !(isBlocking && blockingWords.has(word));
  return {
    counts(wholeGap, behind) {
      const gap = wholeGap.slice(-MAX_GAP);
      isEnded ||= hasCounted && /[.!?]\s/.test(gap);
      const near = isFirst ? gap : (gap.split(/[,;&+/|]|\band\b/i).at(-1) ?? '');
      const lead = wordsOf(near);
      const last = lead.at(-1) ?? '';
      const isAsked = needs.has(last) || orders.has(last) || /\bblocked by\W*$/i.test(near);
      const isDenied = lead.some(denies) && !orders.has(last) && !mustWait.test(near);
      const isPlain = lead.every((word) => fillers.has(word));
      if (isDenied) isCounting = false;
      else if (isAsked || mustWait.test(near)) isCounting = true;
      else if (!isFirst && !isPlain && !isLabelled) isCounting = false;
      if (isFirst) isLabelled = !isPlain && !isAsked;
      const isDoubted = wordsOf(/^[^,;.–—]{0,80}/.exec(behind)?.[0] ?? '')
        .slice(0, 3)
        .some((word) => doubts.has(word));
      // Of the first task it is said what may be done beside it.
      if (isDoubted && hasCounted) isCounting = false;
      isFirst = false;
      const counts = isCounting && !isEnded;
      hasCounted ||= counts;
      return counts;
    },
  };
}

const wordsOf = (text: string): string[] => text.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? [];
