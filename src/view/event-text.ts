/** One line of text per event, for piped output, logs and stories. Texts of tasks and agents come out without control characters. */

import { roughDuration } from '../core/duration.ts';
import type { BudgetNarrowed, Event } from '../core/event.ts';
import { positionOf, type RunState, taskAt } from '../core/run-state.ts';
import type { Spending } from '../core/settings.ts';
import { roughTokens } from '../core/tokens.ts';
import { plainText } from './plain-text.ts';

/** Says what happened, or undefined for what only machines need. `state` is the state after the event. */
export function describeEvent(event: Event, state: RunState): string | undefined {
  const text = describe(event, state);
  return text === undefined ? undefined : plainText(text);
}

function describe(event: Event, state: RunState): string | undefined {
  switch (event.type) {
    case 'run-created':
      return `run ${event.run}: ${event.plan.tasks.length} tasks of ${event.plan.name} onto ${event.settings.target}`;
    case 'engine-started':
      return `engine ${event.version} started (pid ${event.pid})`;
    case 'task-skipped':
      return `${event.task} skipped: ${event.because === 'in-target' ? `already in the target (${short(event.commit)})` : 'done in the plan'}`;
    case 'baseline-started':
      return `gate: trying ${plural(state.settings.gate.length, 'step')} on the base ${short(state.settings.base)}`;
    case 'baseline-recorded':
      return baselineText(event);
    case 'baseline-interrupted':
      return 'gate: the trial on the base was broken off';
    case 'step-turned-green':
      return `gate: "${event.step}" passes on the target now and counts from here on`;
    case 'fault-raised':
      return `FAULT ${event.code}: ${sentence(event.message)} ${sentence(event.fix)}`;
    case 'clock-jumped':
      return `the clock jumped by ${roughDuration(event.gapMs)}; all deadlines moved with it`;
    case 'ref-restored':
      return `${event.ref} was moved by somebody else: put back to ${short(event.to)}${event.quarantine === null ? '' : `, kept as ${event.quarantine}`}`;
    case 'foreign-change-seen':
      return `seen, not touched: ${event.what}`;
    case 'target-adopted':
      return `the target had moved forward to ${short(event.commit)}; going on from there`;
    case 'run-paused':
      return `paused: ${event.reason}`;
    case 'run-ended':
      return `ended: ${event.outcome === 'all-done' ? 'all done' : 'not everything is done'}`;
    case 'run-landed':
      return event.refused === undefined
        ? `landed on ${event.branch} (${short(event.commit)})`
        : `not landed on ${event.branch}: ${event.refused}`;
    case 'order-found':
      return `order: ${roughDuration(event.makespanMs)} on average, ${roughDuration(event.beforeMs)} before`;
    case 'budget-crossed':
      return `budget: the ${event.percent} % mark is passed: ${amount(event.unit, event.used)} of ${amount(event.unit, event.limit)} ${event.unit === 'tokens' ? 'tokens ' : ''}(${Math.floor((100 * event.used) / event.limit)} %)`;
    case 'budget-narrowed':
      return `budget: too little is left to start ${event.task} beside what runs (it needs ${spendingText(event.needs, event.left)}): on ${event.sequential === true ? 'with one after the other' : 'with fewer at once'}`;
    case 'agent-limited':
      return limitedText(event);
    case 'pause-advised':
      return `advice: \`tutti pause ${event.task}\` would let ${event.waiting} short tasks through; it takes about ${roughDuration(event.leftMs)} still`;
    case 'pause-requested':
      if (event.task !== undefined) return `pause requested: ${event.task}; its work stays on its branch`;
      return 'pause requested: nothing new starts, what runs finishes';
    case 'stop-requested':
      return 'stop requested: cancelling what runs, its work stays on its branches';
    case 'resume-requested':
      return event.task === undefined ? 'resume requested' : `resume requested: ${event.task}`;
    case 'cancel-requested':
      return `cancel requested: ${event.task ?? 'the whole run'}${event.satisfied ? ' (its dependents go on)' : ''}`;
    case 'retry-requested':
      return `retry requested: ${event.task}${event.fresh ? ' from scratch' : ''}`;
    case 'resolve-requested':
      return `resolve requested: ${event.task}${event.commit ? ` by ${short(event.commit)}` : ''}`;
    case 'budget-requested':
      return `budget: ${[...limitText('tokens', event.tokens), ...limitText('cost', event.costUsd)].join(', ')}`;
    case 'slots-requested':
      return `slots: ${event.slots}`;
    case 'attempt-started':
      return `${event.task} started: attempt ${event.attempt} (${event.kind}) with ${event.agent}${event.model === undefined ? '' : ` (${event.model})`} in slot ${event.slot}`;
    case 'workspace-prepared':
    case 'agent-launched':
    case 'session-opened':
    case 'usage-reported':
    case 'workspace-keep-started':
      return undefined;
    case 'verification-started':
      return `${event.task} verifying ${short(event.commit)} (${plural(event.commits, 'commit')})`;
    case 'attempt-succeeded':
      return `${event.task} passed${event.commit === null ? '' : ` at ${short(event.commit)}`}`;
    case 'attempt-failed':
      if (event.failure.reason === 'cancelled')
        return `${event.task} cancelled: its work is on its branch${overrunText(state, event.task)}`;
      return `${event.task} failed: ${event.failure.message}${consequence(state, event.task)}`;
    case 'attempt-cancelling':
      return `${event.task} cancelling: ${event.because}`;
    case 'attempt-recovered':
      return `${event.task} ${recoveryWords[event.action]}: ${event.detail}${consequence(state, event.task)}`;
    case 'workspace-kept':
      return `${event.task} can be mended in ${event.path}`;
    case 'workspace-keep-failed':
      return `${event.task} has no worktree to be mended in: ${event.message}`;
    case 'integration-started':
      return `${event.task} merging onto ${short(event.onto)}`;
    case 'task-integrated':
      return `${event.task} done: merged as ${short(event.commit)}`;
    case 'integration-failed':
      return `${event.task} not merged: ${event.failure.message}${consequence(state, event.task)}`;
    case 'integration-interrupted':
      return `${event.task} merge broken off; its turn comes again`;
    case 'integration-recovered':
      return `${event.task} merge ${event.action === 'kept' ? 'kept' : 'starts again'}: ${event.detail}`;
  }
}

