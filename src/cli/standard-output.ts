/** Standard output or standard error: the terminal that is behind it, a file, or a pipe. */
import { fstatSync, type Stats, statSync, writeSync } from 'node:fs';

export interface StandardOutput {
  /** Undefined where no terminal is behind it. */
  readonly terminal: NodeJS.WriteStream | undefined;
  /** Once that has failed, does nothing. */
  write(text: string): void;
}

/**
 * Files are written to directly: a command is several milliseconds longer when Node loads its streams for them. A pipe is not,
 * because its other end may be slow, and nobody shall have to wait for that.
 * @param open Node's stream for the descriptor
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
  const kind = kindOf(descriptor);
  let stream: NodeJS.WriteStream | undefined;
  const opened = (): NodeJS.WriteStream => {
    stream ??= open().on('error', fail);
    return stream;
  };
  return {
    terminal: kind === 'terminal' ? opened() : undefined,
    write(text) {
      if (hasFailed) return;
      if (kind !== 'file') return void opened().write(text);
      try {
        for (let rest = Buffer.from(text); rest.length > 0; )
          rest = rest.subarray(writeSync(descriptor, rest));
      } catch (error) {
        fail(error as NodeJS.ErrnoException);
      }
    },
  };
}

/** Only a character device may be a terminal, and the one that is none is known: to ask whether one is loads sockets. */
function kindOf(descriptor: number): 'terminal' | 'pipe' | 'file' {
  const stats = fstatSync(descriptor);
  if (stats.isFIFO() || stats.isSocket()) return 'pipe';
  const isTerminal =
    stats.isCharacterDevice() &&
    !isNullDevice(stats) &&
    process.getBuiltinModule('node:tty').isatty(descriptor);
  return isTerminal ? 'terminal' : 'file';
}

function isNullDevice({ rdev }: Stats): boolean {
  try {
    return rdev === statSync('/dev/null').rdev;
  } catch {
    return false;
  }
}
