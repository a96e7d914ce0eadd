/** Which of the user's variables an agent gets: what programs need to run, what its own service needs, what the configuration names. */
import { basename } from 'node:path';

type Environment<Value> = Readonly<Record<string, Value>>;

/** What any program may need to run here. A pattern ends in `*`; see `looksSecret` for what it leaves out. */
const base: readonly string[] = [
  // the user and the screen
  ...['PATH', 'HOME', 'USER', 'LOGNAME', 'SHELL', 'TMPDIR', 'TMP', 'TEMP', 'XDG_*'],
  ...['LANG', 'LANGUAGE', 'LC_*', 'TZ', 'TERM', 'COLORTERM', 'NO_COLOR', 'FORCE_COLOR', 'CI'],
  // the way to the network; a proxy may have a password in it, but nothing works without
  ...['HTTP_PROXY', 'HTTPS_PROXY', 'ALL_PROXY', 'NO_PROXY'],
  ...['http_proxy', 'https_proxy', 'all_proxy', 'no_proxy'],
  ...['SSL_CERT_FILE', 'SSL_CERT_DIR', 'NODE_EXTRA_CA_CERTS', 'REQUESTS_CA_BUNDLE', 'CURL_CA_BUNDLE'],
  // who commits
  ...['GIT_AUTHOR_*', 'GIT_COMMITTER_*', 'GIT_CONFIG_GLOBAL', 'GIT_CONFIG_SYSTEM', 'GIT_CONFIG_NOSYSTEM'],
  ...['GIT_SSL_CAINFO', 'GIT_CEILING_DIRECTORIES'],
  // where tools lie, and which version of them is meant
  ...['NODE_OPTIONS', 'NVM_*', 'FNM_*', 'VOLTA_*', 'NODENV_*', 'PNPM_HOME', 'COREPACK_*', 'BUN_INSTALL'],
  ...['npm_config_cache', 'npm_config_prefix', 'DENO_DIR', 'DENO_INSTALL', 'PLAYWRIGHT_BROWSERS_PATH'],
  ...['ASDF_*', 'MISE_*', 'SDKMAN_*', 'HOMEBREW_PREFIX', 'HOMEBREW_CELLAR', 'HOMEBREW_REPOSITORY'],
  ...['NIX_PATH', 'NIX_PROFILES', 'NIX_SSL_CERT_FILE'],
  ...['VIRTUAL_ENV', 'CONDA_*', 'PYENV_*', 'PYTHONPATH', 'UV_CACHE_DIR', 'PIP_CACHE_DIR', 'POETRY_HOME'],
  ...['RBENV_*', 'GEM_HOME', 'GEM_PATH', 'BUNDLE_PATH', 'CARGO_HOME', 'RUSTUP_HOME', 'RUSTUP_TOOLCHAIN'],
  ...['GOPATH', 'GOROOT', 'GOCACHE', 'GOMODCACHE', 'GOFLAGS', 'GOTOOLCHAIN', 'JAVA_HOME', 'MAVEN_HOME'],
  ...['GRADLE_USER_HOME', 'ANDROID_HOME', 'ANDROID_SDK_ROOT', 'DOTNET_ROOT', 'DEVELOPER_DIR', 'SDKROOT'],
  ...['LD_LIBRARY_PATH', 'DYLD_LIBRARY_PATH', 'PKG_CONFIG_PATH', 'LOCALE_ARCHIVE', 'CCACHE_DIR'],
  // this attempt's own
  'TUTTI_*',
];

/** A pattern of tool names must not let one of their log-ins through: MISE_GITHUB_TOKEN. */
const looksSecret = (name: string): boolean =>
  /(TOKEN|KEY|SECRET|PASSWORD|PASSWD|CREDENTIALS?|AUTH|HEADER)$/i.test(name);

/** Keys of services that more than one agent can be told to use. */
const anyService: readonly string[] = [
  ...['ANTHROPIC_API_KEY', 'OPENAI_API_KEY', 'OPENAI_BASE_URL', 'GEMINI_API_KEY', 'GOOGLE_API_KEY'],
  ...['GOOGLE_GENERATIVE_AI_API_KEY', 'OPENROUTER_API_KEY', 'MISTRAL_API_KEY', 'GROQ_API_KEY', 'XAI_API_KEY'],
  ...['DEEPSEEK_API_KEY', 'OLLAMA_HOST'],
];

