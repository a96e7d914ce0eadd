import { expect, it } from 'vitest';
import { refusalIn } from './refusals.ts';

it.each([
  ['Invalid API key · Please run /login', 'authentication'],
  [
    'API Error: 401 {"type":"error","error":{"type":"authentication_error","message":"invalid x-api-key"}}',
    'authentication',
  ],
  ['OAuth token has expired. Please obtain a new token or refresh your existing token.', 'authentication'],
  ['Not logged in · Please run /login', 'authentication'],
  ['Invalid API key · Fix external API key', 'authentication'],
  [
    'unexpected status 401 Unauthorized: Incorrect API key provided, url: http://x/v1/responses',
    'authentication',
  ],
  ['exceeded retry limit, last status: 401 Unauthorized, request id: 9a5793386e39fede-SIN', 'authentication'],
  ['Your authentication token has been invalidated. Please try signing in again.', 'authentication'],
  ['Error: Could not resolve authentication method.', 'authentication'],
  ['API key not valid. Please pass a valid API key.', 'authentication'],
  ['You have exhausted your daily quota on this model.', 'quota'],
  ['You have exhausted your capacity on this model. Your quota will reset after 3h2m1s.', 'quota'],
  ['You exceeded your current quota. Quota exceeded for metric: x\nPlease retry in 23.4s.', 'overloaded'],
  ['Quota exceeded for requests per minute\nSuggested retry after 60s.', 'overloaded'],
  ['The model is overloaded. Please try again later.', 'overloaded'],
  ['Claude AI usage limit reached|1753088400', 'quota'],
  ['Session limit reached ∙ resets 2pm', 'quota'],
  ['5-hour limit reached ∙ resets 3am', 'quota'],
  ['Credit balance is too low', 'quota'],
  ["You've hit your usage limit. Upgrade to Pro or try again in 3 days 2 hours.", 'quota'],
  ['Quota exceeded. Check your plan and billing details.', 'quota'],
  ['{"type":"usage_limit_reached","message":"The usage limit has been reached"}', 'quota'],
  ['You exceeded your current quota (429)', 'quota'],
  [
    'API Error (529 {"type":"error","error":{"type":"overloaded_error","message":"Overloaded"}})',
    'overloaded',
  ],
  ['exceeded retry limit, last status: 429 Too Many Requests, request id: c4fc59ca', 'overloaded'],
  ['API Error: Request rejected (429) · This request would exceed your rate limit', 'overloaded'],
  ['unexpected status 529 <unknown status code>: Overloaded, url: http://x/v1/responses', 'overloaded'],
  ['stream error: unexpected status 503 Service Unavailable', 'overloaded'],
  ['Selected model is at capacity. Please try a different model.', 'overloaded'],
  ['Rate limit reached for requests', 'overloaded'],
])('knows %j', (text, reason) => {
  expect(refusalIn(text)?.reason).toBe(reason);
});

it.each([
  '',
  'Tests failed: expected 429 to be 430',
  'I changed the login page and its limit of characters.',
  'Added retries for status codes',
  'error: the turn failed',
])('takes %j for no refusal', (text) => {
  expect(refusalIn(text)).toBeUndefined();
});

it('finds when it may go on, and tells one bounded line', () => {
  expect(refusalIn('Claude AI usage limit reached|1753088400')?.until).toBe(1_753_088_400_000);
  expect(refusalIn('{"type":"usage_limit_reached","resets_at":1777599629}')?.until).toBe(1_777_599_629_000);
  expect(refusalIn('Session limit reached ∙ resets 2pm')).toEqual({
    reason: 'quota',
    message: 'Session limit reached ∙ resets 2pm',
  });
  expect(refusalIn(`Overloaded\n${'x'.repeat(2_000)}`)?.message).toMatch(/^Overloaded x{989}$/);
});
