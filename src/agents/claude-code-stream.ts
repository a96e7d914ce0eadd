/** What Claude Code prints with `--output-format stream-json`, as events. Unknown lines are kept in the log and say nothing. */
import type { Usage } from '../core/event.ts';
import type { AgentEvent } from '../ports/agent.ts';
import { asAmount, asList, asMap, asText, type JsonMap, jsonMap } from './json-line.ts';
import { refusalIn, refusalOf, withoutEvents } from './refusals.ts';
import { type AgentStream, named, say } from './session.ts';

/** One for each session. */
export function claudeCodeStream(): AgentStream {
  /** By the id of the answer: each of its parts comes with all its tokens so far. */
  const answers = new Map<string, Usage>();
  let result: JsonMap | undefined;

  const assistant = (event: JsonMap): readonly AgentEvent[] => {
    const answer = asMap(event.message) ?? {};
    const told = asList(answer.content).flatMap((part) => partText(asMap(part) ?? {}));
    const usage = asMap(answer.usage);
    if (usage === undefined) return told;
    answers.set(asText(answer.id), usageOf(usage));
    return [...told, { type: 'usage', usage: total(answers.values()) }];
  };
  const ended = (event: JsonMap): readonly AgentEvent[] => {
    result = event;
    const costUsd = asAmount(event.total_cost_usd);
    const counted = asMap(event.usage);
    const sum = total(answers.values());
    const told = counted === undefined ? sum : larger(usageOf(counted), sum);
    return [
      ...say(asText(event.result)),
      { type: 'usage', usage: costUsd > 0 ? { ...told, costUsd } : told },
    ];
  };

  return {
    read(line) {
      const event = jsonMap(line);
      // What is no event is a warning or an error of the program itself.
      if (event === undefined) return line.startsWith('{') ? [] : say(line);
      if (event.type === 'assistant') return assistant(event);
      if (event.type === 'system' && event.subtype === 'init') return named(event.session_id);
      return event.type === 'result' ? ended(event) : [];
    },
    refusal(end) {
      if (result === undefined) return end.exitCode === 0 ? undefined : refusalIn(withoutEvents(end.tail));
      // An error of the service comes as `success` as well, with `is_error`.
      if (result.subtype === 'error_max_turns')
        return { reason: 'context', message: 'it took its last turn' };
      if (result.stop_reason === 'refusal') return { reason: 'declined', message: asText(result.result) };
      const failed = result.is_error === true || result.subtype !== 'success';
      if (!failed) return undefined;
      const words = asText(result.result) || JSON.stringify(result.errors ?? '');
      const status = asAmount(result.api_error_status);
      return refusalIn(words) ?? refusalOf(status, words);
    },
  };
}

/** What names the object of a tool's use, in the order in which it is looked for. */
const SUBJECTS = ['command', 'file_path', 'path', 'pattern', 'description', 'prompt'];

function partText(part: JsonMap): readonly AgentEvent[] {
  if (part.type === 'text') return say(asText(part.text));
  if (part.type !== 'tool_use') return [];
  const input = asMap(part.input) ?? {};
  const subject = SUBJECTS.map((key) => asText(input[key])).find((text) => text !== '') ?? '';
  return say(`${asText(part.name)} ${subject}`);
}

/** What goes into the cache is read for the first time, and costs as much and more. */
const usageOf = (usage: JsonMap): Usage => ({
  inputTokens: asAmount(usage.input_tokens) + asAmount(usage.cache_creation_input_tokens),
  outputTokens: asAmount(usage.output_tokens),
  cacheReadTokens: asAmount(usage.cache_read_input_tokens),
});

function total(usages: Iterable<Usage>): Usage {
  let [inputTokens, outputTokens, cacheReadTokens] = [0, 0, 0];
  for (const usage of usages) {
    inputTokens += usage.inputTokens;
    outputTokens += usage.outputTokens;
    cacheReadTokens += usage.cacheReadTokens;
  }
  return { inputTokens, outputTokens, cacheReadTokens };
}

/** The result leaves out what helpers of the agent used in some versions; nothing that was told is taken back. */
const larger = (a: Usage, b: Usage): Usage => ({
  inputTokens: Math.max(a.inputTokens, b.inputTokens),
  outputTokens: Math.max(a.outputTokens, b.outputTokens),
  cacheReadTokens: Math.max(a.cacheReadTokens, b.cacheReadTokens),
});
