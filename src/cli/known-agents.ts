/** Coding agents that are known by name, and how each is started. Looks for none. */

/** Agents with a driver of their own, which has the agent's name, and the program that each is. */
export const driverPrograms: Readonly<Record<string, string>> = {
  'claude-code': 'claude',
  codex: 'codex',
};

/** Agents that are there without being written down; a preset has the name of its driver. */
export const presetAgents: ReadonlySet<string> = new Set([
  ...Object.keys(driverPrograms),
  'command',
  'scripted',
]);

/**
 * The command line of each of the others, by the name of its program. The prompt comes on its standard input, else from
 * the file. Edits are allowed where the agent has a word for that; whether it may run programs is for its user to say.
 */
export const agentCommands: Readonly<Record<string, string>> = {
  gemini: 'gemini --approval-mode auto_edit',
  opencode: 'opencode run',
  'cursor-agent': 'cursor-agent -p --force "$(cat "$TUTTI_PROMPT_FILE")"',
  aider: 'aider --yes-always --message-file "$TUTTI_PROMPT_FILE"',
};

/** The programs of all of them: what is looked for on PATH. */
export const knownPrograms: readonly string[] = [
  ...Object.values(driverPrograms),
  ...Object.keys(agentCommands),
];

/** How an agent is written down: its name, its driver, and its command where that driver needs one. */
export interface KnownAgent {
  readonly name: string;
  readonly driver: string;
  readonly command?: string;
}

/** The agent that a program is. */
export function agentOf(program: string): KnownAgent {
  const own = Object.keys(driverPrograms).find((name) => driverPrograms[name] === program);
  if (own !== undefined) return { name: own, driver: own };
  return { name: program, driver: 'command', command: agentCommands[program] ?? program };
}
