/** What the rest of a run uses of tokens and money: P50 and P90. By formula: sums of many log-normal amounts are nearly log-normal. */
import { P90_DEVIATIONS } from '../estimates/calibration.ts';
import { isSettled, type RunState } from '../run-state.ts';
import { repairProbability } from './remaining-work.ts';

export interface Quantiles {
  readonly p50: number;
  readonly p90: number;
}

export interface SpendingForecast {
  readonly tokens: Quantiles;
  readonly costUsd: Quantiles;
}

/** Sessions that a task may need, and how uncertain their number is. */
interface Sessions {
  readonly mean: number;
  readonly variance: number;
}

/** Tasks that are left, as if none had used anything yet: for the time before the start. */
export function forecastSpending(state: RunState): SpendingForecast {
  const tokens = openSum();
  const costUsd = openSum();
  const probability = repairProbability(state.tasks);
  for (const [position, { status, charged, chargedLimit }] of state.tasks.entries()) {
    const estimate = state.estimates[position];
    if (isSettled(status) || estimate === undefined) continue;
    const sessions = sessionsOf(probability, chargedLimit - charged);
    tokens.add(estimate.tokens, estimate.spread, sessions);
    costUsd.add(estimate.costUsd, estimate.spread, sessions);
  }
  return { tokens: tokens.quantiles(), costUsd: costUsd.quantiles() };
}

/** A session follows on another with this probability, up to a number. */
function sessionsOf(probability: number, most: number): Sessions {
  let [mean, square] = [0, 0];
  let reached = 1;
  for (let count = 1; count <= most && reached > 1e-6; count++) {
    mean += reached;
    square += reached * (2 * count - 1);
    reached *= probability;
  }
  return { mean, variance: square - mean ** 2 };
}

/** The sum of random numbers of log-normal amounts, as one log-normal with the same mean and variance (Fenton 1960). */
function openSum() {
  let [mean, variance] = [0, 0];
  return {
    add(median: number, spread: number, sessions: Sessions): void {
      const one = median * Math.exp(spread ** 2 / 2);
      mean += sessions.mean * one;
      variance += sessions.mean * one ** 2 * Math.expm1(spread ** 2) + sessions.variance * one ** 2;
    },
    quantiles(): Quantiles {
      if (mean === 0) return { p50: 0, p90: 0 };
      const square = Math.log1p(variance / mean ** 2);
      const p50 = mean * Math.exp(-square / 2);
      return { p50, p90: p50 * Math.exp(P90_DEVIATIONS * Math.sqrt(square)) };
    },
  };
}
