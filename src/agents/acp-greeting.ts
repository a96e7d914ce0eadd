/** Opens a session by the Agent Client Protocol and closes it without a prompt: what an agent says before any token. */
import { randomUUID } from 'node:crypto';
import type { AgentSurroundings } from '../ports/agent.ts';
import { type Program, StartError } from '../process/spawn.ts';
import type { SupervisedInput, Supervisor } from '../process/supervise.ts';
import { asList, asMap, asText, JSON_LINE_BYTES, type JsonMap, jsonMap } from './json-line.ts';

/** The protocol's own code for an agent that wants somebody to log in. */
const AUTH_REQUIRED = -32_000;
const METHOD_NOT_FOUND = -32_601;

export interface Greeting {
  /** As it told before the session; absent when it did not. */
  readonly version?: string;
  readonly outcome: /** `model`: what it would use. */
    | { readonly kind: 'opened'; readonly model?: string }
    | { readonly kind: 'logged-out' }
    | { readonly kind: 'refused'; readonly words: string }
    | { readonly kind: 'silent' }
    | { readonly kind: 'missing'; readonly message: string };
}

type Outcome = Greeting['outcome'];

/** @throws what is neither the program's doing nor that it cannot be started */
export async function greet(
  supervisor: Supervisor,
  program: Program,
  { cwd, env, timeoutMs }: Omit<AgentSurroundings, 'ownFolder'>,
  signal: AbortSignal,
): Promise<Greeting> {
  let input: SupervisedInput | undefined;
  let version: string | undefined;
  let outcome: Outcome | undefined;
  const send = (message: object): void => input?.write(`${JSON.stringify({ jsonrpc: '2.0', ...message })}\n`);
  const end = (found: Outcome): void => {
    outcome ??= found;
    input?.finish();
  };
  const hear = (message: JsonMap): void => {
    if (message.method !== undefined) {
      // What it asks before a session nobody here can answer.
      if (message.id !== undefined)
        send({ id: message.id, error: { code: METHOD_NOT_FOUND, message: 'not before a session' } });
    } else if (message.error !== undefined) {
      end(refusal(asMap(message.error)));
    } else if (message.id === 1) {
      version = asText(asMap(asMap(message.result)?.agentInfo)?.version) || undefined;
      send({ id: 2, method: 'session/new', params: { cwd, mcpServers: [] } });
    } else if (message.id === 2) {
      end({ kind: 'opened', ...modelOf(asMap(message.result)) });
    }
  };
  const found = await supervisor
    .run(
      {
        program,
        cwd,
        env,
        mark: `examine-${randomUUID()}`,
        stdin: { pipe: true },
        timeoutMs,
        lineBytes: JSON_LINE_BYTES,
        onStarted: (_process, started) => {
          input = started;
          send({ id: 1, method: 'initialize', params: { protocolVersion: 1, clientCapabilities: {} } });
        },
        onLine: (line) => {
          const message = jsonMap(line);
          if (message?.jsonrpc === '2.0') hear(message);
        },
      },
      signal,
    )
    .then(({ reason, tail }): Outcome => {
      if (outcome !== undefined) return outcome;
      const isOver = reason === 'exited' || reason === 'crashed';
      return isOver ? { kind: 'refused', words: lastLine(tail) } : { kind: 'silent' };
    })
    .catch((error: unknown): Outcome => {
      if (error instanceof StartError) return { kind: 'missing', message: error.message };
      throw error;
    });
  return version === undefined ? { outcome: found } : { version, outcome: found };
}

const refusal = (error: JsonMap | undefined): Outcome =>
  error?.code === AUTH_REQUIRED ? { kind: 'logged-out' } : { kind: 'refused', words: asText(error?.message) };

/** Some let the model be chosen like any other option, some in a list of its own. */
function modelOf(session: JsonMap | undefined): { readonly model?: string } {
  const option = asList(session?.configOptions)
    .map(asMap)
    .find((one) => one?.category === 'model' || one?.id === 'model');
  const model = asText(option?.currentValue ?? asMap(session?.models)?.currentModelId);
  return model === '' ? {} : { model };
}

const lastLine = (text: string): string => text.trimEnd().split('\n').at(-1) ?? '';
