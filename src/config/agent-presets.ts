/** Agents that are there without being written down; one of the configuration goes before the preset of its name. */
import type { AgentConfig } from './schema.ts';

export const agentPresets: Readonly<Record<string, AgentConfig>> = {
  'claude-code': { driver: 'claude-code' },
  codex: { driver: 'codex' },
  command: { driver: 'command' },
  gemini: { driver: 'acp', command: ['gemini', '--acp'] },
  opencode: { driver: 'acp', command: ['opencode', 'acp'] },
  scripted: { driver: 'scripted' },
};
