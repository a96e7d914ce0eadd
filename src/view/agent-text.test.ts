import { expect, it } from 'vitest';
import { agentsText } from './agent-text.ts';
import type { AgentView } from './run-view.ts';

const free: AgentView = {
  agent: 'codex',
  running: 2,
  configured: null,
  bears: null,
  closedUntil: null,
  closedFor: null,
};

it('tells of agents that something holds, and of no others', () => {
  const now = 60_000;
  const text = (...agents: readonly Partial<AgentView>[]): string =>
    agentsText(
      agents.map((agent) => ({ ...free, ...agent })),
      now,
    );
  expect(text({})).toBe('');
  expect(text({ configured: 3 })).toBe('codex: 2 of at most 3 sessions');
  expect(text({ configured: 3, bears: 2 })).toBe(
    'codex: 2 of at most 2 sessions (its service has too much to do)',
  );
  expect(text({ configured: 2, bears: 5 })).toBe('codex: 2 of at most 2 sessions');
  expect(text({ closedUntil: now + 2_400_000, closedFor: 'quota' }, { agent: 'gemini', bears: 1 })).toBe(
    'codex: quota used up, on again in 40m00s · gemini: 2 of at most 1 session (its service has too much to do)',
  );
  expect(text({ closedUntil: now + 4000, closedFor: 'overload', bears: 1 })).toBe(
    'codex: its service has too much to do, on again in 4.0s',
  );
});