function limitedText({
  agent,
  limit,
  until,
  because,
  at,
}: Extract<Event, { type: 'agent-limited' }>): string {
  const pause = until === undefined ? '' : `; nothing is launched on it for ${roughDuration(until - at)}`;
  const most = limit === null ? 'as many sessions as there are slots' : `at most ${plural(limit, 'session')}`;
  if (because === 'quiet') return `${agent}: its service has been quiet: ${most} from now on`;
  if (because === 'quota') return `${agent}: its quota is used up${pause}; the run goes on by itself`;
  return `${agent}: its service has too much to do: ${most}${pause}`;
}

/** A session that was stopped for using too much counts. */
function overrunText(state: RunState, task: Parameters<typeof positionOf>[1]): string {
  const { failure } = taskAt(state, positionOf(state, task));
  return failure?.reason === 'overrun' ? consequence(state, task) : '';
}

const recoveryWords = {
  continued: 'continued',
  'started-again': 'starts again',
  'needs-you': 'needs you',
} as const;

const amount = (unit: 'tokens' | 'cost', value: number): string =>
  unit === 'tokens' ? roughTokens(value) : `$${value.toFixed(2)}`;

/** What is needed and left, in the unit in which it does not fit. */
function spendingText(needs: Spending, left: BudgetNarrowed['left']): string {
  if (left.tokens !== null && needs.tokens > left.tokens)
    return `${amount('tokens', needs.tokens)} tokens, ${amount('tokens', left.tokens)} are free`;
  return `${amount('cost', needs.costUsd)}, ${amount('cost', left.costUsd ?? 0)} is free`;
}

const limitText = (unit: 'tokens' | 'cost', limit: number | null | undefined): string[] =>
  limit === undefined ? [] : [limit === null ? `no limit of ${unit}` : amount(unit, limit)];

const short = (commit: string | null | undefined): string => (commit ?? 'nothing').slice(0, 10);

export const plural = (count: number, word: string): string => `${count} ${word}${count === 1 ? '' : 's'}`;

/** Faults come from everywhere; on the screen each part is a sentence. */
const sentence = (text: string): string =>
  `${text.slice(0, 1).toUpperCase()}${text.slice(1)}${/[.!?:]$/.test(text) ? '' : '.'}`;

function baselineText({ steps }: Extract<Event, { type: 'baseline-recorded' }>): string {
  const red = steps.filter(({ verdict }) => verdict !== 'passed');
  if (red.length === 0)
    return `gate: ${plural(steps.length, 'step')} ${steps.length === 1 ? 'passes' : 'pass'} on the base`;
  const list = red.map(({ name, exitCode, output }) => {
    const said = lastLines(output);
    return `"${name}" (${exitCode === null ? 'timed out' : `code ${exitCode}`}${said === '' ? '' : `: ${said}`})`;
  });
  return `gate: red on the base and not counted until it first passes on the target: ${list.join(', ')}. Mend it now if it should pass.`;
}

/** The end of a step's output on one line, without what package managers say about their own logs. */
function lastLines(output: string): string {
  const lines = output
    .split('\n')
    .map((line) => line.trim())
    .filter(
      (line) =>
        line !== '' && !/complete log of this run|^npm error (Lifecycle script|code|path|command)/.test(line),
    );
  return lines.slice(-3).join(' | ');
}

/** What a failure led to, as far as people have to know. What comes after it in its group may have happened already. */
function consequence(state: RunState, task: Parameters<typeof positionOf>[1]): string {
  const { status, next, charged, chargedLimit } = taskAt(state, positionOf(state, task));
  if (status === 'needs-attention' || status === 'needs-review') {
    const { counts } = state.index;
    const others = counts.waiting + counts.ready + counts.running + counts.verifying + counts.integrating;
    const rest =
      others === 0
        ? 'Nothing else can go on.'
        : `${plural(others, 'other task')} continue${others === 1 ? 's' : ''}.`;
    return ` — ${task} needs manual intervention. ${rest}`;
  }
  if (status !== 'ready' && status !== 'running') return '';
  return ` — again (${next.kind}, ${charged} of ${chargedLimit} sessions used)`;
}
