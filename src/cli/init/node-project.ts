/** What a package.json and its lock file say about set-up and gate. */
import { type Guess, nothing, type ProjectFiles, type ProjectGuess } from './project-guess.ts';

type Manager = 'npm' | 'pnpm' | 'yarn' | 'bun';

const lockFiles: readonly (readonly [string, Manager])[] = [
  ['pnpm-lock.yaml', 'pnpm'],
  ['yarn.lock', 'yarn'],
  ['bun.lock', 'bun'],
  ['bun.lockb', 'bun'],
  ['package-lock.json', 'npm'],
  ['npm-shrinkwrap.json', 'npm'],
];

/** What others need comes first, the quick before the slow; of each line the first that exists. */
const gateScripts: readonly (readonly string[])[] = [
  ['build'],
  ['typecheck', 'type-check', 'check-types', 'tsc'],
  ['lint'],
  ['test'],
];

export function readNodeProject(files: ProjectFiles): ProjectGuess {
  if (!files.has('package.json')) return nothing;
  const manifest = readObject(files.text('package.json'));
  if (manifest === undefined) return { ...nothing, remarks: ['package.json cannot be read'] };
  const locks = lockFiles.filter(([file]) => files.has(file));
  const declared = /^(npm|pnpm|yarn|bun)@(\d+)?/.exec(String(manifest.packageManager ?? ''));
  const lock = locks.find(([, manager]) => manager === declared?.[1]) ?? locks[0];
  const manager = lock?.[1] ?? (declared?.[1] as Manager | undefined) ?? 'npm';
  const isModernYarn = files.has('.yarnrc.yml') || Number(declared?.[2] ?? 1) >= 2;
  const needsSetup = lock !== undefined || hasDependencies(manifest);
  const install = installCommand(manager, lock !== undefined, isModernYarn);
  return {
    setup: needsSetup ? [{ command: install, from: lock?.[0] ?? 'package.json' }] : [],
    gate: gateOf(asObject(manifest.scripts), manager),
    remarks: [
      ...(locks.length > 1
        ? [`several lock files (${locks.map(([file]) => file).join(', ')}): took ${lock?.[0]}`]
        : []),
      ...(needsSetup && lock === undefined
        ? ['no lock file: each worktree may get other versions of the dependencies; commit one']
        : []),
    ],
  };
}

function installCommand(manager: Manager, isLocked: boolean, isModernYarn: boolean): string {
  if (manager === 'npm') return isLocked ? 'npm ci' : 'npm install --no-package-lock';
  if (!isLocked) return `${manager} install`;
  return `${manager} install ${manager === 'yarn' && isModernYarn ? '--immutable' : '--frozen-lockfile'}`;
}

function gateOf(scripts: Readonly<Record<string, unknown>>, manager: Manager): Guess[] {
  const names = gateScripts.flatMap((choice) => choice.find((name) => isUseful(scripts[name])) ?? []);
  const test = [scripts.pretest, scripts.test, scripts.posttest]
    .filter((text) => typeof text === 'string')
    .join('\n');
  return names
    .filter((name) => name === 'test' || !isCalled(name, test))
    .map((name) => ({ command: scriptCommand(manager, name), from: `package.json, script ${name}` }));
}

/** What `npm init` writes into a new package is no test. */
const isUseful = (script: unknown): boolean =>
  typeof script === 'string' && !/no test specified/.test(script);

/** Whether `npm test` runs this script anyway. */
const isCalled = (name: string, test: string): boolean =>
  new RegExp(`\\b(npm|pnpm|yarn|bun)\\b[^&|;\\n]*\\s${name}(?![\\w:-])`).test(test);

function scriptCommand(manager: Manager, name: string): string {
  if (name === 'test' && manager !== 'bun') return `${manager} test`;
  return manager === 'yarn' ? `yarn ${name}` : `${manager} run ${name}`;
}

const hasDependencies = (manifest: Readonly<Record<string, unknown>>): boolean =>
  ['dependencies', 'devDependencies', 'optionalDependencies'].some(
    (key) => Object.keys(asObject(manifest[key])).length > 0,
  );

function readObject(text: string): Readonly<Record<string, unknown>> | undefined {
  try {
    return asObject(JSON.parse(text.replace(/^\uFEFF/, '')));
  } catch {
    return undefined;
  }
}

const asObject = (value: unknown): Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as Record<string, unknown>)
    : {};
