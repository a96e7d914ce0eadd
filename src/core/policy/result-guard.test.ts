import { expect, it } from 'vitest';
import { guardResult } from './result-guard.ts';

const facts = { changed: false, conflictMarkers: [], exitCode: 2, tail: '' };

it.each([
  ['', 'The agent ended with code 2 and changed nothing.'],
  [
    'starting\nsh: 0: cannot open agent.sh\n\n',
    'The agent ended with code 2 and changed nothing; its last words: sh: 0: cannot open agent.sh.',
  ],
  ['Not logged in.\n', 'The agent ended with code 2 and changed nothing; its last words: Not logged in.'],
  ['x'.repeat(1000), `The agent ended with code 2 and changed nothing; its last words: ${'x'.repeat(200)}.`],
])('quotes the last line of an agent that failed: %j', (tail, message) => {
  expect(guardResult({ ...facts, tail }, false, 'feat/a')).toMatchObject({ reason: 'agent-failed', message });
});
