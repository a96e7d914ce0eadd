/** Agents: start one in a folder with a prompt and stream what it does. Its claims and exit codes prove nothing. */
import type { ProcessIdentity, Usage } from '../core/event.ts';
import type { AttemptId, Task, Timestamp } from '../core/plan.ts';
import type { Problem } from '../core/problem.ts';

/** What a session in the sandbox may do besides working in its folder; paths are absolute. */
export interface SandboxRules {
  /** Hosts it may connect to, as `sandbox.domains` has them. */
  readonly domains: readonly string[];
  /** Further folders it may write to. */
  readonly write: readonly string[];
  /** What it may not even read. */
  readonly hide: readonly string[];
  /** Where the system allows no new /proc. */
  readonly nested: boolean;
}

export interface SessionRequest {
  readonly attempt: AttemptId;
  /** Value of TUTTI_MARK: known before the process exists, so that recovery finds it even when nobody recorded its pid. */
  readonly mark: string;
  readonly task: Task;
  /** 1 for the first session on the task. */
  readonly ordinal: number;
  /** The folder it works in. */
  readonly cwd: string;
  readonly prompt: string;
  /** The same prompt as a file outside the workspace. */
  readonly promptFile: string;
  /**
   * A folder for what an agent keeps of its own, for those that fail when several of them share it. Of the slot: no two
   * sessions have it at once. May be missing.
   */
  readonly ownFolder: string;
  /** The whole environment of its process, TUTTI_* included. */
  readonly env: Readonly<Record<string, string>>;
  /** Text of the command agent; the task's own wins over the run's. */
  readonly command?: string;
  /** Where its raw output goes. */
  readonly logFile: string;
  readonly timeoutMs: number;
  /** Longest silence: neither output nor a commit. */
  readonly stallMs: number;
  /** Absent: it runs as the user, with the user's rights. */
  readonly sandbox?: SandboxRules;
}

export type AgentEvent =
  | { readonly type: 'launched'; readonly process: ProcessIdentity }
  /** One line for people; never trusted. */
  | { readonly type: 'message'; readonly text: string }
  | { readonly type: 'usage'; readonly usage: Usage }
  /** Always the last; all descendants are gone when it comes. */
  | { readonly type: 'ended'; readonly end: SessionEnd };

/** How a session ended; `reason` says who ended it. */
export interface SessionEnd {
  readonly reason: 'exited' | 'crashed' | 'cancelled' | 'timed-out' | 'stalled';
  readonly exitCode: number | null;
  readonly signal: string | null;
  /** The end of its output, bounded. */
  readonly tail: string;
  /** Why its model's service would not go on, when the session ended for that. */
  readonly refusal?: Refusal;
}

/** What an agent's service answered instead of working, as the agent tells it. */
export interface Refusal {
  /**
   * `authentication`: nobody is logged in, or the key is wrong. `quota`: what may be used in some hours or days is used
   * up. `overloaded`: too many requests just now.
   */
  readonly reason: 'authentication' | 'quota' | 'overloaded';
  /** One line, in the agent's words. */
  readonly message: string;
  /** When it may go on; absent when nobody said. */
  readonly until?: Timestamp;
}

/** Where an agent would work, for looking whether it can. */
export interface AgentSurroundings {
  /** A new worktree, which may be written to and is thrown away. */
  readonly cwd: string;
  /** What its process would inherit. */
  readonly env: Readonly<Record<string, string | undefined>>;
}

export interface AgentDriver {
  readonly name: string;
  /**
   * Everything that would keep it from working there: not installed, not logged in, a question (trust this folder? update
   * now?) that nobody answers. Spends no tokens, never rejects. Absent: there is nothing to ask.
   */
  readonly examine?: (surroundings: AgentSurroundings) => Promise<readonly Problem[]>;
  /** What a line of its log says to people, nothing for most; one for each log. Absent: its lines are for people. */
  readonly readable?: () => (line: string) => readonly string[];
  /**
   * Runs one session. Aborting `signal` cancels it; the stream still ends with `ended`.
   * @throws Fault `agent-missing` when its executable cannot be started.
   */
  start(request: SessionRequest, signal: AbortSignal): AsyncIterable<AgentEvent>;
}

/** Looks a driver up by the name a task or the configuration gives. */
export type AgentLookup = (name: string) => AgentDriver | undefined;
