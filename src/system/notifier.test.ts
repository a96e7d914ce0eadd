/** Notices by real programs: what they are given, and what becomes of those that fail or hang. */
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Notice } from '../core/notice.ts';
import { runId } from '../core/plan.ts';
import { createNotifier, type NotifyBy } from './notifier.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'tutti-notice-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

const notice: Notice = {
  ...{ event: 'attention', run: runId('r1'), tasks: ['T-1', '$(touch hacked)'], title: '"; touch hacked; "' },
  message: '<b>T-1</b> & `touch hacked` -- need you',
};
const notifier = (by: NotifyBy, platform: NodeJS.Platform = 'linux', timeoutMs?: number) =>
  createNotifier(by, {
    ...{ env: { PATH: `${folder}:${process.env.PATH}`, OUT: join(folder, 'out') }, cwd: folder, platform },
    ...(timeoutMs === undefined ? {} : { timeoutMs }),
  });
const written = (): string => readFileSync(join(folder, 'out'), 'utf8');

/** A program that writes down its arguments, one a line. */
function program(name: string): void {
  writeFileSync(join(folder, name), '#!/bin/sh\nprintf "%s\\n" "$@" > "$OUT"\n');
  chmodSync(join(folder, name), 0o755);
}

describe('a command', () => {
  it('is told all in its environment', async () => {
    const command =
      'printf "%s\\n" "$TUTTI_RUN" "$TUTTI_EVENT" "$TUTTI_TASK" "$TUTTI_MESSAGE" > "$OUT"; pwd >> "$OUT"';
    expect(await notifier({ command }).send(notice)).toBeUndefined();
    expect(written().split('\n')).toEqual([
      ...['r1', 'attention', 'T-1', '$(touch hacked)', notice.message, folder, ''],
    ]);
  });

  it('that cannot be told so much is a failure, and no more', async () => {
    const tasks = Array.from({ length: 100_000 }, (_, index) => `a-task-of-many-${index}`);
    expect(await notifier({ command: 'true' }).send({ ...notice, tasks })).toMatch(
      /^sh cannot be started: .*E2BIG/,
    );
  });

  it('that fails says with which words', async () => {
    expect(await notifier({ command: 'echo one >&2; echo no such topic >&2; exit 3' }).send(notice)).toBe(
      'sh ended with 3: no such topic',
    );
  });

  it('that hangs is ended with all it started', async () => {
    const command = 'sleep 1000 & echo $! > "$OUT"; wait';
    expect(await notifier({ command }, 'linux', 300).send(notice)).toBe('sh took longer than 0.3 s');
    // A killed process may be there a moment still, as a zombie.
    const state = (): string => {
      try {
        return /\) (\w)/.exec(readFileSync(`/proc/${written().trim()}/stat`, 'utf8'))?.[1] ?? '';
      } catch {
        return 'gone';
      }
    };
    if (process.platform === 'linux') await expect.poll(state).toMatch(/gone|Z/);
  });

  it('that leaves something in the background is not waited for', async () => {
    const command = 'sleep 1000 & echo $! > "$OUT"';
    expect(await notifier({ command }).send(notice)).toBeUndefined();
    process.kill(Number(written()), 'SIGKILL');
  });
});

describe('the desktop', () => {
  it('on Linux gets texts as arguments, without markup', async () => {
    program('notify-send');
    expect(await notifier('desktop').send(notice)).toBeUndefined();
    expect(written().split('\n')).toEqual([
      ...['--app-name=tutti', '--', 'tutti: "; touch hacked; "'],
      ...['&lt;b&gt;T-1&lt;/b&gt; &amp; `touch hacked` -- need you', ''],
    ]);
  });

  it('on macOS gets texts as arguments of a script that never changes', async () => {
    program('osascript');
    expect(await notifier('desktop', 'darwin').send(notice)).toBeUndefined();
    const lines = written().split('\n');
    expect(lines.slice(-4)).toEqual(['--', 'tutti: "; touch hacked; "', notice.message, '']);
    expect(lines.slice(0, -4).join('\n')).not.toContain('touch');
  });

  it('may be missing', async () => {
    const without = createNotifier('desktop', { env: { PATH: folder }, cwd: folder, platform: 'linux' });
    expect(await without.send(notice)).toMatch(/^notify-send cannot be started: .*ENOENT/);
  });
});
