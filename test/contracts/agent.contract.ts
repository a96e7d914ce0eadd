/** What every agent driver promises (src/ports/agent.ts), as tests that each driver runs with its own programs. */
import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { ProcessIdentity } from '../../src/core/event.ts';
import { attemptId, makeTask, taskId } from '../../src/core/plan.ts';
import type { AgentDriver, AgentEvent, SessionRequest } from '../../src/ports/agent.ts';
import type { Clock } from '../../src/ports/clock.ts';
import { plainMark } from '../../src/process/identity.ts';
import { readProcessTable } from '../../src/process/process-table.ts';
import { createSupervisor, type Supervisor } from '../../src/process/supervise.ts';
import { systemClock } from '../../src/system/system-clock.ts';
import { processesUnder } from '../rig/leftovers.ts';

/** How the session has to go; a driver that cannot do one gives no driver for it. */
export type Behaviour = (typeof behaviours)[number];

const behaviours = [
  /** Prints a line and ends. */
  'ends',
  /** Prints a line, then works on in several processes until it is ended. */
  'works-on',
  /** Never prints anything after its first line. */
  'falls-silent',
  /** Prints 20 MB. */
  'floods',
  /** Ends and leaves a daemon. */
  'leaves-daemon',
  /** Its executable does not exist. */
  'missing',
] as const;

const programs = fileURLToPath(new URL('../fixtures/programs/', import.meta.url));
const sh = (name: string) => ['sh', join(programs, name)];
/** What makes any command behave so. */
export const plainCommands: Readonly<Record<Behaviour, string | readonly string[]>> = {
  ends: 'echo hello',
  'works-on': sh('family.sh'),
  'falls-silent': 'echo hello; sleep 600',
  floods: [process.execPath, join(programs, 'floods.mjs'), '20000000', '100'],
  'leaves-daemon': sh('leaves-daemon.sh'),
  missing: ['no-such-agent'],
};

export interface AgentContract {
  readonly name: string;
  /** Prepares the folder that sessions work in. */
  readonly prepare?: (cwd: string) => void;
  readonly make: (behaviour: Behaviour, supervisor: Supervisor) => AgentDriver | undefined;
}

export function describeAgentContract({ name, prepare, make }: AgentContract): void {
  describe(`the agent contract: ${name}`, () => {
    let folder = '';
    let clock: Clock;
    let supervisor: Supervisor;
    let launched: ProcessIdentity | undefined;

    beforeAll(() => {
      folder = mkdtempSync(join(tmpdir(), 'tutti-agent-'));
      writeFileSync(join(folder, 'prompt.md'), 'Do it.\n');
      prepare?.(folder);
      clock = systemClock();
      supervisor = createSupervisor({ clock, graceMs: 200 });
    });
    afterAll(() => {
      clock.stop();
      rmSync(folder, { recursive: true });
    });
    afterEach(async () => {
      const table = await readProcessTable();
      const plain = plainMark(launched?.mark ?? 'none');
      expect(table.filter(({ mark }) => mark === plain)).toEqual([]);
      launched = undefined;
    });

    const request = (more: Partial<SessionRequest> = {}): SessionRequest => ({
      attempt: attemptId(taskId('T-001'), 1),
      mark: `run ${Math.random()}/T-001.1`,
      task: makeTask({ id: taskId('T-001'), title: 'A task' }),
      ordinal: 1,
      cwd: folder,
      prompt: 'Do it.\n',
      promptFile: join(folder, 'prompt.md'),
      ownFolder: join(folder, 'own'),
      env: { PATH: process.env.PATH ?? '', HOME: folder, TUTTI_RUN: 'r1' },
      logFile: join(folder, 'session.log'),
      timeoutMs: 60_000,
      stallMs: 60_000,
      ...more,
    });

    /** All events of a session; `seen` is told of each as it comes. */
    async function play(
      behaviour: Behaviour,
      more: Partial<SessionRequest> = {},
      signal = new AbortController().signal,
      seen: (event: AgentEvent) => void = () => {},
    ): Promise<readonly AgentEvent[] | undefined> {
      const events: AgentEvent[] = [];
      const driver = make(behaviour, supervisor);
      if (!driver) return undefined;
      for await (const event of driver.start(request(more), signal)) {
        if (event.type === 'launched') launched = event.process;
        events.push(event);
        seen(event);
      }
      return events;
    }
    /** The reason of the one `ended`, which has to be the last event. */
    const reasonOf = (events: readonly AgentEvent[] | undefined): string | undefined => {
      const ends = events?.filter(({ type }) => type === 'ended');
      expect(ends).toEqual(events && [events.at(-1)]);
      const last = events?.at(-1);
      return last?.type === 'ended' ? last.end.reason : undefined;
    };

    it('is launched first, talks, and ends exactly once', async () => {
      const events = await play('ends');
      expect(reasonOf(events)).toBe('exited');
      expect(events?.[0]?.type).toBe('launched');
      expect(events?.some(({ type }) => type === 'message')).toBe(true);
    });

    it('can be cancelled before it starts, as it starts and while it works', async () => {
      expect(reasonOf(await play('works-on', {}, AbortSignal.abort()))).toBe('cancelled');
      for (const when of ['launched', 'message']) {
        const cancel = new AbortController();
        const events = await play('works-on', {}, cancel.signal, ({ type }) => {
          if (type === when) cancel.abort();
        });
        expect(reasonOf(events)).toBe('cancelled');
      }
    });

    it('is ended at its time limit', async () => {
      expect(reasonOf(await play('works-on', { timeoutMs: 300 }))).toBe('timed-out');
    });

    it('is ended when it falls silent', async () => {
      expect(reasonOf(await play('falls-silent', { stallMs: 1_000 }))).toBe('stalled');
    });

    it('is cancelled when nobody listens any more', async () => {
      const driver = make('works-on', supervisor)!;
      for await (const event of driver.start(request(), new AbortController().signal)) {
        if (event.type === 'launched') launched = event.process;
        if (event.type === 'message') break;
      }
      expect(launched).toBeDefined();
    });

    it('may flood a reader that is slow', async () => {
      let turns = 0;
      const driver = make('floods', supervisor);
      if (!driver) return;
      for await (const event of driver.start(request(), new AbortController().signal)) {
        if (event.type === 'message') turns += 1;
        if (turns % 100 === 0) await new Promise(setImmediate);
        if (event.type === 'ended')
          expect([event.end.reason, event.end.tail.length <= 16_384]).toEqual(['exited', true]);
      }
      expect(statSync(join(folder, 'session.log')).mode & 0o777).toBe(0o600);
    });

    it('leaves nothing running', async () => {
      const events = await play('leaves-daemon');
      if (events) expect(reasonOf(events)).toBe('exited');
    });

    it('says something of itself whatever its program does, and leaves nothing running', async () => {
      for (const behaviour of behaviours) {
        const examine = make(behaviour, supervisor)?.examine;
        if (examine === undefined) continue;
        const { env, cwd, ownFolder } = request();
        const told = await examine({ env, cwd, ownFolder, timeoutMs: 500 }, new AbortController().signal);
        expect(told.login, behaviour).toEqual({ state: 'unknown' });
        expect(processesUnder(folder), behaviour).toEqual([]);
      }
    });

    it('says when its executable is missing', async () => {
      const failure = await play('missing').catch((error: unknown) => error);
      if (failure) expect(failure).toMatchObject({ name: 'Fault', code: 'agent-missing' });
    });
  });
}
