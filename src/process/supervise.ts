/** Runs one program from start to end: limits, cancellation, and nothing left when it is over. */
import { constants } from 'node:os';
import type { ProcessIdentity } from '../core/event.ts';
import type { SessionEnd } from '../ports/agent.ts';
import type { Clock, Timer } from '../ports/clock.ts';
import { type Contain, controlGroups } from './control-group.ts';
import {
  type Exit,
  type ProgramInput,
  type ProgramListener,
  type SpawnRequest,
  type StartedProgram,
  type StartProgram,
  startProgram,
} from './spawn.ts';
import { createSweeper, type Sweeper } from './sweep.ts';
import { GRACE_MS, terminate } from './terminate.ts';

export interface SuperviseRequest extends Omit<SpawnRequest, 'lines'> {
  /** Ends it this long after its start, in milliseconds. No limit by default. */
  readonly timeoutMs?: number;
  /** Ends it when it was silent this long, in milliseconds. No limit by default. */
  readonly stallMs?: number;
  /** Asked before a stall is declared: true when something else (a commit) happened since it was asked last. */
  readonly activity?: () => Promise<boolean>;
  /** `finish` of its input ends a program that does not end with it. */
  readonly onStarted?: (process: ProcessIdentity, input: SupervisedInput) => void;
  /** Whether it may hide what it starts: then it gets a control group of its own, where the system lets us make one. */
  readonly contained?: boolean;
  /** Called with each clean line of stdout and stderr. */
  readonly onLine?: (line: string) => void;
}

/** The standard input of a program that is talked to. */
export interface SupervisedInput extends Pick<ProgramInput, 'write'> {
  /** All is said: its input ends, and soon after so does the program, by itself or not. */
  finish(): void;
}

/** How a program ended, and who ended it. */
export type ProgramEnd = SessionEnd;

export interface Supervisor {
  /**
   * Runs a program to its end; aborting `signal` cancels it. When this resolves, no descendant of it is left.
   * @throws StartError when it cannot be started.
   */
  run(request: SuperviseRequest, signal: AbortSignal): Promise<ProgramEnd>;
}

export interface SupervisorOptions {
  readonly clock: Clock;
  /** Time between SIGTERM and SIGKILL, in milliseconds. */
  readonly graceMs?: number;
  /** How programs are started; as children of this process by default. */
  readonly start?: StartProgram;
}

/** One for all programs: it lets them share their looks at the process table. */
export function createSupervisor({
  clock,
  graceMs = GRACE_MS,
  start = startProgram,
}: SupervisorOptions): Supervisor {
  const options = { clock, graceMs, start };
  const sweeper = createSweeper(options);
  const contain = controlGroups(clock);
  return {
    async run(request, signal) {
      if (signal.aborted) return { reason: 'cancelled', exitCode: null, signal: null, tail: '' };
      return new Supervision(request, signal, options, { sweeper, contain }).run();
    },
  };
}

/** How long a program may go on when all is said and its input has ended, in milliseconds. */
const FINISH_WAIT_MS = 2_000;
/** How long output may stay open after the last descendant has gone, in milliseconds. */
const OUTPUT_WAIT_MS = 1_000;

/** Owns one process from its start until nothing of it is left. */
class Supervision {
  readonly #request: SuperviseRequest;
  readonly #signal: AbortSignal;
  readonly #options: Required<SupervisorOptions>;
  readonly #sweeper: Sweeper;
  readonly #contain: Contain;
  readonly #ended = Promise.withResolvers<void>();
  readonly #closed = Promise.withResolvers<string>();
  readonly #timers: { limit?: Timer; stall?: Timer; finish?: Timer; output?: Timer } = {};
  #process: ProcessIdentity | undefined;
  #exit: Exit | undefined;
  #startedAt = 0;
  #lastOutputAt = 0;
  #cause: ProgramEnd['reason'] | undefined;
  #stopping: Promise<void> | undefined;

  constructor(
    request: SuperviseRequest,
    signal: AbortSignal,
    options: Required<SupervisorOptions>,
    { sweeper, contain }: { readonly sweeper: Sweeper; readonly contain: Contain },
  ) {
    this.#request = request;
    this.#signal = signal;
    this.#options = options;
    this.#sweeper = sweeper;
    this.#contain = contain;
  }

