/** Coding agents that are known by name, and how each is started. Looks for none. */
import { agentPresets } from '../config/agent-presets.ts';
import type { AgentConfig } from '../config/schema.ts';

/** The program of each driver that has one of its own. */
export const driverPrograms: Readonly<Record<string, string>> = {
  'claude-code': 'claude',
  codex: 'codex',
};

/**
 * The command line of others, by the name of their program. The prompt comes on its standard input, else from the file.
 * Edits are allowed where the agent has a word for that; whether it may run programs is for its user to say.
 */
export const agentCommands: Readonly<Record<string, string>> = {
  'cursor-agent': 'cursor-agent -p --force "$(cat "$TUTTI_PROMPT_FILE")"',
  aider: 'aider --yes-always --message-file "$TUTTI_PROMPT_FILE"',
};

/** The program that an agent's command starts, where that is a list; else that of its driver. */
const programOf = ({ driver, command }: AgentConfig): string | undefined =>
  typeof command === 'object' ? command[0] : driverPrograms[driver];

/** Presets by the program that each is. */
const presetsByProgram: ReadonlyMap<string, string> = new Map(
  Object.entries(agentPresets).flatMap(([name, agent]) => {
    const program = programOf(agent);
    return program === undefined ? [] : [[program, name] as const];
  }),
);

/** The programs of all of them: what is looked for on PATH. */
export const knownPrograms: readonly string[] = [...presetsByProgram.keys(), ...Object.keys(agentCommands)];

/** The name of the preset that a program is; undefined for one that the driver `command` starts. */
export const presetOf = (program: string): string | undefined => presetsByProgram.get(program);

/** The agent that a program is, as it is written down, by its name. */
export function agentOf(program: string): readonly [string, AgentConfig] {
  const preset = presetOf(program);
  if (preset !== undefined) return [preset, agentPresets[preset] as AgentConfig];
  return [program, { driver: 'command', command: agentCommands[program] ?? program }];
}
