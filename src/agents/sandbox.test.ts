/** The sandbox, for real: a shell script as an agent in a linked worktree tries what it may and what it may not. */
import { execFileSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { describeAgentContract, plainCommands } from '../../test/contracts/agent.contract.ts';
import { playSession, sessionRequest } from '../../test/rig/play-session.ts';
import { canSandbox } from '../../test/rig/sandbox.ts';
import { makeScratch, type Scratch } from '../../test/rig/scratch-repository.ts';
import { problem } from '../core/problem.ts';
import type { SandboxRules, SessionRequest } from '../ports/agent.ts';
import type { Clock } from '../ports/clock.ts';
import { createSupervisor, type Supervisor } from '../process/supervise.ts';
import { systemClock } from '../system/system-clock.ts';
import { commandDriver } from './command.ts';
import { sandboxedDriver } from './sandboxed-driver.ts';

const possible = await canSandbox();
const closed: SandboxRules = { domains: [], write: [], hide: [], nested: false };
const ask = async () => [];

const commandLine = (pid: string): string => {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8');
  } catch {
    return '';
  }
};

if (possible) {
  describeAgentContract({
    name: 'command, in the sandbox',
    make: (behaviour, supervisor) =>
      sandboxedDriver(commandDriver('mine', supervisor, plainCommands[behaviour]), closed, ask),
  });
}

it('is no session when its sandbox cannot be made: the run pauses', async () => {
  const found = problem('no-sandbox', 'It cannot be made.', 'Install it.');
  const supervisor: Supervisor = { run: () => expect.unreachable() };
  const driver = sandboxedDriver(commandDriver('mine', supervisor, 'true'), closed, async () => [found]);
  await expect(playSession(driver, tmpdir())).rejects.toMatchObject({
    name: 'Fault',
    code: 'agent-missing',
    message: 'It cannot be made.',
    fix: 'Install it.',
  });
});

