/** One session of an agent that speaks the Agent Client Protocol: begun, prompted once, listened to, ended. */
import type {
  AgentCapabilities,
  AnyMessage,
  ClientContext,
  NewSessionResponse,
  PromptResponse,
  RequestPermissionRequest,
  SessionConfigOption,
  SessionUpdate,
} from '@agentclientprotocol/sdk';
import type { Usage } from '../core/event.ts';
import type { AgentEvent, Refusal, SessionEnd, SessionRequest } from '../ports/agent.ts';
import type { SupervisedInput } from '../process/supervise.ts';
import { readFailure } from './acp-error.ts';
import { answerPermission } from './acp-permission.ts';
import { asAmount, asMap, jsonMap } from './json-line.ts';
import { openCodeComplaint, patience } from './opencode-log.ts';
import type { UsageMeter } from './opencode-usage.ts';
import { refusalIn, withoutEvents } from './refusals.ts';
import { type Conversation, named, say } from './session.ts';

/** The protocol's library has it too, but is not loaded for this. */
const METHOD_NOT_FOUND = -32_601;

/**
 * One for each session.
 * @param model chosen by its id, where the agent lets choose
 * @param meter counts better than the agent tells, where it knows the session
 */
export function acpConversation(
  { cwd, prompt, resume }: Pick<SessionRequest, 'cwd' | 'prompt' | 'resume'>,
  model: string | undefined,
  meter?: (session: string) => UsageMeter,
): Conversation {
  /** Where messages go; undefined when nobody listens any more: an agent may talk on while it ends. */
  let incoming: ReadableStreamDefaultController<AnyMessage> | undefined;
  const readable = new ReadableStream<AnyMessage>({
    start: (controller) => {
      incoming = controller;
    },
    cancel: () => {
      incoming = undefined;
    },
  });
  let tell: (events: readonly AgentEvent[]) => void = () => {};
  let outcome: Pick<SessionEnd, 'exitCode' | 'tail'> | undefined;
  let refused: Refusal | undefined;
  let costUsd = 0;
  /** It tells of the whole session, from its first attempt on. */
  let costBefore = 0;
  /** What was said in the session before is said again. */
  let isReplay = false;
  let spent: UsageMeter | undefined;
  let hangUp = (): void => {};
  const service = patience();
  const { hear, flush } = listener((events) => tell(events));

  const attend = (update: SessionUpdate): void => {
    if (isReplay) return;
    if (update.sessionUpdate === 'usage_update' && update.cost?.currency === 'USD')
      costUsd = Math.max(costUsd, update.cost.amount - costBefore);
    service.renew();
    hear(update);
    if (update.sessionUpdate === 'tool_call_update' && update.status === 'completed') tell(counted() ?? []);
  };
  const decide = (request: RequestPermissionRequest) => {
    const { isAllowed, response } = answerPermission(request, cwd);
    if (!isAllowed) tell(say(`denied: ${request.toolCall.title ?? request.toolCall.kind ?? 'a tool'}`));
    return response;
  };

  const converse = async (input: SupervisedInput): Promise<void> => {
    // Loaded for those that speak it only: it is as large as half of us.
    const acp = await import('@agentclientprotocol/sdk');
    const writable = new WritableStream<AnyMessage>({
      write: (sent) => input.write(`${JSON.stringify(sent)}\n`),
    });
    const app = acp
      .client({ name: 'tutti' })
      .onRequest(acp.methods.client.session.requestPermission, ({ params }) => decide(params))
      .onNotification(acp.methods.client.session.update, ({ params }) => attend(params.update));
    await app.connectWith({ readable, writable }, async (agent) => {
      const { agentCapabilities } = await agent.request(acp.methods.agent.initialize, {
        protocolVersion: acp.PROTOCOL_VERSION,
        // Agents write in their own worktree themselves, and run their own commands.
        clientCapabilities: {},
      });
      const begun = await reopened(agent, agentCapabilities ?? {});
      const session = begun ?? (await agent.request(acp.methods.agent.session.new, { cwd, mcpServers: [] }));
      const { sessionId } = session;
      if (begun !== undefined) costBefore = resume?.used.costUsd ?? 0;
      if (model !== undefined) await choose(agent, sessionId, session.configOptions ?? [], model);
      spent = meter?.(sessionId);
      const answer = agent.request(acp.methods.agent.session.prompt, {
        sessionId,
        prompt: [{ type: 'text', text: (begun && resume?.prompt) ?? prompt }],
      });
      // Not before: one that knows nothing yet is nothing to go on in.
      tell(named(sessionId));
      finish(await answer);
    });
  };
  /** The earlier session, where the agent still has it; undefined where it has not, or cannot go on in one. */
  const reopened = async (
    agent: ClientContext,
    can: AgentCapabilities,
  ): Promise<NewSessionResponse | undefined> => {
    if (resume === undefined) return undefined;
    const method = can.sessionCapabilities?.resume
      ? 'session/resume'
      : can.loadSession
        ? 'session/load'
        : undefined;
    if (method === undefined) return undefined;
    isReplay = true;
    try {
      const { session: sessionId } = resume;
      const opened = await agent.request(method, { sessionId, cwd, mcpServers: [] });
      return { ...opened, sessionId };
    } catch {
      return undefined;
    } finally {
      isReplay = false;
    }
  };
  const choose = async (
    agent: ClientContext,
    sessionId: string,
    options: readonly SessionConfigOption[],
    value: string,
  ): Promise<void> => {
    const option = options.find(({ id, category }) => category === 'model' || id === 'model');
    if (option !== undefined) {
      await agent.request('session/set_config_option', { sessionId, configId: option.id, value });
      return;
    }
    // What was tried out before there were options; Gemini CLI has it still.
    await agent.request('session/set_model', { sessionId, modelId: value }).catch((error: unknown) => {
      if ((error as { code?: unknown }).code !== METHOD_NOT_FOUND) throw error;
      throw new Error('the agent does not let choose a model; give it with its command');
    });
  };
  const counted = (): readonly AgentEvent[] | undefined => {
    const usage = spent?.();
    // Before its first answer is written down it has used nothing.
    return usage === undefined || usage.outputTokens === 0 ? undefined : [{ type: 'usage', usage }];
  };
  const finish = (ended: PromptResponse): void => {
    flush();
    tell(counted() ?? usageOf(ended, costUsd));
    const isThrough = ended.stopReason !== 'refusal' && ended.stopReason !== 'cancelled';
    outcome = { exitCode: isThrough ? 0 : 1, tail: isThrough ? '' : `it stopped: ${ended.stopReason}` };
    if (ended.stopReason === 'end_turn') return;
    tell(say(`stopped: ${ended.stopReason}`));
    const reason = stops[ended.stopReason];
    if (reason !== undefined) refused = { reason, message: `it stopped: ${ended.stopReason}` };
  };
  const fail = (error: unknown): void => {
    const { text, refusal } = readFailure(error);
    flush();
    tell([...(counted() ?? []), ...say(`error: ${text}`)]);
    refused = refusal ?? refused;
    outcome = { exitCode: 1, tail: text };
  };

  /** A line that is no message of the protocol. */
  const complained = (line: string): readonly AgentEvent[] => {
    const complaint = openCodeComplaint(line);
    if (complaint === undefined) return say(line);
    refused ??= service.complain(complaint);
    if (refused !== undefined) hangUp();
    return say(`error: ${complaint}`);
  };

  return {
    read(line) {
      const sent = jsonMap(line);
      if (sent === undefined) return complained(line);
      if (sent.jsonrpc === '2.0') incoming?.enqueue(sent as unknown as AnyMessage);
      return [];
    },
    begin(input, listener) {
      tell = listener;
      hangUp = () => input.finish();
      void converse(input)
        .catch(fail)
        .finally(() => input.finish());
    },
    conclude() {
      // Who still waits for an answer waits in vain.
      incoming?.error(new Error('the agent ended without an answer'));
      incoming = undefined;
      return outcome;
    },
    refusal: ({ exitCode, tail }) =>
      refused ?? (outcome === undefined && exitCode !== 0 ? refusalIn(withoutEvents(tail)) : undefined),
  };
}

