import { expect, it } from 'vitest';
import { readFailure } from './acp-error.ts';

it.each<[object, string | undefined, string]>([
  [{ code: -32_000, message: 'Authentication required' }, 'authentication', 'Authentication required'],
  [{ code: 401, message: 'It would not.' }, 'authentication', 'It would not.'],
  [{ code: 403, message: 'It may not do that.' }, 'authentication', 'It may not do that.'],
  [
    { code: 429, message: 'Resource has been exhausted (e.g. check quota).' },
    'overloaded',
    'Resource has been exhausted (e.g. check quota).',
  ],
  [
    { code: 429, message: 'You have exhausted your daily quota on this model.' },
    'quota',
    'You have exhausted your daily quota on this model.',
  ],
  [
    { code: 400, message: '{"error":{"code":400,"message":"API key not valid."}}' },
    'authentication',
    'API key not valid.',
  ],
  [
    { code: 500, message: '{"error":{"code":500,"message":"An internal error."}}' },
    undefined,
    'An internal error.',
  ],
  [
    { code: -32_603, message: '{"error":"text"}', data: { details: 'x' } },
    undefined,
    '{"error":"text"} {"details":"x"}',
  ],
  [new Error('the agent ended'), undefined, 'the agent ended'],
  [{}, undefined, ''],
])('reads %j as %s', (error, reason, text) => {
  const failure = readFailure(error);
  expect([failure.refusal?.reason, failure.text]).toEqual([reason, text]);
});
