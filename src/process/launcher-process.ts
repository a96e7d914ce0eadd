/** The launcher's process: starts programs for the engine that started it, tells what becomes of them, and ends with it. */
import type { FromLauncher, ToLauncher } from './launcher-messages.ts';
import { type Exit, type SpawnRequest, StartError, type StartedProgram, startProgram } from './spawn.ts';

const running = new Map<number, StartedProgram>();

/** Resolves when there is room for more, at once (as undefined) unless the engine is slow to read. */
function tell(message: FromLauncher): Promise<void> | undefined {
  const sent = Promise.withResolvers<void>();
  // What could not be sent is of no use to anybody: the engine has gone, and `disconnect` follows.
  const hasRoom = process.send?.(message, undefined, undefined, () => sent.resolve());
  return hasRoom === false ? sent.promise : undefined;
}

async function start(id: number, request: SpawnRequest): Promise<void> {
  let untold: Exit | undefined;
  const tellExit = (): void => {
    if (untold) void tell({ id, type: 'exit', exit: untold });
    untold = undefined;
  };
  try {
    const program = await startProgram(request, {
      output: (lines) => tell({ id, type: 'output', lines }),
      exit(exit) {
        untold = exit;
        setImmediate(tellExit);
      },
      close(tail) {
        running.delete(id);
        void tell({ id, type: 'close', tail, ...(untold ? { exit: untold } : {}) });
        untold = undefined;
      },
      lost: () => {},
    });
    running.set(id, program);
    void tell({ id, type: 'started', process: program.process });
  } catch (error) {
    const code = error instanceof StartError ? error.code : 'other';
    void tell({ id, type: 'not-started', code, message: (error as Error).message });
  }
}

process.on('message', (message: ToLauncher) => {
  const program = running.get(message.id);
  switch (message.type) {
    case 'start':
      void start(message.id, message.request);
      return;
    case 'write':
      program?.input.write(message.text);
      return;
    case 'end-input':
      program?.input.end();
      return;
    case 'release':
      program?.release();
  }
});
process.once('disconnect', () => process.exit());
// It ends with its engine and not before: a signal to everybody is for the engine to answer.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => {});
