/** What is known of the agents' own programs: the versions tried, and how each says who is logged in. Starts none. */
import { readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import type { AgentLogin } from '../ports/agent.ts';
import { asText, jsonMap } from './json-line.ts';

export interface AgentFacts {
  /** The version that tutti was last tried with. */
  readonly tried: string;
  /** Finds the version in what it prints for `--version`. */
  readonly version: RegExp;
  readonly login?: LoginQuestion;
  /** It opens a session for nobody who is not logged in. */
  readonly sessionNeedsLogin?: true;
  /** What the names of models begin with that it has for those who are not logged in. */
  readonly freeModels?: string;
  /** A program that does nothing, in the sandbox in which it runs its commands. An older version had other words for it. */
  readonly sandbox?: { readonly args: readonly string[]; readonly since: string };
  /** What somebody does who is not logged in. */
  readonly logIn: string;
}

/** A question about the log-in that the program answers offline, without a token. */
export interface LoginQuestion {
  readonly args: readonly string[];
  /** The first version that knows the question. An older one would take it for a prompt, and work on it. */
  readonly since?: string;
  /** A command with such a word would take it for a prompt, too. */
  readonly never?: RegExp;
  readonly read: (answer: LoginAnswer) => AgentLogin;
}

export interface LoginAnswer {
  readonly exitCode: number | null;
  /** What it printed, clean lines. */
  readonly text: string;
  readonly env: Readonly<Record<string, string>>;
  /** The configured command, its words joined; empty when there is none. */
  readonly command: string;
}

const unknown: AgentLogin = { state: 'unknown' };

/** By the program's name. */
export const agentFacts: Readonly<Record<string, AgentFacts>> = {
  claude: {
    tried: '2.1.197',
    version: /^(\d+\.\d+\.\d+\S*) \(Claude Code\)$/m,
    login: {
      args: ['auth', 'status'],
      since: '2.1.41',
      never: /(^|\s)(-p|--print)(\s|$)/,
      read: claudeLogin,
    },
    logIn: 'claude auth login (or set ANTHROPIC_API_KEY)',
  },
  codex: {
    tried: '0.169.0',
    version: /^codex-cli (\d+\.\d+\.\d+\S*)$/m,
    login: { args: ['login', 'status'], read: codexLogin },
    sandbox: { args: ['sandbox', 'true'], since: '0.169.0' },
    logIn: 'codex login (or set CODEX_API_KEY; OPENAI_API_KEY alone is not enough)',
  },
  gemini: {
    tried: '0.61.0',
    version: /^(\d+\.\d+\.\d+\S*)$/m,
    sessionNeedsLogin: true,
    logIn: 'Start `gemini` once and log in (or set GEMINI_API_KEY)',
  },
  opencode: {
    tried: '1.18.33',
    version: /^(\d+\.\d+\.\d+\S*)$/m,
    login: { args: ['auth', 'list'], read: opencodeLogin },
    freeModels: 'opencode/',
    logIn: 'opencode auth login (or set the key of a provider, or choose a `model`)',
  },
};

/** The known program that a command starts, itself or through another (`npx codex`), and the words as far as that. */
export function knownProgramIn(
  command: string | readonly string[],
): { readonly program: string; readonly words: readonly string[] } | undefined {
  const words = typeof command === 'string' ? command.split(/\s+/) : command;
  const at = words.findIndex((word) => Object.hasOwn(agentFacts, basename(word)));
  return at < 0 ? undefined : { program: basename(words[at] ?? ''), words: words.slice(0, at + 1) };
}

/** It prints a document; its exit code says the same as `loggedIn`, but also that it did not understand. */
function claudeLogin({ text }: LoginAnswer): AgentLogin {
  const document = jsonMap(text.slice(Math.max(0, text.indexOf('{')), text.lastIndexOf('}') + 1));
  if (typeof document?.loggedIn !== 'boolean') return unknown;
  if (!document.loggedIn) return { state: 'out' };
  const [method, provider, plan] = [document.authMethod, document.apiProvider, document.subscriptionType].map(
    asText,
  );
  // A name of ours, or none: an account's address stays where it is.
  const how =
    provider !== '' && provider !== 'firstParty'
      ? plainName(provider)
      : method === 'claude.ai'
        ? ['claude.ai', plainName(plan)].filter(Boolean).join(', ')
        : claudeMethods[method ?? ''];
  return how ? { state: 'in', how } : { state: 'in' };
}

const claudeMethods: Readonly<Record<string, string>> = {
  api_key: 'API key',
  api_key_helper: 'API key helper',
  oauth_token: 'token',
};

/** It tells a part of the key, which is not passed on. */
function codexLogin({ exitCode, text, env, command }: LoginAnswer): AgentLogin {
  // `codex exec` reads it, and nothing else of Codex.
  if (env.CODEX_API_KEY) return { state: 'in', how: 'CODEX_API_KEY' };
  if (/^Not logged in/m.test(text))
    return hasOwnProvider(command) || hasOwnProvider(codexConfiguration(env)) ? unknown : { state: 'out' };
  if (exitCode !== 0) return unknown;
  const how = /\bAPI key\b/.test(text) ? 'API key' : /\bChatGPT\b/.test(text) ? 'ChatGPT' : undefined;
  return how === undefined ? { state: 'in' } : { state: 'in', how };
}

/** A provider that is not OpenAI has its own keys, or needs none. Which one a profile means is not looked into. */
const hasOwnProvider = (text: string): boolean =>
  /(^|[\s'"])(model_provider|profile)\s*=|(^|\s)(--oss|--local-provider|--profile|-p)(\s|=|$)/.test(text);

function codexConfiguration({ CODEX_HOME, HOME }: LoginAnswer['env']): string {
  try {
    return readFileSync(join(CODEX_HOME || join(HOME ?? '/', '.codex'), 'config.toml'), 'utf8');
  } catch {
    return '';
  }
}

/** It lists what is stored, then keys of the environment, each with the provider's name before a word of its kind. */
function opencodeLogin({ exitCode, text }: LoginAnswer): AgentLogin {
  const count = /^└\s+(\d+) credentials?$/m.exec(text)?.[1];
  if (exitCode !== 0 || count === undefined) return unknown;
  const names = [...text.matchAll(/^●\s+(.+) \S+$/gm)].map(([, name = '']) => plainName(name));
  if (names.length === 0) return { state: 'out' };
  const [shown, left] = [[...new Set(names)].slice(0, 3), new Set(names).size - 3];
  return { state: 'in', how: `${shown.join(', ')}${left > 0 ? ` and ${left} more` : ''}` };
}

const plainName = (text = ''): string =>
  text
    .replace(/[^\w .()/-]/g, '')
    .slice(0, 40)
    .trim();

/** -1 when the first is older, 0 when both are of one release line (2.1), 1 when it is newer. */
export function compareLines(version: string, other: string): number {
  const [a, b] = [version, other].map((text) => text.split('.', 2).map((part) => Number.parseInt(part, 10)));
  return Math.sign((a?.[0] ?? 0) - (b?.[0] ?? 0) || (a?.[1] ?? 0) - (b?.[1] ?? 0));
}

/** Whether a version is that one or a later one. */
export function isAtLeast(version: string, least: string): boolean {
  const [a = [], b = []] = [version, least].map((text) =>
    text.split('.', 3).map((part) => Number.parseInt(part, 10) || 0),
  );
  const at = [0, 1, 2].find((index) => a[index] !== b[index]);
  return at === undefined || (a[at] ?? 0) > (b[at] ?? 0);
}
