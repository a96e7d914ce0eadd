/** Checks what arrives from outside before it counts as a request. Whether it makes sense now is the engine's affair. */
import type { Request } from '../core/event.ts';
import { type Problem, problem } from '../core/problem.ts';

type Check = (value: unknown) => boolean;
interface Field {
  readonly check: Check;
  /** What the value has to be, for people. */
  readonly expected: string;
  readonly required: boolean;
}

const text = (longest: number, required: boolean): Field => ({
  check: (value) => typeof value === 'string' && value.length > 0 && value.length <= longest,
  expected: `a text of 1 to ${longest} characters`,
  required,
});
const task = (required: boolean): Field => text(1000, required);
const flag: Field = {
  check: (value) => typeof value === 'boolean',
  expected: 'true or false',
  required: false,
};
const commitId: Field = {
  check: (value) => typeof value === 'string' && /^(?:[0-9a-f]{40}|[0-9a-f]{64})$/.test(value),
  expected: 'a full commit id',
  required: false,
};
const slotCount: Field = {
  check: (value) => typeof value === 'number' && Number.isSafeInteger(value) && value >= 1 && value <= 1000,
  expected: 'a whole number from 1 to 1000',
  required: true,
};

const amount: Field = {
  check: (value) => value === null || (typeof value === 'number' && Number.isFinite(value) && value > 0),
  expected: 'a number above 0, or null',
  required: false,
};

type Fields = {
  readonly [Type in Request['type']]: Record<Exclude<keyof Extract<Request, { type: Type }>, 'type'>, Field>;
};

const requests: Fields = {
  'pause-requested': { task: task(false) },
  'stop-requested': {},
  'resume-requested': { task: task(false) },
  'cancel-requested': { task: task(false), satisfied: flag },
  'retry-requested': { task: task(true), fresh: flag, note: text(20_000, false) },
  'resolve-requested': { task: task(true), commit: commitId, tip: commitId },
  'slots-requested': { slots: slotCount },
  'budget-requested': { tokens: amount, costUsd: amount },
};

/** The request that a value is, or a problem `usage` that says why it is none. */
export function parseRequest(value: unknown): { readonly request: Request } | { readonly problem: Problem } {
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    return refuse('a request is an object');
  const { type, ...given } = value as Record<string, unknown>;
  if (typeof type !== 'string' || !Object.hasOwn(requests, type)) {
    return refuse(`there is no request ${JSON.stringify(type)?.slice(0, 60)}`);
  }
  const fields: Readonly<Record<string, Field>> = requests[type as Request['type']];
  for (const name of Object.keys(given)) {
    if (!Object.hasOwn(fields, name)) return refuse(`${type} has no ${name.slice(0, 60)}`);
  }
  for (const [name, { check, expected, required }] of Object.entries(fields)) {
    const isMissing = given[name] === undefined;
    if (isMissing ? required : !check(given[name])) return refuse(`${name} of ${type} has to be ${expected}`);
  }
  return { request: value as Request };
}

const refuse = (message: string): { readonly problem: Problem } => ({
  problem: problem('usage', message, 'use the commands of the same tutti version as the engine'),
});
