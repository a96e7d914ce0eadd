import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { describeAgentContract, plainCommands } from '../../test/contracts/agent.contract.ts';
import { playSession } from '../../test/rig/play-session.ts';
import type { SessionRequest } from '../ports/agent.ts';
import { createSupervisor } from '../process/supervise.ts';
import { systemClock } from '../system/system-clock.ts';
import { commandDriver } from './command.ts';

describeAgentContract({
  name: 'command',
  make: (behaviour, supervisor) => commandDriver('mine', supervisor, plainCommands[behaviour]),
});

describe('the command driver', () => {
  const clock = systemClock();
  const supervisor = createSupervisor({ clock });
  const folder = mkdtempSync(join(tmpdir(), 'tutti-command-'));
  afterAll(() => {
    clock.stop();
    rmSync(folder, { recursive: true });
  });
  const promptFile = join(folder, 'prompt.md');
  writeFileSync(promptFile, 'the prompt\n');

  async function messages(
    more: Partial<SessionRequest>,
    command?: readonly string[],
  ): Promise<readonly string[]> {
    const env = {
      PATH: process.env.PATH ?? '',
      TUTTI_PROMPT_FILE: promptFile,
      TUTTI_TITLE: '$(touch pwned)\0"',
    };
    const driver = commandDriver('mine', supervisor, command);
    const events = await playSession(driver, folder, { prompt: 'the prompt\n', promptFile, env, ...more });
    return events.flatMap((event) => (event.type === 'message' ? [event.text] : []));
  }

  it('gives the prompt on stdin and in a file, and titles as data', async () => {
    const command = 'cat; cat "$TUTTI_PROMPT_FILE"; echo "$TUTTI_TITLE"; test -e pwned || echo safe';
    expect(await messages({ command })).toEqual(['the prompt', 'the prompt', '$(touch pwned)"', 'safe']);
  });

  it('gives the prompt on stdin also when its file is gone', async () => {
    expect(await messages({ command: 'cat', promptFile: join(folder, 'none') })).toEqual(['the prompt']);
  });

  it('starts a configured program without a shell, whatever the run’s text is', async () => {
    expect(await messages({ command: 'echo wrong' }, ['echo', '$HOME', 'a b'])).toEqual(['$HOME a b']);
  });

  it('says that it needs a command', async () => {
    await expect(messages({})).rejects.toMatchObject({ name: 'Fault', code: 'agent-missing' });
  });
});
