/** Standard output or standard error: the terminal that is behind it, or a file or a pipe. */
import { fstatSync, writeSync } from 'node:fs';

export interface StandardOutput {
  /** Undefined where no terminal is behind it. */
  readonly terminal: NodeJS.WriteStream | undefined;
  /** Writes at once and waits until all is taken. Once that has failed, does nothing. */
  write(text: string): void;
}

/**
 * Files and pipes are written to directly: a command is several milliseconds longer when Node loads its streams for them.
 * @param open Node's stream for the descriptor: for terminals, and for pipes whose other end must be waited for
 * @param onFailure is called once, with why nothing more can be written
 */
export function openOutput(
  descriptor: number,
  open: () => NodeJS.WriteStream,
  onFailure: (error: NodeJS.ErrnoException) => void,
): StandardOutput {
  let hasFailed = false;
  const fail = (error: NodeJS.ErrnoException): void => {
    if (!hasFailed) onFailure(error);
    hasFailed = true;
  };
  const opened = (): NodeJS.WriteStream => open().on('error', fail);
  const terminal = isTerminal(descriptor) ? opened() : undefined;
  let stream = terminal;
  return {
    terminal,
    write(text) {
      if (hasFailed) return;
      if (stream !== undefined) return void stream.write(text);
      let rest: Uint8Array = Buffer.from(text);
      try {
        while (rest.length > 0) rest = rest.subarray(writeSync(descriptor, rest));
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== 'EAGAIN') return fail(error as NodeJS.ErrnoException);
        // A full pipe, shared with a program that does not want to wait for it.
        stream = opened();
        stream.write(rest);
      }
    },
  };
}

/** Who is no character device need not be asked, which loads sockets. */
function isTerminal(descriptor: number): boolean {
  return fstatSync(descriptor).isCharacterDevice() && process.getBuiltinModule('node:tty').isatty(descriptor);
}
