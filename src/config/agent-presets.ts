/** Agents that are there without being written down; one of the configuration goes before the preset of its name. */
import type { AgentConfig } from './schema.ts';

export const agentPresets: Readonly<Record<string, AgentConfig>> = {
  'claude-code': { driver: 'claude-code' },
  codex: { driver: 'codex' },
  command: { driver: 'command' },
  // A worktree is a folder that nobody has trusted yet; untrusted, it leaves out what the project says of itself.
  gemini: { driver: 'acp', command: ['gemini', '--acp', '--skip-trust'] },
  opencode: { driver: 'acp', command: ['opencode', 'acp'] },
  scripted: { driver: 'scripted' },
};
