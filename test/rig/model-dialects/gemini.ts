/** Google's `generateContent`, whole and in events, as far as Gemini CLI needs it. */
import { type Answer, type Dialect, type Question, sendEvents, sendJson, textOf, USED } from './dialect.ts';

export const geminiDialect: Dialect = {
  isAt: (path) => /\/models\/[^/]+:(generateContent|streamGenerateContent|countTokens)$/.test(path),
  serve({ path, body, response, answer }) {
    if (path.endsWith(':countTokens')) {
      sendJson(response, 200, { totalTokens: USED.input });
      return;
    }
    const request = body as RequestBody;
    const given = isWork(request) ? answer(questionOf(request)) : aside;
    if ('status' in given) sendJson(response, given.status, { error: given.error });
    else if (path.endsWith(':generateContent')) sendJson(response, 200, whole(given));
    else sendEvents(response, [{ data: whole(given) }]);
  },
};

interface RequestBody {
  readonly contents: readonly { readonly role: string; readonly parts: readonly Part[] }[];
  readonly tools?: readonly { readonly functionDeclarations?: readonly { readonly name: string }[] }[];
}

interface Part {
  readonly text?: string;
  readonly functionResponse?: object;
}

const SHELL = 'run_shell_command';

/** All else is asked aside, which model to take for example, and nothing that a test has a say in. */
const isWork = ({ tools = [] }: RequestBody): boolean =>
  tools.some(({ functionDeclarations = [] }) => functionDeclarations.some(({ name }) => name === SHELL));

const aside: Answer = {
  say: JSON.stringify({
    complexity_reasoning: 'It is simple.',
    complexity_score: 1,
    reasoning: 'It is simple.',
    model_choice: 'flash',
  }),
};

/** The prompt is the last that the user says; what commands gave comes as the user's as well. */
function questionOf({ contents }: RequestBody): Question {
  const isResult = ({ functionResponse }: Part): boolean => functionResponse !== undefined;
  const said = contents.findLastIndex(({ role, parts }) => role === 'user' && !parts.some(isResult));
  const results = contents.slice(said + 1).flatMap(({ parts }) => parts.filter(isResult));
  const earlier = JSON.stringify(contents.slice(0, said));
  return { prompt: textOf(contents[said]?.parts), ran: results.length, earlier };
}

function whole(given: Exclude<Answer, { status: number }>) {
  const part =
    'say' in given
      ? { text: given.say }
      : { functionCall: { name: SHELL, args: { command: given.run, description: 'Work' } } };
  return {
    candidates: [{ index: 0, content: { role: 'model', parts: [part] }, finishReason: 'STOP' }],
    usageMetadata: {
      promptTokenCount: USED.input,
      cachedContentTokenCount: USED.cached,
      candidatesTokenCount: USED.output,
      totalTokenCount: USED.input + USED.output,
    },
  };
}
