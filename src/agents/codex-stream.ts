/** What `codex exec --json` prints, as events. Unknown lines are kept in the log and say nothing. */
import type { Usage } from '../core/event.ts';
import type { AgentEvent } from '../ports/agent.ts';
import { asAmount, asList, asMap, asText, type JsonMap, jsonMap } from './json-line.ts';
import { refusalIn, withoutEvents } from './refusals.ts';
import { type AgentStream, named, say } from './session.ts';

const nothing: Usage = { inputTokens: 0, outputTokens: 0, cacheReadTokens: 0 };

/** One for each session. @param before what was used in the session before, where the program goes on in it */
export function codexStream(before: Usage = nothing): AgentStream {
  /** The last error, forgotten when a turn ends well: the program tries again by itself. */
  let error = '';

  const turnEnded = (event: JsonMap): readonly AgentEvent[] => {
    const usage = asMap(event.usage);
    if (usage === undefined) return [];
    const cached = asAmount(usage.cached_input_tokens);
    // Of the whole session, from its first attempt on. What it calls input contains what came from the cache.
    const used = {
      inputTokens: beyond(asAmount(usage.input_tokens) - cached, before.inputTokens),
      outputTokens: beyond(asAmount(usage.output_tokens), before.outputTokens),
      cacheReadTokens: beyond(cached, before.cacheReadTokens),
    };
    return [{ type: 'usage', usage: used }];
  };
  const failed = (text: string): readonly AgentEvent[] => {
    // The turn fails with the words of the error before it.
    const isNews = text !== error;
    error = text;
    return isNews ? say(`error: ${text}`) : [];
  };

  return {
    read(line) {
      const event = jsonMap(line);
      if (event === undefined) return line.startsWith('{') ? [] : say(line);
      switch (event.type) {
        case 'thread.started':
          return named(event.thread_id);
        case 'item.started':
        case 'item.completed':
          return itemText(asMap(event.item) ?? {}, event.type === 'item.completed');
        case 'turn.completed':
          error = '';
          return turnEnded(event);
        case 'turn.failed':
          return [...turnEnded(event), ...failed(asText(asMap(event.error)?.message) || 'the turn failed')];
        case 'error':
          return failed(asText(event.message));
        default:
          return [];
      }
    },
    refusal(end) {
      if (error !== '') return refusalIn(error);
      return end.exitCode === 0 ? undefined : refusalIn(withoutEvents(end.tail));
    },
  };
}

const beyond = (amount: number, before: number): number => Math.max(0, amount - before);

/** A command is told when it begins, everything else when it is there. */
function itemText(item: JsonMap, isDone: boolean): readonly AgentEvent[] {
  switch (item.type ?? item.item_type) {
    case 'command_execution':
      return isDone ? [] : say(`$ ${asText(item.command)}`);
    case 'agent_message':
    case 'assistant_message':
      return isDone ? say(asText(item.text)) : [];
    case 'file_change': {
      const paths = asList(item.changes).map((change) => asText(asMap(change)?.path));
      return isDone ? say(`edited ${paths.join(', ')}`) : [];
    }
    case 'error':
      return isDone ? say(`error: ${asText(item.message)}`) : [];
    default:
      return [];
  }
}
