/** The `scripted` driver: a deterministic agent that makes real commits, for the demo, tests and simulation. */
import { extname } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Usage } from '../core/event.ts';
import type { AgentDriver, AgentEvent } from '../ports/agent.ts';
import type { Supervisor } from '../process/supervise.ts';
import { type Recipe, writeScript } from './scripted-recipe.ts';
import { message, runSession } from './session.ts';

/** Begins the lines by which the program reports its use; everything else it prints is a message. */
const USAGE = '@usage ';

// Beside this file, as source or built.
const self = fileURLToPath(import.meta.url);
const programFile = fileURLToPath(new URL(`./scripted-program${extname(self)}`, import.meta.url));
/** Older Nodes warn when they run a source as it is. */
const nodeFlags = ['--disable-warning=ExperimentalWarning'];

export function scriptedDriver(name: string, supervisor: Supervisor, recipe: Recipe = {}): AgentDriver {
  return {
    name,
    start(request, signal) {
      const program = { argv: [process.execPath, ...nodeFlags, programFile] };
      const stdin = JSON.stringify(writeScript(recipe, request));
      return runSession(supervisor, request, { program, stdin, read: readLine }, signal);
    },
  };
}

function readLine(line: string): readonly AgentEvent[] {
  if (!line.startsWith(USAGE)) return message(line);
  try {
    return [{ type: 'usage', usage: JSON.parse(line.slice(USAGE.length)) as Usage }];
  } catch {
    return message(line);
  }
}