  async run(): Promise<ProgramEnd> {
    const { onStarted, onLine, timeoutMs, stallMs, activity, contained, ...request } = this.#request;
    const program = await this.#options.start({ ...request, lines: onLine !== undefined }, this.#listener());
    this.#process = program.process;
    const group = contained === true ? this.#contain(program.process) : undefined;
    this.#watch(program.process.pid);
    onStarted?.(program.process, { write: program.input.write, finish: () => this.#finish(program) });
    await this.#ended.promise;
    this.#unwatch(program.process.pid);
    const leftovers = this.#stopping ?? this.#sweeper.leftovers(this.#process, this.#ageMs());
    if (leftovers) await leftovers;
    await group?.end();
    return this.#end(await this.#drain(program));
  }

  #listener(): ProgramListener {
    const { onLine } = this.#request;
    return {
      output: (lines) => {
        this.#lastOutputAt = this.#options.clock.monotonicMs();
        if (onLine) for (const line of lines) onLine(line);
        return undefined;
      },
      exit: (exit) => {
        this.#exit = exit;
        this.#ended.resolve();
      },
      close: (tail) => this.#closed.resolve(tail),
      lost: () => {
        this.#stop('crashed');
        const ended = (): void => this.#ended.resolve();
        void this.#stopping?.then(ended, ended);
      },
    };
  }

  #watch(pid: number): void {
    const { clock } = this.#options;
    const { timeoutMs, stallMs } = this.#request;
    this.#sweeper.enter(pid);
    this.#startedAt = clock.monotonicMs();
    this.#lastOutputAt = this.#startedAt;
    if (timeoutMs !== undefined) this.#timers.limit = clock.after(timeoutMs, () => this.#stop('timed-out'));
    if (stallMs !== undefined) this.#expectOutput(stallMs, stallMs);
    this.#signal.addEventListener('abort', this.#cancel, { once: true });
    // Aborted between the start and this line: nobody will tell us again.
    if (this.#signal.aborted) this.#cancel();
  }

  #unwatch(pid: number): void {
    this.#sweeper.leave(pid);
    this.#timers.limit?.cancel();
    this.#timers.stall?.cancel();
    this.#timers.finish?.cancel();
    this.#signal.removeEventListener('abort', this.#cancel);
  }

  #finish({ input }: StartedProgram): void {
    input.end();
    if (this.#exit) return;
    this.#timers.finish ??= this.#options.clock.after(FINISH_WAIT_MS, () => this.#stop('exited'));
  }

  #ageMs(): number {
    return this.#options.clock.monotonicMs() - this.#startedAt;
  }

  readonly #cancel = (): void => this.#stop('cancelled');

  // One timer for the whole silence, not one for each line: at its end it is set again for what is left.
  #expectOutput(stallMs: number, delayMs: number): void {
    const { clock } = this.#options;
    this.#timers.stall = clock.after(delayMs, async () => {
      if (this.#leftOf(stallMs) <= 0 && (await this.#wasActive())) this.#lastOutputAt = clock.monotonicMs();
      if (this.#exit || this.#cause) return;
      const leftMs = this.#leftOf(stallMs);
      if (leftMs > 0) this.#expectOutput(stallMs, leftMs);
      else this.#stop('stalled');
    });
  }

  #leftOf(stallMs: number): number {
    return stallMs - (this.#options.clock.monotonicMs() - this.#lastOutputAt);
  }

  async #wasActive(): Promise<boolean> {
    try {
      return (await this.#request.activity?.()) ?? false;
    } catch {
      return false;
    }
  }

  /** The first cause counts; once the program has ended by itself there is none. */
  #stop(cause: ProgramEnd['reason']): void {
    if (this.#exit || this.#cause || !this.#process) return;
    this.#cause = cause;
    const family = { mark: this.#request.mark, root: this.#process, ours: true };
    this.#stopping = terminate(family, this.#options).then(({ survivors }) => {
      // Stuck in the kernel: its exit may never be told.
      if (survivors.length > 0) this.#ended.resolve();
    });
  }

  /** Waits for the last output; a stranger that holds it open does not hold us. */
  async #drain(program: StartedProgram): Promise<string> {
    this.#timers.output = this.#options.clock.after(OUTPUT_WAIT_MS, () => program.release());
    const tail = await this.#closed.promise;
    this.#timers.output.cancel();
    return tail;
  }

  #end(tail: string): ProgramEnd {
    const { code = null, signal = null } = this.#exit ?? {};
    const end = { exitCode: code, signal: signal ?? signalOfShell(this.#request, code), tail };
    return { reason: this.#cause ?? (end.signal === null ? 'exited' : 'crashed'), ...end };
  }
}

/** Signals by which programs crash or are killed, as opposed to exit codes that happen to be above 128. */
const crashSignals = ['SIGABRT', 'SIGBUS', 'SIGFPE', 'SIGILL', 'SIGKILL', 'SIGSEGV', 'SIGTERM'] as const;

/** A shell reports the death of the program it waited for as 128 + the signal's number. */
function signalOfShell({ program }: Pick<SpawnRequest, 'program'>, code: number | null): string | null {
  if (!('shell' in program) || code === null) return null;
  return crashSignals.find((name) => code === 128 + constants.signals[name]) ?? null;
}
