/**
 * Starts programs through a small process of its own. Starting one copies the page table of whoever does it and keeps
 * that thread waiting: an engine grows with its plan and has better things to do. What happens to a program is told
 * as if it were a child of this process; when the launcher dies, its programs are lost and the next start has a new one.
 */
import { type ChildProcess, fork } from 'node:child_process';
import { extname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { MARK, plainMark } from './identity.ts';
import type { FromLauncher, ToLauncher } from './launcher-messages.ts';
import {
  type ProgramListener,
  type SpawnRequest,
  StartError,
  type StartedProgram,
  type StartProgram,
} from './spawn.ts';

export interface Launcher {
  /** Gets the process ready before the first start; `mark` lets a later engine find it. */
  open(mark: string): void;
  readonly start: StartProgram;
  /** Lets the process end; what still runs is nobody's then. */
  close(): void;
}

/** A program from the question to start it until it is closed. */
interface Pending {
  readonly listener: ProgramListener;
  readonly started: PromiseWithResolvers<StartedProgram>;
  isStarted: boolean;
}

// Beside this file, as source or built.
const programFile = fileURLToPath(
  new URL(`./launcher-process${extname(fileURLToPath(import.meta.url))}`, import.meta.url),
);
/**
 * Older Nodes warn when they run a source as it is. A small young generation and no threads of V8's own keep its pages
 * few, and every start copies the table of them.
 */
const nodeFlags = ['--disable-warning=ExperimentalWarning', '--max-semi-space-size=1', '--single-threaded'];

export function createLauncher(): Launcher {
  const programs = new Map<number, Pending>();
  let mark = '';
  let lastId = 0;
  let launcher: ChildProcess | undefined;

  const open = (): ChildProcess => {
    const child = fork(programFile, {
      execArgv: nodeFlags,
      env: { [MARK]: plainMark(mark) },
      // Ctrl+C goes to everything in the terminal's group: it is meant for the engine alone.
      detached: true,
      stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
    });
    child.on('message', take);
    // Once, whichever comes first; a process that could not be made has no `exit`.
    for (const event of ['error', 'disconnect'] as const) child.on(event, () => forget(child));
    letWait(child);
    return child;
  };

  /** Only a program that runs keeps this process waiting. */
  const letWait = (child: ChildProcess): void => {
    child.unref();
    if (programs.size === 0) child.channel?.unref();
    else child.channel?.ref();
  };

  const settle = (id: number): void => {
    programs.delete(id);
    if (launcher) letWait(launcher);
  };

  const take = (message: unknown): void => {
    const told = message as FromLauncher;
    const program = programs.get(told.id);
    if (program === undefined) return;
    switch (told.type) {
      case 'started': {
        const { id } = told;
        program.isStarted = true;
        program.started.resolve({
          process: told.process,
          input: {
            write: (text) => tell({ id, type: 'write', text }),
            end: () => tell({ id, type: 'end-input' }),
          },
          release: () => tell({ id, type: 'release' }),
        });
        return;
      }
      case 'not-started':
        settle(told.id);
        program.started.reject(new StartError(told.code, told.message));
        return;
      case 'output':
        void program.listener.output(told.lines);
        return;
      case 'exit':
        program.listener.exit(told.exit);
        return;
      case 'close':
        settle(told.id);
        if (told.exit) program.listener.exit(told.exit);
        program.listener.close(told.tail);
    }
  };

  const forget = (child: ChildProcess): void => {
    if (launcher !== child) return;
    launcher = undefined;
    const left = [...programs.values()];
    programs.clear();
    for (const { listener, started, isStarted } of left) {
      if (isStarted) {
        listener.close('');
        listener.lost();
      } else {
        started.reject(new StartError('no-resources', 'the process that starts programs has ended'));
      }
    }
  };

  const tell = (message: ToLauncher): void => {
    launcher ??= open();
    // A channel that breaks is told by `disconnect`.
    launcher.send(message, () => {});
  };

  return {
    open(ownMark) {
      mark = ownMark;
      launcher ??= open();
    },
    start(request: SpawnRequest, listener: ProgramListener): Promise<StartedProgram> {
      const id = ++lastId;
      const pending = { listener, started: Promise.withResolvers<StartedProgram>(), isStarted: false };
      programs.set(id, pending);
      tell({ id, type: 'start', request });
      if (launcher) letWait(launcher);
      return pending.started.promise;
    },
    close() {
      const child = launcher;
      launcher = undefined;
      if (child?.connected) child.disconnect();
    },
  };
}
