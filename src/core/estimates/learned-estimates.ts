/** Estimates that learn: the plan's word first, then what earlier attempts here took, then planned commits (docs/guide/estimates.md). */
import type { TaskEstimate } from '../estimate.ts';
import { plannedCommits, type Task } from '../plan.ts';
import { type AttemptRecord, isMeasurement } from './attempt-record.ts';
import { type Belief, isBiased, judged, type Measurement, updated, weightedMedian } from './belief.ts';

export interface EstimatedTask {
  readonly task: Task;
  readonly agent: string;
  /** What is expected of it when nothing is learned. */
  readonly prior: TaskEstimate;
}

/** What the guess for an agent nobody has seen at work is worth, in attempts: it is soon overruled. */
const PRIOR_WORTH = 2;
/** What the agent's other work says about a module, in attempts. */
const AGENT_WORTH = 4;
/** So many attempts of an agent make an estimate one that comes from history. */
const LEAST_ATTEMPTS = 3;
/** So many attempts have to contradict a plan's estimates before they are corrected. */
const LEAST_TO_CORRECT = 8;

/** What is known of one agent. */
interface Experience {
  readonly all: readonly AttemptRecord[];
  readonly byModule: ReadonlyMap<string, readonly AttemptRecord[]>;
  /** Real over stated duration, as logarithms, where the plan stated one. */
  readonly stated: readonly Measurement[];
  /** What a token cost, as a logarithm, and how many sessions say so. */
  readonly paid: Measurement;
  /** Beliefs that have been formed, by what they are about. */
  readonly known: Map<string, Belief>;
}

/**
 * What each task is expected to take, in the order of the tasks. Attempts of other agents say nothing: they differ by
 * orders of magnitude. Costs O(tasks + kinds of tasks · history · log).
 */
export function learnEstimates(
  tasks: readonly EstimatedTask[],
  history: readonly AttemptRecord[],
): TaskEstimate[] {
  const experience = experienceByAgent(history);
  return tasks.map((task) => {
    const agent = experience.get(task.agent);
    return agent === undefined ? task.prior : learned(task, agent);
  });
}

function experienceByAgent(history: readonly AttemptRecord[]): ReadonlyMap<string, Experience> {
  const byAgent = groupBy(history.filter(isMeasurement), ({ agent }) => agent);
  return new Map(
    [...byAgent].map(([agent, all]) => [
      agent,
      {
        all,
        byModule: groupBy(all, ({ module }) => module ?? ''),
        stated: statedRatios(all),
        paid: paidPerToken(all),
        known: new Map(),
      },
    ]),
  );
}

function groupBy(
  records: readonly AttemptRecord[],
  keyOf: (record: AttemptRecord) => string,
): ReadonlyMap<string, readonly AttemptRecord[]> {
  const groups = new Map<string, AttemptRecord[]>();
  for (const record of records) {
    const group = groups.get(keyOf(record));
    if (group) group.push(record);
    else groups.set(keyOf(record), [record]);
  }
  return groups;
}

function learned({ task, prior }: EstimatedTask, agent: Experience): TaskEstimate {
  const isStated = task.estimate.durationMs !== undefined;
  const duration = isStated ? statedDuration(prior, agent) : similarDuration(task, prior, agent);
  const tokens =
    task.estimate.tokens === undefined && prior.tokens > 0
      ? Math.round(prior.tokens * Math.exp(similarTokens(task, prior, agent).center))
      : prior.tokens;
  const from = !isStated && agent.all.length >= LEAST_ATTEMPTS ? 'history' : prior.from;
  const isCorrected = from !== 'history' && duration.center !== 0;
  return {
    durationMs: prior.durationMs * Math.exp(duration.center),
    spread: duration.spread,
    tokens,
    costUsd: tokens * costPerToken(prior, agent),
    from,
    ...(isCorrected ? { correctedBy: (isStated ? agent.stated : agent.all).length } : {}),
  };
}

/** A plan's estimate stands, and history says how far off such estimates are; they are corrected only when they are off for certain. */
function statedDuration({ spread }: TaskEstimate, agent: Experience): Belief {
  return remembered(agent, 'stated', () => {
    const before = { center: 0, spread };
    return isBiased(agent.stated, LEAST_TO_CORRECT)
      ? updated(before, agent.stated, AGENT_WORTH)
      : judged(before, agent.stated, AGENT_WORTH);
  });
}

const statedRatios = (records: readonly AttemptRecord[]): Measurement[] =>
  records.flatMap(({ durationMs, statedMs }) =>
    statedMs === null || statedMs <= 0 ? [] : [{ value: Math.log(durationMs / statedMs), weight: 1 }],
  );

/** Relative to the prior's duration. */
function similarDuration(task: Task, prior: TaskEstimate, agent: Experience): Belief {
  const commits = plannedCommits(task);
  const before = { center: 0, spread: prior.spread };
  return fromSimilar(`duration ${commits} ${prior.durationMs}`, before, task, agent, (record) => {
    const isScaled = commits > 0 && record.commits > 0;
    const expected = isScaled ? (prior.durationMs * record.commits) / commits : prior.durationMs;
    return [Math.log(record.durationMs / expected)];
  });
}

