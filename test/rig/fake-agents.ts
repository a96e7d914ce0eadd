/** Programs that answer as the agents' own do when they are asked who they are and who is logged in. They do no work. */
import { chmod, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

export type FakeProgram = 'claude' | 'codex' | 'gemini' | 'opencode';

export interface FakeAnswers {
  readonly login?: 'in' | 'out';
  readonly version?: string;
  /** It cannot make the sandbox of its commands. */
  readonly sandbox?: false;
  /** It starts and never says anything. */
  readonly hangs?: true;
}

/** What Claude Code 2.1.197 prints for `claude auth status`. */
export const claudeStatus = (loggedIn: boolean): string =>
  JSON.stringify(
    loggedIn
      ? {
          loggedIn,
          authMethod: 'claude.ai',
          apiProvider: 'firstParty',
          email: 'una@example.com',
          subscriptionType: 'max',
        }
      : { loggedIn, authMethod: 'none', apiProvider: 'firstParty' },
    null,
    2,
  );

/** What Codex 0.169.0 prints for `codex login status`, where it has something to warn of first. */
export const codexStatus = (loggedIn: boolean): string =>
  [
    'WARNING: proceeding, even though we could not create PATH aliases',
    ...(loggedIn
      ? ['API key configured - sk-secre***cret9', 'Authentication is checked when you send a request.']
      : ['Not logged in']),
  ].join('\n');

/** What OpenCode 1.18.33 prints for `opencode auth list`. */
export const opencodeStatus = (stored: readonly string[], environment: readonly string[] = []): string =>
  [
    '\u001b[0m',
    '┌  Credentials \u001b[90m~/.local/share/opencode/auth.json',
    '│',
    ...stored.flatMap((name) => [`●  ${name} \u001b[90mapi`, '│']),
    `└  ${stored.length} credentials`,
    '',
    ...(environment.length === 0
      ? []
      : [
          '┌  Environment',
          '│',
          ...environment.flatMap((name) => [`●  ${name} \u001b[90m${name.toUpperCase()}_API_KEY`, '│']),
          `└  ${environment.length} environment variables`,
        ]),
    '',
  ].join('\n');

const tried: Readonly<Record<FakeProgram, string>> = {
  claude: '2.1.197',
  codex: '0.169.0',
  gemini: '0.61.0',
  opencode: '1.18.33',
};

/** Puts them into a folder, and gives what PATH has to begin with. */
export async function installFakeAgents(
  folder: string,
  agents: Partial<Readonly<Record<FakeProgram, FakeAnswers>>>,
): Promise<string> {
  await mkdir(folder, { recursive: true });
  for (const [name, answers] of Object.entries(agents)) {
    const file = join(folder, name);
    await writeFile(file, `#!/bin/sh\n${scriptOf(name as FakeProgram, answers)}\n`);
    await chmod(file, 0o755);
  }
  return folder;
}

function scriptOf(
  name: FakeProgram,
  { login = 'in', version = tried[name], sandbox, hangs }: FakeAnswers,
): string {
  if (hangs) return 'sleep 600 & wait';
  const isIn = login === 'in';
  const print = (text: string): string => `printf '%s\\n' '${text}'`;
  switch (name) {
    case 'claude':
      return cases({
        '--version': print(`${version} (Claude Code)`),
        'auth status': `${print(claudeStatus(isIn))}; exit ${isIn ? 0 : 1}`,
      });
    case 'codex':
      return cases({
        '--version': print(`codex-cli ${version}`),
        'login status': `${print(codexStatus(isIn))} >&2; exit ${isIn ? 0 : 1}`,
        'sandbox true':
          sandbox === false ? 'echo starting; echo "bwrap: not permitted" >&2; exit 1' : 'exit 0',
      });
    case 'gemini':
      return cases({
        '--acp --skip-trust': greets(print, version, isIn ? { result: { sessionId: 's' } } : loggedOut),
      });
    case 'opencode': {
      const configOptions = [{ id: 'model', category: 'model', currentValue: 'opencode/big-pickle' }];
      return cases({
        'acp --print-logs --log-level ERROR': greets(print, version, {
          result: { sessionId: 's', configOptions },
        }),
        // As the real one: what it knows of log-ins is in its folder for data.
        'auth list': `if [ -e "$XDG_DATA_HOME/opencode/auth.json" ]; then ${print(opencodeStatus(['Anthropic']))}; else ${print(opencodeStatus([]))}; fi`,
      });
    }
  }
}

const loggedOut = { error: { code: -32000, message: 'Gemini API key is missing or not configured.' } };

/** Reads a message, answers it, reads the next, and ends with its input. */
const greets = (print: (text: string) => string, version: string, session: object): string =>
  [
    'read -r _',
    print(
      JSON.stringify({
        jsonrpc: '2.0',
        id: 1,
        result: { protocolVersion: 1, agentInfo: { name: 'fake', version } },
      }),
    ),
    'read -r _',
    print(JSON.stringify({ jsonrpc: '2.0', id: 2, ...session })),
    'read -r _ || exit 0',
  ].join('\n');

/** Anything else it does not understand. */
const cases = (answers: Readonly<Record<string, string>>): string =>
  [
    'case "$*" in',
    ...Object.entries(answers).map(([words, script]) => `"${words}")\n${script}\n;;`),
    '*) echo "unexpected: $*" >&2; exit 64 ;;',
    'esac',
  ].join('\n');
