import { expect, it } from 'vitest';
import { openCodeComplaint, patience } from './opencode-log.ts';

/** As OpenCode 1.18 writes it. */
const line = (level: string, small: boolean, words: string): string =>
  `timestamp=2026-11-21T23:53:49.638Z level=${level} run=04e1383e message="stream error" providerID=test modelID=model ` +
  `session.id=ses_1 small=${small} agent=build mode=primary error.error="AI_APICallError: ${words}"`;

it('finds the words of the service', () => {
  expect(openCodeComplaint(line('ERROR', false, 'It said "no".'))).toBe('It said "no".');
  expect(openCodeComplaint(line('ERROR', true, 'No title.'))).toBeUndefined();
  expect(openCodeComplaint(line('WARN', false, 'Perhaps.'))).toBeUndefined();
  expect(openCodeComplaint('Error: message="stream error" error.error="x"')).toBeUndefined();
});

it('bears with a busy service for a while, and with no other refusal', () => {
  const service = patience();
  const told = (words: string, times: number) =>
    Array.from({ length: times }, () => service.complain(words)?.reason);
  expect(told('Overloaded', 4)).toEqual(Array(4).fill(undefined));
  service.renew();
  expect(told('Overloaded', 5)).toEqual([...Array(4).fill(undefined), 'overloaded']);
  expect(told('You exceeded your current quota.', 1)).toEqual(['quota']);
  expect(told('An internal error.', 9)).toEqual(Array(9).fill(undefined));
});