interface Service {
  readonly names: readonly string[];
  /** Names that it gets as well when this variable is set: the service that the agent is told to go to. */
  readonly when?: Readonly<Record<string, readonly string[]>>;
}

/** What the known agents need for their log-in and their service, by program: one agent's keys are not another's. */
const services: Readonly<Record<string, Service>> = {
  claude: {
    names: [
      ...['ANTHROPIC_*', 'CLAUDE_*', 'DISABLE_*', 'BASH_DEFAULT_TIMEOUT_MS', 'BASH_MAX_TIMEOUT_MS'],
      ...['BASH_MAX_OUTPUT_LENGTH', 'MCP_TIMEOUT', 'MCP_TOOL_TIMEOUT', 'MAX_MCP_OUTPUT_TOKENS'],
      ...['MAX_THINKING_TOKENS', 'API_TIMEOUT_MS'],
    ],
    when: {
      CLAUDE_CODE_USE_BEDROCK: ['AWS_*'],
      CLAUDE_CODE_USE_VERTEX: ['GOOGLE_*', 'VERTEX_REGION_*', 'CLOUD_ML_REGION', 'GCLOUD_PROJECT'],
    },
  },
  codex: { names: ['OPENAI_*', 'CODEX_*', 'AZURE_OPENAI_*', 'DBUS_SESSION_BUS_ADDRESS'] },
  gemini: { names: ['GEMINI_*', 'GOOGLE_*', 'DBUS_SESSION_BUS_ADDRESS'] },
  opencode: { names: ['OPENCODE_*', ...anyService] },
  'cursor-agent': { names: ['CURSOR_*'] },
  aider: { names: ['AIDER_*', ...anyService] },
};

/** The program of each driver that has one of its own. */
const programs: Readonly<Record<string, string>> = { 'claude-code': 'claude', codex: 'codex' };

/** What decides about the environment of an agent. */
export interface Asking {
  readonly driver: string;
  /** What it starts: its own command, else the run's. */
  readonly command: string | readonly string[] | undefined;
  /** Names and patterns of the configuration, of this agent and of all. */
  readonly names: readonly string[];
}

/** The part of the environment that such an agent gets. */
export function allowedEnvironment<Value extends string | undefined>(
  asking: Asking,
  env: Environment<Value>,
): Environment<Value> {
  const isAllowed = allowed(asking, env);
  return Object.fromEntries(Object.entries(env).filter(([name]) => isAllowed(name)));
}

function allowed(
  { driver, command, names }: Asking,
  env: Environment<string | undefined>,
): (name: string) => boolean {
  const program = programOf(driver, command);
  const service = program === undefined ? undefined : services[program];
  const further = Object.entries(service?.when ?? {}).flatMap(([name, more]) => (env[name] ? more : []));
  const isBase = matcher(base);
  const isNamed = matcher([...(service?.names ?? []), ...further, ...names]);
  return (name) => isNamed(name) || (isBase(name) && !looksSecret(name));
}

/** The known program that an agent is, also one that is started through another: `npx codex`. */
function programOf(driver: string, command: Asking['command']): string | undefined {
  if (Object.hasOwn(programs, driver)) return programs[driver];
  const words = typeof command === 'string' ? command.split(/[\s;&|()]+/) : (command ?? []);
  return words.map((word) => basename(word)).find((word) => Object.hasOwn(services, word));
}

/** Whether a name is among those, of which some are the beginning of names, `FOO_*`; `*` is all of them. */
function matcher(patterns: readonly string[]): (name: string) => boolean {
  const exact = new Set(patterns.filter((pattern) => !pattern.endsWith('*')));
  const beginnings = patterns.filter((pattern) => pattern.endsWith('*')).map((one) => one.slice(0, -1));
  return (name) => exact.has(name) || beginnings.some((beginning) => name.startsWith(beginning));
}
