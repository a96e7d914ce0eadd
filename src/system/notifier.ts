/** Sends notices: by the desktop's own program, or by a command of the user's. Decides nothing. */
import { type ChildProcess, spawn } from 'node:child_process';
import type { Notice } from '../core/notice.ts';
import type { Notifier } from '../ports/notifier.ts';

/** How somebody wants to be reached. */
export type NotifyBy = 'desktop' | { readonly command: string };

export interface NotifierOptions {
  /** What its programs get, besides the notice. */
  readonly env: Readonly<Record<string, string>>;
  readonly cwd: string;
  readonly platform?: NodeJS.Platform;
  /** After that it is ended. */
  readonly timeoutMs?: number;
}

interface Program {
  readonly name: string;
  readonly args: readonly string[];
}

const TIMEOUT_MS = 10_000;
const LAST_WORDS_MS = 500;
/** What a program says about its failure; more nobody reads. */
const MOST_WORDS = 300;

export function createNotifier(by: NotifyBy, options: NotifierOptions): Notifier {
  const { env, cwd, platform = process.platform, timeoutMs = TIMEOUT_MS } = options;
  return {
    send(notice) {
      const program =
        by === 'desktop' ? desktopProgram(notice, platform) : { name: 'sh', args: ['-c', by.command] };
      try {
        const child = spawn(program.name, program.args, {
          cwd,
          env: { ...env, ...noticeVariables(notice) },
          stdio: ['ignore', 'ignore', 'pipe'],
          // A group of its own: what it starts ends with it, and Ctrl+C is not meant for it.
          detached: true,
        });
        return howItEnded(child, program.name, timeoutMs);
      } catch (error) {
        // More than a program can be told (E2BIG) is thrown; the engine must not fall over it.
        return Promise.resolve(`${program.name} cannot be started: ${(error as Error).message}`);
      }
    },
  };
}

/** What the user's command is told. */
export const noticeVariables = ({ run, event, tasks, message }: Notice): Record<string, string> => ({
  TUTTI_RUN: run,
  TUTTI_EVENT: event,
  TUTTI_TASK: tasks.join('\n'),
  TUTTI_MESSAGE: message,
});

/** Texts are arguments: no shell and no script ever sees them. */
function desktopProgram({ title, message }: Notice, platform: NodeJS.Platform): Program {
  if (platform !== 'darwin')
    return {
      name: 'notify-send',
      args: ['--app-name=tutti', '--', `tutti: ${title}`, withoutMarkup(message)],
    };
  const script = [
    'on run texts',
    'display notification (item 2 of texts) with title (item 1 of texts)',
    'end run',
  ];
  return {
    name: 'osascript',
    args: [...script.flatMap((line) => ['-e', line]), '--', `tutti: ${title}`, message],
  };
}

/** The body of a notification may have markup. */
const withoutMarkup = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');

function howItEnded(child: ChildProcess, name: string, timeoutMs: number): Promise<string | undefined> {
  const { promise, resolve } = Promise.withResolvers<string | undefined>();
  let words = '';
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    words = `${words}${text}`.slice(-MOST_WORDS);
  });
  const timer = setTimeout(() => {
    endGroup(child);
    resolve(`${name} took longer than ${timeoutMs / 1000} s`);
  }, timeoutMs);
  child.once('error', (error) => resolve(`${name} cannot be started: ${error.message}`));
  let late: NodeJS.Timeout | undefined;
  child.once('exit', (code, signal) => {
    if (code === 0) resolve(undefined);
    const tell = (): void => {
      const said = words.trim().split('\n').at(-1) ?? '';
      resolve(`${name} ended with ${code ?? signal}${said === '' ? '' : `: ${said}`}`);
    };
    // Its last words may still be on their way; what it left in the background may hold them open for ever.
    child.once('close', tell);
    late = setTimeout(tell, LAST_WORDS_MS);
  });
  return promise.finally(() => {
    clearTimeout(timer);
    clearTimeout(late);
    child.stderr?.destroy();
  });
}

function endGroup({ pid }: ChildProcess): void {
  try {
    if (pid !== undefined) process.kill(-pid, 'SIGKILL');
  } catch {
    // It has just ended by itself.
  }
}
