/** What `check` asks of the agents that a plan needs: chosen, there, logged in, and free of questions in a new worktree. */
import type { openAgents } from '../../compose.ts';
import { agentPresets } from '../../config/agent-presets.ts';
import type { AgentConfig, Config } from '../../config/schema.ts';
import type { Plan } from '../../core/plan.ts';
import type { AgentExamination } from '../../ports/agent.ts';
import { checkAgent } from '../doctor/agents.ts';
import { examinationText, examineAgents } from '../examine-agents.ts';
import { driverPrograms } from '../known-agents.ts';
import { agentProblems, neededAgents } from '../run-problems.ts';
import type { Terminal } from '../terminal.ts';
import { withheldVariables } from '../withheld-variables.ts';
import { type CheckItem, fromCheck, fromProblem, item, type Reason } from './check-item.ts';

export interface AgentsRequest {
  readonly plan: Plan;
  readonly config: Config;
  readonly agents: ReturnType<typeof openAgents>;
  /** Text for the command agent. */
  readonly command: string | undefined;
  readonly terminal: Terminal;
  /** Is told what is about to be tried. */
  readonly tell: (text: string) => void;
}

/** Some are slow to start where much else runs; a set-up takes longer. */
const LIMIT_MS = 20_000;

/** @param worktree where agents are asked whether they can work; undefined: there is none */
export async function checkAgents(
  request: AgentsRequest,
  worktree: string | undefined,
  signal: AbortSignal = new AbortController().signal,
): Promise<CheckItem> {
  const { plan, config, agents, command, terminal, tell } = request;
  const needed = [...neededAgents(plan, config)].filter((name) => name !== undefined);
  const reasons: Reason[] = agentProblems({ agents, config }, plan, { command }).map(fromProblem);
  reasons.push(...(await agents.sandboxProblems(needed, terminal.env)).map(fromProblem));
  const known = { agents, config, env: terminal.env };
  reasons.push(...withheldVariables(known, plan, command).map(fromProblem));
  const missing = new Map(needed.map((name) => [name, missingProgram(request, name, worktree)]));
  for (const found of missing.values()) reasons.push(...found);
  const startable = needed.filter((name) => missing.get(name)?.length === 0);
  const { env } = terminal;
  let told: ReadonlyMap<string, AgentExamination> = new Map();
  if (worktree !== undefined) {
    if (startable.length > 0) tell(`Asking ${startable.join(', ')} …`);
    const { lookup } = agents;
    told = await examineAgents(startable, { lookup, env, cwd: worktree, timeoutMs: LIMIT_MS }, signal);
  }
  for (const { problems } of told.values())
    reasons.push(...problems.filter(({ severity }) => severity !== 'info').map(fromProblem));
  const names = needed.map((name) => {
    const examination = told.get(name);
    return examination === undefined ? name : `${name} ${examinationText(examination)}`.trimEnd();
  });
  const none = plan.tasks.length === 0 ? 'no task needs one' : 'none is chosen';
  return item('agents', reasons, names.length > 0 ? names.join('; ') : none);
}

/** A program that is not there: one of the folder of its attempt can only be looked for in a worktree. */
function missingProgram(
  { config, command, terminal }: AgentsRequest,
  name: string,
  worktree: string | undefined,
): readonly Reason[] {
  const entry = entryOf(config, name);
  const text = entry?.command ?? (name === 'command' ? command : driverPrograms[entry?.driver ?? '']);
  // What has no command at all is told among the problems.
  if (entry === undefined || text === undefined) return [];
  const search = { path: terminal.env.PATH, cwd: worktree ?? terminal.cwd };
  const program = checkAgent(name, { driver: entry.driver, command: text }, search);
  if (program.verdict !== 'problem') return [];
  return [fromCheck({ ...program, message: `${name}: ${program.message}` })];
}

const entryOf = ({ agents }: Config, name: string): AgentConfig | undefined =>
  Object.hasOwn(agents, name) ? agents[name] : agentPresets[name];
