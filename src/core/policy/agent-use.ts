/** How many sessions of each agent run, and how many may. Starts and refuses nothing. */
import type { RunSettings } from '../settings.ts';

export interface AgentUse {
  take(agent: string): void;
  give(agent: string): void;
  /** Sessions that run. */
  used(agent: string): number;
  /** What the configuration allows; undefined: as many as there are slots. */
  most(agent: string): number | undefined;
  /** Whether the configuration limits any. */
  readonly isLimited: boolean;
}

export function agentUse({ agentLimits = {} }: Pick<RunSettings, 'agentLimits'>): AgentUse {
  const running = new Map<string, number>();
  const used = (agent: string): number => running.get(agent) ?? 0;
  return {
    take: (agent) => void running.set(agent, used(agent) + 1),
    give: (agent) => void running.set(agent, used(agent) - 1),
    used,
    most: (agent) => (Object.hasOwn(agentLimits, agent) ? agentLimits[agent] : undefined),
    isLimited: Object.keys(agentLimits).length > 0,
  };
}
