/** Coding agents that are known by name, and how each is started by the driver `command`. Looks for none. */

/**
 * The command line of each, by the name of its program. The prompt comes on its standard input, else from the file.
 * Edits are allowed where the agent has a word for that; whether it may run programs is for its user to say.
 */
export const agentCommands: Readonly<Record<string, string>> = {
  claude: 'claude -p --permission-mode acceptEdits',
  codex: 'codex exec --sandbox workspace-write -',
  gemini: 'gemini --approval-mode auto_edit',
  opencode: 'opencode run',
  'cursor-agent': 'cursor-agent -p --force "$(cat "$TUTTI_PROMPT_FILE")"',
  aider: 'aider --yes-always --message-file "$TUTTI_PROMPT_FILE"',
};

export const knownAgents: readonly string[] = Object.keys(agentCommands);

/** How the agent is started by the driver `command`. */
export const commandOf = (name: string): string => agentCommands[name] ?? name;
