/** Reads JSON objects, one a line, from a socket; a line that is too long or no JSON ends the connection. */
import type { Socket } from 'node:net';

const newline = 0x0a;

/** Calls `take` with each parsed line; destroys the socket with an error when the other side breaks the rules. */
export function readJsonLines(socket: Socket, longest: number, take: (message: unknown) => void): void {
  let rest: Buffer[] = [];
  let restLength = 0;
  socket.on('data', (chunk: Buffer) => {
    let start = 0;
    for (let end = chunk.indexOf(newline); end >= 0; end = chunk.indexOf(newline, start)) {
      const line = Buffer.concat([...rest, chunk.subarray(start, end)]);
      rest = [];
      restLength = 0;
      start = end + 1;
      if (!takeLine(socket, line, longest, take)) return;
    }
    rest.push(chunk.subarray(start));
    restLength += chunk.length - start;
    if (restLength > longest) socket.destroy(new Error('line too long'));
  });
}

function takeLine(socket: Socket, line: Buffer, longest: number, take: (message: unknown) => void): boolean {
  if (socket.destroyed) return false;
  let message: unknown;
  try {
    if (line.length > longest) throw new Error('line too long');
    message = JSON.parse(line.toString('utf8'));
  } catch (error) {
    socket.destroy(error as Error);
    return false;
  }
  take(message);
  return !socket.destroyed;
}
