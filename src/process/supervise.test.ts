import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { ProcessIdentity } from '../core/event.ts';
import { systemClock } from '../system/system-clock.ts';
import { canContain } from './control-group.ts';
import { isAlive, plainMark, startTimeOf } from './identity.ts';
import { createLauncher } from './launcher.ts';
import { createOrphans } from './orphans.ts';
import { olderLog } from './output.ts';
import { readProcessTable } from './process-table.ts';
import { StartError, startProgram } from './spawn.ts';
import { createSupervisor, type ProgramEnd, type SuperviseRequest } from './supervise.ts';

const programs = fileURLToPath(new URL('../../test/fixtures/programs/', import.meta.url));
const clock = systemClock();
const launcher = createLauncher();
let supervisor = createSupervisor({ clock, graceMs: 200, start: launcher.start });
const never = new AbortController().signal;
let folder = '';
let mark = '';

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'tutti-supervise-'));
});
afterAll(() => {
  launcher.close();
  clock.stop();
  rmSync(folder, { recursive: true });
});
// Whatever a test did: nothing of it may be left.
afterEach(async () => expect(await marked()).toEqual([]));

async function marked(): Promise<readonly number[]> {
  return (await readProcessTable()).filter((entry) => entry.mark === plainMark(mark)).map(({ pid }) => pid);
}

function request(more: Partial<SuperviseRequest>): SuperviseRequest {
  mark = `test ${Math.random()}/ä 100%`;
  const env = { PATH: process.env.PATH ?? '' };
  return { program: { shell: ':' }, cwd: folder, env, mark, ...more };
}
const script = (name: string) => ({ argv: ['sh', join(programs, name)] });
const module = (name: string, ...args: readonly string[]) => ({
  argv: [process.execPath, join(programs, name), ...args],
});

/** Runs until the first line, then does what `act` says. */
async function onFirstLine(
  act: () => void,
  more: Partial<SuperviseRequest>,
  signal = never,
): Promise<ProgramEnd> {
  return supervisor.run(request({ ...more, onLine: act }), signal);
}