describe.runIf(possible)('an agent in the sandbox', () => {
  let scratch: Scratch;
  let clock: Clock;
  let supervisor: Supervisor;
  /** A linked worktree on `feat/T-001`. */
  let cwd: string;
  let home: string;
  let socketsBefore: readonly string[];

  const sockets = (): readonly string[] =>
    readdirSync(tmpdir()).filter((name) => name.startsWith('tutti-sandbox-'));

  beforeEach(async () => {
    scratch = await makeScratch();
    clock = systemClock();
    supervisor = createSupervisor({ clock, graceMs: 200 });
    await scratch.commit({ 'a.txt': 'one\n' });
    cwd = join(scratch.worktreesDir, 'one');
    await scratch.git('worktree', 'add', '-q', '-b', 'feat/T-001', cwd);
    home = join(scratch.path, '..', 'home');
    mkdirSync(home);
    socketsBefore = sockets();
  });
  afterEach(async () => {
    clock.stop();
    expect(sockets()).toEqual(socketsBefore);
    await scratch.remove();
  });

  /** What the script prints, one line each. */
  async function play(
    script: string,
    rules: Partial<SandboxRules> = {},
    more: Partial<SessionRequest> = {},
  ): Promise<readonly string[]> {
    const folder = join(scratch.path, '..');
    const env = { PATH: process.env.PATH ?? '', HOME: home, ELSEWHERE: folder, ...more.env };
    const driver = sandboxedDriver(commandDriver('mine', supervisor, script), { ...closed, ...rules }, ask);
    const events = await playSession(driver, folder, { cwd, ...more, env });
    return events.flatMap((event) => (event.type === 'message' ? [event.text] : []));
  }

  it('commits in its worktree, and reads its prompt and what it is told', async () => {
    const promptFile = join(scratch.path, '..', 'prompt.md');
    writeFileSync(promptFile, 'the prompt\n');
    const script =
      'cat; cat "$TUTTI_PROMPT_FILE"; echo $TUTTI_TASK; echo two > b.txt; git add b.txt; git commit -q -m two;' +
      'git switch -q -c feat/other; git switch -q feat/T-001; git status --short';
    expect(
      await play(script, {}, { promptFile, env: { TUTTI_PROMPT_FILE: promptFile, TUTTI_TASK: 'T-001' } }),
    ).toEqual(['the prompt', 'the prompt', 'T-001']);
    expect(await scratch.git('log', '--format=%s', 'feat/T-001')).toBe('two\nSeed');
    expect(await scratch.git('fsck', '--no-dangling', '--no-progress')).toBe('');
    expect(readdirSync(cwd).sort()).toEqual(['.git', 'a.txt', 'b.txt']);
  });

  it('writes to its temporary and its own folder, which outlives the session', async () => {
    const ownFolder = join(scratch.path, '..', 'own');
    const script = `file=$(mktemp) && echo x > $file && echo "$TMPDIR"; echo kept > ${ownFolder}/kept`;
    expect(await play(script)).toEqual([`${ownFolder}-sandbox/tmp`]);
    expect([readFileSync(join(ownFolder, 'kept'), 'utf8'), existsSync(`${ownFolder}-sandbox`)]).toEqual([
      'kept\n',
      false,
    ]);
  });

  it('writes nowhere else', async () => {
    const other = join(scratch.worktreesDir, 'two');
    await scratch.git('worktree', 'add', '-q', '-b', 'other/T-002', other);
    const git = join(scratch.path, '.git');
    const before = execFileSync('sh', [
      '-c',
      `cat ${git}/config; ls -lR ${git}/hooks ${git}/refs/heads`,
    ]).toString();
    const places = {
      home: join(home, 'x'),
      temporary: join(tmpdir(), `tutti-sandbox-test-${process.pid}`),
      checkout: join(scratch.path, 'x'),
      'its file': join(scratch.path, 'a.txt'),
      hook: join(git, 'hooks', 'pre-commit'),
      config: join(git, 'config'),
      'packed refs': join(git, 'packed-refs'),
      main: join(git, 'refs', 'heads', 'main'),
      'another worktree': join(other, 'x'),
      'its index': join(git, 'worktrees', 'two', 'index'),
      'own configuration': join(git, 'worktrees', 'one', 'config.worktree'),
      'way to the repository': join(git, 'worktrees', 'one', 'commondir'),
      'own .git': join(cwd, '.git'),
    };
    const script = Object.entries(places)
      .map(([name, path]) => `(echo x >> '${path}') 2> /dev/null && echo 'wrote ${name}'`)
      .join('\n');
    const moves = `rm -f .git 2> /dev/null; test -f .git || echo removed; mv ${git}/worktrees/one ${git}/worktrees/x 2> /dev/null && echo moved`;
    expect(await play(`${script}\n${moves}\necho done`)).toEqual(['done']);
    expect(
      execFileSync('sh', ['-c', `cat ${git}/config; ls -lR ${git}/hooks ${git}/refs/heads`]).toString(),
    ).toBe(before);
  });

  it('writes to a folder that is no worktree only where it is allowed, and does not see what is hidden', async () => {
    const folder = join(scratch.path, '..');
    for (const name of ['more', 'secret']) mkdirSync(join(folder, name));
    writeFileSync(join(folder, 'secret', 'key'), 'key\n');
    const script =
      'echo x 2> /dev/null > x || echo refused; echo x > "$ELSEWHERE/more/x" && echo allowed; cat "$ELSEWHERE/secret/key" 2> /dev/null || echo hidden';
    const rules = { write: [join(folder, 'more')], hide: [join(folder, 'secret')] };
    expect(await play(script, rules, { cwd: scratch.path })).toEqual(['refused', 'allowed', 'hidden']);
  });

  it('writes to what the program of its name keeps, but not to what that obeys elsewhere', async () => {
    mkdirSync(join(home, '.claude'));
    writeFileSync(join(home, '.claude', 'settings.json'), '{}');
    const script =
      'claude 2> /dev/null; echo x > ~/.claude/session && echo wrote; (echo x > ~/.claude/settings.json) 2> /dev/null || echo refused';
    expect(await play(script)).toEqual(['wrote', 'refused']);
  });

  describe('and the network', () => {
    let server: Server;
    let port: number;

    beforeEach(async () => {
      server = createServer((_request, response) => response.end('answered\n'));
      await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
      ({ port } = server.address() as AddressInfo);
    });
    afterEach(() => new Promise((resolve) => server.close(resolve)));

    /** As any program does it that asks the proxy of its environment. */
    const fetching = `"${process.execPath}" -e '${[
      'fetch(process.env.ADDRESS).then(async (answer) => console.log(answer.status, await answer.text()))',
      '.catch(() => console.log("failed"))',
    ].join('')}'`;
    const at = (address: string): Partial<SessionRequest> => ({ env: { ADDRESS: address } });

    it('reaches a port of this machine that is allowed, and its own ports', async () => {
      const rules = { domains: [`127.0.0.1:${port}`] };
      expect(await play(fetching, rules, at(`http://127.0.0.1:${port}/`))).toEqual(['200 answered']);
      const own = `const server = require("node:http").createServer((_, answer) => answer.end("own"));
        server.listen(0, async () => {
          const { port } = server.address();
          console.log(await (await fetch("http://localhost:" + port)).text());
          server.close();
        });`;
      expect(await play(`"${process.execPath}" -e '${own}'`, rules)).toEqual(['own']);
    });

    it('is refused every other host, and says which', async () => {
      expect(
        await play(fetching, { domains: ['*.example.org'] }, at('http://sandbox.invalid:8080/')),
      ).toEqual([
        'sandbox: no connection to sandbox.invalid:8080: it is not among `sandbox.domains`',
        'failed',
      ]);
      expect(await play(fetching, {}, at(`http://127.0.0.1:${port}/`))).toEqual(['failed']);
    });

    it('reaches nothing past the proxy, and no socket of the system', async () => {
      const script = `"${process.execPath}" -e '${[
        'const { connect } = require("node:net");',
        `const tell = (name) => (socket) => socket.on("connect", () => console.log(name, "connected")).on("error", () => console.log(name, "refused"));`,
        `tell("server")(connect(${port}, "127.0.0.1"));`,
      ].join(' ')}'; "${process.execPath}" -e '${[
        'const server = require("node:net").createServer().on("error", ({ code }) => console.log("socket", code));',
        'server.listen(process.env.TMPDIR + "/s", () => { console.log("socket made"); server.close(); });',
      ].join(' ')}'`;
      expect(await play(script)).toEqual(['server refused', 'socket EPERM']);
    });
  });

  it('ends with all that it started, also what has left its session and cleared its environment', async () => {
    const seconds = `6${process.pid}`;
    const script = `(env -i setsid sh -c 'sleep ${seconds} & echo $!; wait' &); sleep ${seconds}`;
    const driver = sandboxedDriver(commandDriver('mine', supervisor, script), closed, ask);
    const cancel = new AbortController();
    const folder = join(scratch.path, '..');
    const sleeping = (): readonly string[] =>
      readdirSync('/proc').filter(
        (name) => /^\d+$/.test(name) && commandLine(name) === `sleep\0${seconds}\0`,
      );
    const reasons = [];
    for await (const event of driver.start(sessionRequest(folder, { cwd }), cancel.signal)) {
      if (event.type === 'message') {
        // The one by whose pid it was told, and the one in the foreground.
        await expect.poll(() => sleeping().length).toBe(2);
        cancel.abort();
      }
      if (event.type === 'ended') reasons.push(event.end.reason);
    }
    expect([reasons, sleeping()]).toEqual([['cancelled'], []]);
  });

  it('has rules of its own beside another', async () => {
    const folder = join(scratch.path, '..');
    for (const name of ['first', 'second']) mkdirSync(join(folder, name));
    const script =
      'for name in first second; do (echo x > $ELSEWHERE/$name/x) 2> /dev/null && echo $name; done';
    const both = ['first', 'second'].map((name) =>
      play(
        script,
        { write: [join(folder, name)] },
        { mark: `beside/${name}`, ownFolder: join(folder, `own-${name}`) },
      ),
    );
    expect(await Promise.all(both)).toEqual([['first'], ['second']]);
  });

  it('ends as its program does', async () => {
    const ends = [];
    for (const script of ['exit 7', 'kill -KILL $$']) {
      const driver = sandboxedDriver(commandDriver('mine', supervisor, script), closed, ask);
      ends.push((await playSession(driver, join(scratch.path, '..'), { cwd })).at(-1));
    }
    expect(ends).toMatchObject([
      { end: { reason: 'exited', exitCode: 7 } },
      { end: { reason: 'crashed', signal: 'SIGKILL' } },
    ]);
  });

  it('clears away what a killed session of its slot has left', async () => {
    const ownFolder = join(scratch.path, '..', 'own');
    mkdirSync(join(`${ownFolder}-sandbox`, 'tmp'), { recursive: true });
    writeFileSync(join(`${ownFolder}-sandbox`, 'tmp', 'old'), '');
    symlinkSync(mkdtempSync(join(tmpdir(), 'tutti-sandbox-')), join(`${ownFolder}-sandbox`, 'sockets'));
    expect(await play('ls -A "$TMPDIR"; echo listed')).toEqual(['listed']);
  });
});
