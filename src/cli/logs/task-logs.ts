/** The logs of one task, attempt by attempt, as they are written. Knows neither screen nor JSON. */
import type { Home } from '../../compose.ts';
import { type AttemptId, attemptId } from '../../core/plan.ts';
import { planned, type RunState, type TaskState, taskAt } from '../../core/run-state.ts';
import { LogReader } from './log-reader.ts';

export interface TaskLogsOptions {
  /** One attempt only, besides the merge. */
  readonly attempt?: number;
  /** As it was printed, where an agent prints data. */
  readonly raw?: boolean;
}

/** A line of a log. */
export interface LogLine {
  readonly attempt: AttemptId;
  readonly file: string;
  readonly text: string;
}

export interface TaskLogs {
  /** Hands over all lines that have been written since the last time, also of attempts that are new. */
  read(): void;
  /** Hands over last lines that have no end. */
  close(): void;
}

/** Names of a task's logs: its attempts so far, then its merges. */
export function logNames(state: RunState, position: number, attempt?: number): readonly AttemptId[] {
  const { id } = planned(state, position);
  const { attempts } = taskAt(state, position);
  const ordinals =
    attempt === undefined ? Array.from({ length: attempts }, (_, index) => index + 1) : [attempt];
  return [...ordinals.map((ordinal) => attemptId(id, ordinal)), `${id}.merge` as AttemptId];
}

/** @param state may change between two readings */
export function openTaskLogs(
  { folder, agents }: Pick<Home, 'folder' | 'agents'>,
  state: RunState,
  position: number,
  { attempt, raw }: TaskLogsOptions,
  onLine: (line: LogLine) => void,
): TaskLogs {
  const readers = new Map<AttemptId, LogReader>();
  const open = (name: AttemptId): LogReader => {
    const file = folder.logFile(state.run, name);
    const agent = agentOf(taskAt(state, position), name);
    const readable = raw === true ? undefined : agents.lookup(agent ?? '')?.readable?.();
    return new LogReader(file, (line) => {
      for (const text of readable?.(line) ?? [line]) onLine({ attempt: name, file, text });
    });
  };
  return {
    read() {
      for (const name of logNames(state, position, attempt)) {
        const reader = readers.get(name) ?? open(name);
        readers.set(name, reader);
        reader.read();
      }
    },
    close() {
      for (const reader of readers.values()) reader.close();
      readers.clear();
    },
  };
}

/** Who worked in an attempt; undefined where only a gate ran. */
const agentOf = ({ attempt, sessions }: TaskState, name: AttemptId): string | undefined =>
  attempt?.id === name ? attempt.agent : sessions.find(({ id }) => id === name)?.agent;
