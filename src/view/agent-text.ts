/** What limits agents, in the words that every screen uses. */
import { roughDuration } from '../core/duration.ts';
import type { Timestamp } from '../core/plan.ts';
import type { AgentView } from './run-view.ts';

/** `codex: quota used up, on again in 40m00s · gemini: 2 of at most 3 sessions (its service has too much to do)`; empty when nothing holds any. */
export const agentsText = (agents: readonly AgentView[], now: Timestamp): string =>
  agents
    .map((agent) => agentText(agent, now))
    .filter((text) => text !== '')
    .join(' · ');

function agentText(
  { agent, running, configured, bears, closedUntil, closedFor }: AgentView,
  now: Timestamp,
): string {
  if (closedUntil !== null) {
    const why = closedFor === 'quota' ? 'quota used up' : 'its service has too much to do';
    return `${agent}: ${why}, on again in ${roughDuration(closedUntil - now)}`;
  }
  const limits = [configured, bears].filter((limit) => limit !== null);
  if (limits.length === 0) return '';
  const why = bears === null || bears > (configured ?? bears) ? '' : ' (its service has too much to do)';
  const most = Math.min(...limits);
  return `${agent}: ${running} of at most ${most} session${most === 1 ? '' : 's'}${why}`;
}
