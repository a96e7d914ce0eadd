/** Drivers of agents that have a program of their own, which is given one prompt and prints what it does as data. */

import type { Usage } from '../core/event.ts';
import type { AgentDriver, AgentEvent, ResumedSession, SessionEnd, SessionRequest } from '../ports/agent.ts';
import type { Program } from '../process/spawn.ts';
import type { Supervisor } from '../process/supervise.ts';
import { agentFacts } from './agent-facts.ts';
import { examineProgram } from './examine-program.ts';
import { JSON_LINE_BYTES } from './json-line.ts';
import { type AgentStream, promptOf, readableBy, runSession } from './session.ts';

/** How an agent is configured that has a program of its own. */
export interface ProgramOptions {
  /** A program and its first arguments, or text for `sh -c`; by default the agent's usual name. */
  readonly command?: string | readonly string[];
  readonly model?: string;
}

/** What its arguments depend on. */
export interface SessionWords {
  readonly model: string | undefined;
  /** The one to go on in; undefined: a new one. */
  readonly session: string | undefined;
  /** Whether it runs in a sandbox of ours. */
  readonly sandboxed: boolean;
}

/** What such an agent is. */
export interface OwnProgram {
  /** Its program when the configuration names none. */
  readonly usual: string;
  readonly args: (session: SessionWords) => readonly string[];
  /** What it says when there is no such session. */
  readonly lost: RegExp;
  /** What it prints; one for each session. @param used what it was told to have used before, where it goes on */
  readonly stream: (used?: Usage) => AgentStream;
}

/** The driver of such an agent; the prompt comes on its standard input. */
export const ownProgramDriver =
  ({ usual, args, lost, stream }: OwnProgram) =>
  (name: string, supervisor: Supervisor, { command, model }: ProgramOptions = {}): AgentDriver => {
    const run = (request: SessionRequest, signal: AbortSignal, resume?: ResumedSession) => {
      const words = args({
        model: request.model ?? model,
        session: resume?.session,
        sandboxed: request.sandbox !== undefined,
      });
      const program = agentProgram(command, usual, words);
      const stdin = resume?.prompt ?? promptOf(request);
      return runSession(
        supervisor,
        request,
        { program, stdin, lineBytes: JSON_LINE_BYTES, ...stream(resume?.used) },
        signal,
      );
    };
    const facts = agentFacts[usual];
    return {
      name,
      ...(facts === undefined
        ? {}
        : {
            examine: (surroundings, signal) => {
              const withArgs = (words: readonly string[]) => agentProgram(command, usual, words);
              const words = typeof command === 'string' ? command : (command ?? []).join(' ');
              return examineProgram(
                supervisor,
                { name, facts, withArgs, command: words },
                surroundings,
                signal,
              );
            },
          }),
      readable: readableBy(() => stream()),
      async *start(request, signal): AsyncGenerator<AgentEvent> {
        const { resume } = request;
        if (resume !== undefined) {
          for await (const event of run(request, signal, resume)) {
            if (event.type === 'ended' && isLost(event.end, lost)) break;
            yield event;
            if (event.type === 'ended') return;
          }
        }
        yield* run(request, signal);
      },
    };
  };

/** Whether it ended because there is no such session any more: it has done nothing then. */
const isLost = ({ reason, exitCode, tail }: SessionEnd, lost: RegExp): boolean =>
  reason === 'exited' && exitCode !== 0 && lost.test(tail);

/**
 * The command line of an agent.
 * @param command the configuration's: a program and its first arguments, or text for `sh -c` that the arguments follow
 * @param usual the program when the configuration names none
 */
export function agentProgram(
  command: string | readonly string[] | undefined,
  usual: string,
  args: readonly string[],
): Program {
  if (command === undefined || command.length === 0) return { argv: [usual, ...args] };
  if (typeof command !== 'string') return { argv: [...command, ...args] };
  return { argv: ['sh', '-c', `${command} "$@"`, usual, ...args] };
}