describe.each([
  ['as a child', startProgram],
  ['through a launcher', launcher.start],
])('started %s', (name, start) => {
  beforeAll(() => {
    supervisor = createSupervisor({ clock, graceMs: 200, start });
  });

  describe('a program that ends by itself', () => {
    it('tells its exit code and its output', async () => {
      const lines: string[] = [];
      const program = { shell: 'echo "$GREETING"; exit 3' };
      const env = { PATH: process.env.PATH ?? '', GREETING: 'hello' };
      const end = await supervisor.run(request({ program, env, onLine: (line) => lines.push(line) }), never);
      expect(end).toEqual({ reason: 'exited', exitCode: 3, signal: null, tail: 'hello\n' });
      expect(lines).toEqual(['hello']);
    });

    it('gets its input as text or from a file, and may ignore it', async () => {
      const file = join(folder, 'input');
      writeFileSync(file, 'from a file');
      const cat = { shell: 'cat' };
      const ends = [
        await supervisor.run(request({ program: cat, stdin: 'as text' }), never),
        await supervisor.run(request({ program: cat, stdin: { file } }), never),
        await supervisor.run(request({ program: cat }), never),
        await supervisor.run(
          request({ program: { shell: 'exec <&-; exit 0' }, stdin: 'x'.repeat(5_000_000) }),
          never,
        ),
      ];
      expect(ends.map(({ reason, tail }) => [reason, tail])).toEqual([
        ['exited', 'as text'],
        ['exited', 'from a file'],
        ['exited', ''],
        ['exited', ''],
      ]);
    });

    it('gives clean lines whatever it writes', async () => {
      const lines: string[] = [];
      await supervisor.run(
        request({ program: module('writes-garbage.mjs'), onLine: (line) => lines.push(line) }),
        never,
      );
      expect(lines).toEqual(['half grün', 'a\uFFFDb', 'red done', '100%', 'no end']);
    });

    it('gives its last line, which has no end, when its output is closed after it has ended', async () => {
      const lines: string[] = [];
      const program = { shell: 'printf "no end"; sleep 60 &' };
      await supervisor.run(request({ program, onLine: (line) => lines.push(line) }), never);
      expect(lines).toEqual(['no end']);
    });

    it('may flood: log and memory stay bounded, no line is lost', async () => {
      const logFile = join(folder, `flood-${name}.log`);
      let lines = 0;
      const end = await supervisor.run(
        request({
          program: module('floods.mjs', '20000000', '1000'),
          logFile,
          logLimitBytes: 100_000,
          tailBytes: 5_000,
          onLine: () => {
            lines += 1;
          },
        }),
        never,
      );
      expect({ ...end, tail: end.tail.length <= 5_000 }).toEqual({
        reason: 'exited',
        exitCode: 0,
        signal: null,
        tail: true,
      });
      expect(lines).toBe(20_000);
      const sizes = [logFile, olderLog(logFile)].map((file) => statSync(file).size);
      expect(sizes.every((size) => size > 0 && size <= 50_000 + 100)).toBe(true);
      // A new log may have been begun only just before the end.
      const logged = [olderLog(logFile), logFile].map((file) => readFileSync(file, 'utf8')).join('');
      expect(logged.endsWith(end.tail)).toBe(true);
    });

    it.each(['leaves-daemon.sh', 'leaves-nameless.sh', 'holds-output.sh'])(
      'takes down what it left: %s',
      async (name) => {
        let root: ProcessIdentity | undefined;
        const onStarted = (process: ProcessIdentity): void => {
          root = process;
        };
        const end = await supervisor.run(request({ program: script(name), onStarted }), never);
        expect(end.reason).toBe('exited');
        const table = await readProcessTable();
        expect(table.filter(({ sid, pgid }) => sid === root?.pid || pgid === root?.pid)).toEqual([]);
      },
    );

    it.skipIf(!canContain())('takes down what nothing tells apart from others', async () => {
      const lines: string[] = [];
      const more = { program: script('leaves-unknown.sh'), contained: true };
      const end = await supervisor.run(request({ ...more, onLine: (line) => lines.push(line) }), never);
      const [pid, group = ''] = lines;
      expect([end.reason, startTimeOf(Number(pid))]).toEqual(['exited', undefined]);
      const mounts = readFileSync('/proc/self/mountinfo', 'utf8');
      const [, root = '', point = ''] = /^\S+ \S+ \S+ (\S+) (\S+) .* - cgroup2 /m.exec(mounts) ?? [];
      expect([basename(group).slice(0, 6), existsSync(join(point, relative(root, group)))]).toEqual([
        'tutti-',
        false,
      ]);
    });

    it('crashed when a signal ended it, also behind a shell', async () => {
      const direct = await supervisor.run(request({ program: { argv: ['sh', '-c', 'kill -9 $$'] } }), never);
      const behind = await supervisor.run(
        request({ program: { shell: 'sh -c "kill -9 \\$\\$"; exit $?' } }),
        never,
      );
      expect([direct, behind]).toEqual([
        { reason: 'crashed', exitCode: null, signal: 'SIGKILL', tail: '' },
        { reason: 'crashed', exitCode: 137, signal: 'SIGKILL', tail: expect.any(String) },
      ]);
    });
  });

  describe('a program that is ended', () => {
    it('is cancelled with all its family', async () => {
      const cancel = new AbortController();
      const end = await onFirstLine(() => cancel.abort(), { program: script('family.sh') }, cancel.signal);
      expect(end).toEqual({ reason: 'cancelled', exitCode: null, signal: 'SIGTERM', tail: 'ready\n' });
    });

    it('is killed when it does not listen', async () => {
      const cancel = new AbortController();
      const end = await onFirstLine(
        () => cancel.abort(),
        { program: script('ignores-sigterm.sh') },
        cancel.signal,
      );
      expect(end).toEqual({ reason: 'cancelled', exitCode: null, signal: 'SIGKILL', tail: 'ready\n' });
    });

    it('is not even started when it was cancelled before', async () => {
      let started = false;
      const onStarted = (): void => {
        started = true;
      };
      const end = await supervisor.run(request({ onStarted }), AbortSignal.abort());
      expect([end.reason, started]).toEqual(['cancelled', false]);
    });

    it('may be cancelled the moment it starts', async () => {
      const cancel = new AbortController();
      const more = { program: script('family.sh'), onStarted: () => cancel.abort() };
      expect((await supervisor.run(request(more), cancel.signal)).reason).toBe('cancelled');
    });

    it('runs into its time limit, or into its stall limit', async () => {
      const busy = { shell: 'while :; do echo x; sleep 0.02; done' };
      const limited = await supervisor.run(request({ program: busy, timeoutMs: 300, stallMs: 250 }), never);
      const silent = await supervisor.run(
        request({ program: { shell: 'sleep 60' }, timeoutMs: 60_000, stallMs: 50 }),
        never,
      );
      expect([limited.reason, silent.reason]).toEqual(['timed-out', 'stalled']);
    });

    it('is not stalled as long as something else happens', async () => {
      const answers = [true, true, false];
      const activity = async () => answers.shift() ?? false;
      const end = await supervisor.run(
        request({ program: { shell: 'sleep 60' }, stallMs: 30, activity }),
        never,
      );
      expect([end.reason, answers]).toEqual(['stalled', []]);
    });
  });

  describe('a program that cannot be started', () => {
    it.each([
      ['not-found', { program: { argv: ['no-such-program'] } }],
      ['not-executable', { program: { argv: [join(programs, 'family.sh')] } }],
      ['no-folder', { cwd: join(tmpdir(), 'no', 'such', 'folder') }],
    ] as const)('%s', async (code, more) => {
      const error = await supervisor.run(request(more), never).catch((caught: unknown) => caught);
      expect(error).toBeInstanceOf(StartError);
      expect((error as StartError).code).toBe(code);
    });
  });
});

// Through a launcher: a child of this very process is no orphan.
describe('orphans', () => {
  it('ends what an earlier engine left, once', async () => {
    const orphans = createOrphans({ clock, graceMs: 100 });
    const answered = Promise.withResolvers<readonly string[]>();
    let root: ProcessIdentity | undefined;
    const onStarted = (process: ProcessIdentity): void => {
      root = process;
    };
    const onLine = async (): Promise<void> => {
      const ofEarlierBoot = await orphans.end({ ...root!, bootId: 'an earlier boot' });
      answered.resolve([String(isAlive(root!)), ofEarlierBoot, await orphans.end(root!)]);
    };
    const end = await supervisor.run(request({ program: script('family.sh'), onStarted, onLine }), never);
    expect(end.reason).toBe('crashed');
    expect(await answered.promise).toEqual(['true', 'gone', 'ended']);
    expect([await orphans.end(root!), await orphans.endMarked(mark)]).toEqual(['gone', 'gone']);
  });

  it('finds by its mark alone what nobody recorded', async () => {
    const orphans = createOrphans({ clock, graceMs: 100 });
    const ended = Promise.withResolvers<string>();
    const onLine = () => void orphans.endMarked(mark).then(ended.resolve);
    await supervisor.run(request({ program: script('family.sh'), onLine }), never);
    expect(await ended.promise).toBe('ended');
  });
});
