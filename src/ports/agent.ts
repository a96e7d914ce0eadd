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
  /** Go on in this session of the agent's own, made in the same folder; where it cannot, it begins afresh with `prompt`. */
  readonly resume?: ResumedSession;
  /** In place of the agent's own. */
  readonly model?: string;
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

/** An earlier session of the same agent, which knows what has been done. */
export interface ResumedSession {
  /** As the agent called it. */
  readonly session: string;
  /** What was used in it before and has been told. */
  readonly used: Usage;
  /** What it is told now. */
  readonly prompt: string;
}

export type AgentEvent =
  | { readonly type: 'launched'; readonly process: ProcessIdentity }
  /** One line for people; never trusted. */
  | { readonly type: 'message'; readonly text: string }
  | { readonly type: 'usage'; readonly usage: Usage }
  /** What the agent calls its session; may come more than once. */
  | { readonly type: 'session'; readonly session: string }
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
   * up. `overloaded`: too many requests just now. `context`: the conversation has become too long. `declined`: its
   * model would not do that.
   */
  readonly reason: 'authentication' | 'quota' | 'overloaded' | 'context' | 'declined';
  /** One line, in the agent's words. */
  readonly message: string;
  /** When it may go on; absent when nobody said. */
  readonly until?: Timestamp;
}

/** Where an agent would work, for looking whether it can. */
export interface AgentSurroundings {
  /** A folder like that of a session; it may be written to and is thrown away. */
  readonly cwd: string;
  /** The environment that a session would have, without TUTTI_*. */
  readonly env: Readonly<Record<string, string>>;
  /** As `ownFolder` of a session; thrown away, too. */
  readonly ownFolder: string;
  /** How long it may take to say what it has to say. */
  readonly timeoutMs: number;
  /** Its sessions are in the sandbox, and it needs none of its own. */
  readonly sandboxed?: boolean;
}

/** What an agent says of itself before it works. */
export interface AgentExamination {
  /** Absent when it does not tell. */
  readonly version?: string;
  readonly login: AgentLogin;
  /** What would keep it from working, or is worth knowing. */
  readonly problems: readonly Problem[];
}

export type AgentLogin =
  /** `how`: by a key, with which plan, at which provider; never a secret. */
  | { readonly state: 'in'; readonly how?: string }
  | { readonly state: 'out' }
  /** It cannot be asked, did not answer, or may do without. */
  | { readonly state: 'unknown' };

export interface AgentDriver {
  readonly name: string;
  /**
   * Its version, whether somebody is logged in, and everything that would keep it from working there: not installed, a
   * question (trust this folder? update now?) that nobody answers. Spends no tokens, never rejects, leaves no process;
   * aborting `signal` ends it early. Absent: there is nothing to ask.
   */
  readonly examine?: (surroundings: AgentSurroundings, signal: AbortSignal) => Promise<AgentExamination>;
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
