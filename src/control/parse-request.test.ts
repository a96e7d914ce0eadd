/** The boundary: every request there is, and everything that only looks like one. */
import { expect, it } from 'vitest';
import { parseRequest } from './parse-request.ts';

const commit = 'a'.repeat(40);

it.each([
  { type: 'pause-requested' },
  { type: 'stop-requested' },
  { type: 'resume-requested' },
  { type: 'cancel-requested' },
  { type: 'cancel-requested', task: 'T-1', satisfied: true },
  { type: 'retry-requested', task: '../../x', fresh: false, note: 'try again' },
  { type: 'resolve-requested', task: 'T-1', commit },
  { type: 'slots-requested', slots: 3 },
])('takes %j', (request) => {
  expect(parseRequest(request)).toEqual({ request });
});

it.each([
  [null, 'a request is an object'],
  [[], 'a request is an object'],
  ['pause-requested', 'a request is an object'],
  [{}, 'there is no request undefined'],
  [{ type: 'run-ended' }, 'there is no request "run-ended"'],
  [{ type: 'toString' }, 'there is no request "toString"'],
  [{ type: 'pause-requested', seq: 1 }, 'pause-requested has no seq'],
  [{ type: 'retry-requested' }, 'task of retry-requested has to be a text of 1 to 1000 characters'],
  [{ type: 'retry-requested', task: '' }, 'task of retry-requested has to be a text of 1 to 1000 characters'],
  [
    { type: 'retry-requested', task: ['T-1'] },
    'task of retry-requested has to be a text of 1 to 1000 characters',
  ],
  [{ type: 'retry-requested', task: 'T', fresh: 'yes' }, 'fresh of retry-requested has to be true or false'],
  [
    { type: 'resolve-requested', task: 'T', commit: 'HEAD' },
    'commit of resolve-requested has to be a full commit id',
  ],
  [
    { type: 'slots-requested', slots: 1.5 },
    'slots of slots-requested has to be a whole number from 1 to 1000',
  ],
])('refuses %j', (value, message) => {
  expect(parseRequest(value)).toEqual({ problem: expect.objectContaining({ code: 'usage', message }) });
});
