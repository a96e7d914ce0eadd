/** Examines an agent that speaks the Agent Client Protocol: whether it opens a session, and where known, who is logged in. */
import { join } from 'node:path';
import { type Problem, problem } from '../core/problem.ts';
import type { AgentExamination, AgentLogin, AgentSurroundings } from '../ports/agent.ts';
import type { Program } from '../process/spawn.ts';
import type { Supervisor } from '../process/supervise.ts';
import { type Greeting, greet } from './acp-greeting.ts';
import { type AgentFacts, agentFacts, knownProgramIn } from './agent-facts.ts';
import { askProgram } from './ask-program.ts';
import { examined, loggedOut, nothingKnown, notStarted, silent, unfit, untried } from './examination.ts';
import { withOwnState } from './own-state.ts';

export interface ExaminedAcp {
  /** The agent's name. */
  readonly name: string;
  readonly command: string | readonly string[];
  /** The configured model. */
  readonly model: string | undefined;
  readonly program: Program;
}

/** Those of which nothing is known say themselves what they need. */
const noFacts: Pick<AgentFacts, 'logIn'> = { logIn: 'Start it by hand and log in' };

export const examineAcp = (
  supervisor: Supervisor,
  examinee: ExaminedAcp,
  surroundings: AgentSurroundings,
  signal: AbortSignal,
): Promise<AgentExamination> =>
  examined(examinee.name, async () => {
    const { name, command, program } = examinee;
    const known = knownProgramIn(command)?.program;
    const facts = known === undefined ? undefined : agentFacts[known];
    const [greeting, stored] = await Promise.all([
      greet(supervisor, program, within(surroundings, command, 'session'), signal),
      storedLogin(supervisor, command, surroundings, signal),
    ]);
    const { version } = greeting;
    const login = loginOf(greeting, facts, stored, examinee.model);
    return {
      ...(version === undefined ? {} : { version }),
      login,
      problems: [
        ...problemsOf(greeting, name, facts, surroundings.timeoutMs),
        ...(login.state === 'out' && greeting.outcome.kind === 'opened' ? [freeModels(name, facts)] : []),
        ...(version === undefined || facts === undefined ? [] : untried(name, version, facts)),
      ],
    };
  });

/** Two that are asked at once must not share their state either. */
const within = (
  { ownFolder, ...surroundings }: AgentSurroundings,
  command: ExaminedAcp['command'],
  part: string,
): Omit<AgentSurroundings, 'ownFolder'> => ({
  ...surroundings,
  env: withOwnState(command, join(ownFolder, part), surroundings.env),
});

/** What the program itself tells of the log-ins it finds, in surroundings like those of a session. */
async function storedLogin(
  supervisor: Supervisor,
  command: ExaminedAcp['command'],
  surroundings: AgentSurroundings,
  signal: AbortSignal,
): Promise<AgentLogin> {
  const known = knownProgramIn(command);
  const question = known && agentFacts[known.program]?.login;
  // Shell text may be more than words.
  if (known === undefined || question === undefined || typeof command === 'string') return nothingKnown;
  const place = within(surroundings, command, 'log-in');
  const answer = await askProgram(supervisor, { argv: [...known.words, ...question.args] }, place, signal);
  if (answer.kind !== 'answered') return nothingKnown;
  return question.read({ ...answer, env: place.env, command: command.join(' ') });
}

function loginOf(
  { outcome }: Greeting,
  facts: AgentFacts | undefined,
  stored: AgentLogin,
  model: string | undefined,
): AgentLogin {
  if (outcome.kind === 'logged-out') return { state: 'out' };
  if (stored.state !== 'out') return stored.state === 'unknown' ? provenBy(outcome, facts) : stored;
  // Nothing is stored, but its configuration may describe a provider of its own.
  const used = outcome.kind === 'opened' ? (model ?? outcome.model) : undefined;
  return facts?.freeModels !== undefined && used?.startsWith(facts.freeModels) ? stored : nothingKnown;
}

const provenBy = ({ kind }: Greeting['outcome'], facts: AgentFacts | undefined): AgentLogin =>
  kind === 'opened' && facts?.sessionNeedsLogin ? { state: 'in' } : nothingKnown;

function problemsOf(
  { outcome }: Greeting,
  name: string,
  facts: AgentFacts | undefined,
  timeoutMs: number,
): Problem[] {
  switch (outcome.kind) {
    case 'opened':
      return [];
    case 'logged-out':
      return [loggedOut(name, facts ?? noFacts)];
    case 'refused':
      return [unfit(name, outcome.words)];
    case 'silent':
      return [silent(name, timeoutMs)];
    case 'missing':
      return [notStarted(name, outcome.message)];
  }
}

const freeModels = (name: string, facts: AgentFacts | undefined): Problem =>
  problem(
    'agent-logged-out',
    `The agent ${name} would use a free model of its own.`,
    `${(facts ?? noFacts).logIn}.`,
    { severity: 'warning' },
  );
