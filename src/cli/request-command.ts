/** The common course of commands that send one request: find the run, send, tell the answer. */
import { type Home, openHome } from '../compose.ts';
import type { Request } from '../core/event.ts';
import type { RunId } from '../core/plan.ts';
import { currentRun, findRun } from './find-run.ts';
import type { Action } from './program.ts';
import { sendRequest, tellAnswer } from './send-request.ts';
import type { Terminal } from './terminal.ts';

export interface RequestOptions {
  readonly run?: string;
  readonly json?: boolean;
}

/** @param requestOf makes the request; undefined when the person thought better of it */
export function requestCommand<Options extends RequestOptions>(
  requestOf: (
    args: readonly string[],
    options: Options,
    context: { readonly home: Home; readonly run: RunId; readonly terminal: Terminal },
  ) => Promise<Request | undefined> | Request | undefined,
): Action<Options> {
  return async (terminal, args, options) => {
    const home = await openHome(terminal);
    try {
      const run = options.run === undefined ? await currentRun(home) : findRun(home, options.run);
      const request = await requestOf(args, options, { home, run, terminal });
      if (request === undefined) return 0;
      return tellAnswer(await sendRequest(home, run, request), terminal, options.json === true);
    } finally {
      home.close();
    }
  };
}
