/** What a run is expected to take, said before it starts: time, tokens and cost, and where the estimates come from. */
import { roughDuration } from '../core/duration.ts';
import { DEFAULT_RESERVATION, type TaskEstimate } from '../core/estimate.ts';
import type { Event } from '../core/event.ts';
import { forecast } from '../core/forecast/forecast.ts';
import { expectedFailureRate } from '../core/forecast/remaining-work.ts';
import { forecastSpending, type Quantiles } from '../core/forecast/spending.ts';
import { createRun, reduce } from '../core/reduce.ts';
import { isSettled, type RunState, taskAt } from '../core/run-state.ts';
import { roughTokens } from '../core/tokens.ts';
import { failureNote, originText, priceNote } from './assumption-text.ts';
import { firstEvents, type RunDraft } from './prepare-run.ts';

/** Enough for a first look. What single tasks take evens out: the more there are, the fewer samples say the same. */
const MOST_SAMPLES = 500;
const LEAST_SAMPLES = 5;
const samplesFor = (tasks: number): number =>
  Math.max(LEAST_SAMPLES, Math.min(MOST_SAMPLES, Math.floor(4_000_000 / tasks ** 2)));

/** Lines of text; none when nothing is left to do. */
export function expectationText(draft: RunDraft): string[] {
  const state = stateAtStart(draft);
  const left = state.estimates.filter((_, position) => !isSettled(taskAt(state, position).status));
  if (left.length === 0) return [];
  const samples = samplesFor(left.length);
  const time = forecast(state, 0, { samples });
  const parts = [
    ...(time === undefined ? [] : [`${range(roughDuration, { p50: time.p50Ms, p90: time.p90Ms })}`]),
    ...spendingText(state, left),
  ];
  return [
    `  estimates: ${originText(left)}`,
    `  expected${time?.rough === true ? ', roughly' : ''} (P50–P90): ${parts.join(' · ')}`,
    ...assumptions(draft, state),
  ];
}

/** What an amount rests on that nobody has stated; the words of `simulate`. */
function assumptions({ plan, settings, estimates }: RunDraft, state: RunState): string[] {
  const open = plan.tasks.map((task, position) =>
    isSettled(taskAt(state, position).status) ? { ...task, status: 'done' as const } : task,
  );
  const failures = failureNote(expectedFailureRate(settings.retries));
  const price = priceNote({ tasks: open }, estimates, settings);
  return [
    ...(failures === undefined ? [] : [`  note: ${failures}.`]),
    ...(price === undefined ? [] : [`  note: ${price}`]),
  ];
}

function stateAtStart(draft: RunDraft): RunState {
  const { created, facts } = firstEvents(draft);
  const state = createRun({ seq: 1, at: 0, ...created });
  for (const body of facts) reduce(state, { seq: state.record.seq + 1, at: 0, ...body } as Event);
  return state;
}

/** Nobody should take what is set aside for an unknown session for what it costs. */
function spendingText(state: RunState, left: readonly TaskEstimate[]): string[] {
  const { tokens, costUsd } = forecastSpending(state);
  if (tokens.p90 === 0) return ['no tokens'];
  const amounts = `${range(roughTokens, tokens)} tokens · ${range((usd) => `$${usd.toFixed(2)}`, costUsd)}`;
  const isUnknown = left.every((each) => each.tokens === DEFAULT_RESERVATION || each.tokens === 0);
  return [isUnknown ? `${amounts} if a session uses ${roughTokens(DEFAULT_RESERVATION)} tokens` : amounts];
}

function range(text: (value: number) => string, { p50, p90 }: Quantiles): string {
  const [least, most] = [text(p50), text(p90)];
  return least === most ? least : `${least}–${most}`;
}