/** Relative to the prior's tokens. */
function similarTokens(task: Task, prior: TaskEstimate, agent: Experience): Belief {
  const before = { center: 0, spread: prior.spread };
  return fromSimilar(`tokens ${plannedCommits(task)} ${prior.tokens}`, before, task, agent, ({ tokens }) =>
    tokens > 0 ? [Math.log(tokens / prior.tokens)] : [],
  );
}

/** First what the agent's attempts say, then those in the same module; a module that was never worked on says nothing. */
function fromSimilar(
  about: string,
  before: Belief,
  task: Task,
  agent: Experience,
  valuesOf: (record: AttemptRecord) => readonly number[],
): Belief {
  const commits = plannedCommits(task);
  const measure = (records: readonly AttemptRecord[]): Measurement[] =>
    records.flatMap((record) =>
      valuesOf(record).map((value) => ({ value, weight: likeness(commits, record.commits) })),
    );
  const general = remembered(agent, about, () => updated(before, measure(agent.all), PRIOR_WORTH));
  const records = task.module === undefined ? undefined : agent.byModule.get(task.module);
  if (records === undefined) return general;
  return remembered(agent, `${about} in ${task.module}`, () =>
    updated(general, measure(records), AGENT_WORTH),
  );
}

/** Many tasks are alike: each question is answered once. */
function remembered({ known }: Experience, about: string, form: () => Belief): Belief {
  const belief = known.get(about) ?? form();
  known.set(about, belief);
  return belief;
}

/** How much an attempt on a task of one size says about another; half as much where one size is not known. */
function likeness(commits: number, others: number): number {
  if (commits === 0 || others === 0) return commits === others ? 1 : 0.5;
  return 1 / (1 + Math.abs(Math.log2(others / commits)));
}

/** US dollars per token: by the price, corrected by what the agent's sessions really cost. */
function costPerToken({ tokens, costUsd }: TaskEstimate, agent: Experience): number {
  if (tokens === 0) return 0;
  const price = costUsd / tokens;
  const { value, weight } = agent.paid;
  if (weight === 0) return price;
  if (price === 0) return Math.exp(value);
  return Math.exp(updated({ center: Math.log(price), spread: 0 }, [{ value, weight }], PRIOR_WORTH).center);
}

/** The median of what sessions paid for a token (its logarithm), with the weight of their number. */
function paidPerToken(records: readonly AttemptRecord[]): Measurement {
  const paid = records.filter(({ tokens, costUsd }) => tokens > 0 && costUsd > 0);
  const logs = paid.map(({ tokens, costUsd }) => ({ value: Math.log(costUsd / tokens), weight: 1 }));
  return { value: weightedMedian(logs), weight: paid.length };
}

/**
 * When a run's own attempts overrule its estimates, and what the estimates are worth then, both in attempts. Attempts
 * that have ended are the shorter ones of those that have started: only a clear contradiction counts, but that counts in full.
 */
const overruling = {
  plan: { least: LEAST_TO_CORRECT, worth: 2 },
  history: { least: LEAST_TO_CORRECT, worth: 2 },
  commits: { least: LEAST_ATTEMPTS, worth: 0.5 },
  default: { least: LEAST_ATTEMPTS, worth: 0.5 },
} as const;
const CLEARLY_OFF = Math.log(1.5);

/** Corrects the estimates of a run that goes on by what its own attempts took. */
export interface Correction {
  /** As a belief relative to the estimate. @param agent of the next attempt */
  of(estimate: TaskEstimate, agent: string): Belief;
  /** Whether this run has shown enough of an agent. */
  isKnown(agent: string): boolean;
}

/** @param records attempts of this run, with its own estimates */
export function correctionBy(records: readonly AttemptRecord[]): Correction {
  const ratios = new Map<string, Measurement[]>();
  for (const record of records) {
    if (!isMeasurement(record) || record.estimatedMs <= 0) continue;
    const ratio = { value: Math.log(record.durationMs / record.estimatedMs), weight: 1 };
    const known = ratios.get(record.agent);
    if (known) known.push(ratio);
    else ratios.set(record.agent, [ratio]);
  }
  const beliefs = new Map<string, Belief>();
  return {
    of({ spread, from }, agent) {
      const measured = ratios.get(agent);
      const { least, worth } = overruling[from];
      const before = { center: 0, spread };
      if (measured === undefined || measured.length < least) return before;
      const about = `${agent} ${from} ${spread}`;
      const belief =
        beliefs.get(about) ?? (isOff(measured, least) ? updated(before, measured, worth) : before);
      beliefs.set(about, belief);
      return belief;
    },
    isKnown: (agent) => (ratios.get(agent)?.length ?? 0) >= LEAST_ATTEMPTS,
  };
}

const isOff = (measured: readonly Measurement[], least: number): boolean =>
  isBiased(measured, least) && Math.abs(weightedMedian(measured)) > CLEARLY_OFF;
