import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { withOwnState } from './own-state.ts';

let home: string;
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'tutti-own-'));
});
afterEach(() => rmSync(home, { recursive: true }));

it.each([[['opencode', 'acp']], [['npx', 'opencode', 'acp']], ['OPENCODE=1 /opt/bin/opencode acp']])(
  'gives %j data of its own, and the log-in of its user',
  (command) => {
    const env = { HOME: home, PATH: '/bin' };
    const given = withOwnState(command, join(home, 'own'), env);
    const data = join(home, 'own', 'opencode', 'data');
    expect(given).toEqual({
      ...env,
      XDG_DATA_HOME: data,
      XDG_STATE_HOME: join(home, 'own', 'opencode', 'state'),
    });
    // Logged in after the first session: it is a link.
    mkdirSync(join(home, '.local', 'share', 'opencode'), { recursive: true });
    writeFileSync(join(home, '.local', 'share', 'opencode', 'auth.json'), 'dummy');
    withOwnState(command, join(home, 'own'), env);
    expect(readFileSync(join(data, 'opencode', 'auth.json'), 'utf8')).toBe('dummy');
  },
);

it('finds the log-in where the user keeps data', () => {
  mkdirSync(join(home, 'data', 'opencode'), { recursive: true });
  writeFileSync(join(home, 'data', 'opencode', 'auth.json'), 'dummy');
  const { XDG_DATA_HOME = '' } = withOwnState(['opencode'], join(home, 'own'), {
    XDG_DATA_HOME: join(home, 'data'),
  });
  expect(readFileSync(join(XDG_DATA_HOME, 'opencode', 'auth.json'), 'utf8')).toBe('dummy');
});

it('leaves every other agent as it is', () => {
  const env = { HOME: home };
  expect(withOwnState(['gemini', '--acp'], join(home, 'own'), env)).toBe(env);
});