/** What keeps a session from its end although nothing failed. */
const stops: Readonly<Record<string, Refusal['reason']>> = {
  max_tokens: 'context',
  max_turn_requests: 'context',
  refusal: 'declined',
};

/** The log of such a session as people read it: what the agent said and did. */
export function readableAcp(): (line: string) => readonly string[] {
  const told: string[] = [];
  const { hear, flush } = listener((events) => {
    for (const event of events) if (event.type === 'message') told.push(event.text);
  });
  return (line) => {
    const sent = jsonMap(line);
    if (sent === undefined) return [openCodeComplaint(line) ?? line];
    const update = asMap(asMap(sent.params)?.update);
    if (sent.method === 'session/update' && update !== undefined) hear(update as unknown as SessionUpdate);
    else flush();
    return told.splice(0);
  };
}

interface Listener {
  readonly hear: (update: SessionUpdate) => void;
  /** What has been said so far is a whole line. */
  readonly flush: () => void;
}

/** Makes lines of what an agent says in pieces, and of what it does. */
function listener(tell: (events: readonly AgentEvent[]) => void): Listener {
  /** What has been said of a line that is not whole yet. */
  let words = '';
  /** What each use of a tool was called last, and what was shown of it. */
  const called = new Map<string, string>();
  const titles = new Map<string, string>();
  const speak = (text: string): void => {
    const lines = `${words}${text}`.split('\n');
    words = lines.pop() ?? '';
    for (const line of lines) tell(say(line));
  };
  const flush = (): void => {
    if (words !== '') speak('\n');
  };
  return {
    flush,
    hear(update) {
      switch (update.sessionUpdate) {
        case 'agent_message_chunk':
          if (update.content.type === 'text') speak(update.content.text);
          return;
        case 'tool_call':
        case 'tool_call_update': {
          const { toolCallId, status } = update;
          const title = update.title ?? called.get(toolCallId);
          if (!title || titles.get(toolCallId) === title) return;
          called.set(toolCallId, title);
          // Until it begins some have its tool's name for it, and what they do with it later.
          if (status === 'pending') return;
          titles.set(toolCallId, title);
          flush();
          tell(say(title));
        }
      }
    },
  };
}

/** Not a part of the protocol yet: OpenCode has it in the answer, Gemini beside it. */
function usageOf(ended: PromptResponse, costUsd: number): readonly AgentEvent[] {
  const answer = ended as unknown as Readonly<Record<string, unknown>>;
  const told = asMap(answer.usage);
  const counted = asMap(asMap(asMap(answer._meta)?.quota)?.token_count);
  const usage: Usage = {
    inputTokens: asAmount(told?.inputTokens ?? counted?.input_tokens) + asAmount(told?.cachedWriteTokens),
    outputTokens: asAmount(told?.outputTokens ?? counted?.output_tokens) + asAmount(told?.thoughtTokens),
    cacheReadTokens: asAmount(told?.cachedReadTokens),
  };
  if (told === undefined && counted === undefined && costUsd === 0) return [];
  return [{ type: 'usage', usage: costUsd > 0 ? { ...usage, costUsd } : usage }];
}
