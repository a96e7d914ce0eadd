/** Makes `dist/`: the program in few files, so that it starts fast, with the licences of what it contains, and its types. */
import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Plugin, rolldown } from 'rolldown';
import { compileEagerly } from './compile-eagerly.ts';

const root = fileURLToPath(new URL('..', import.meta.url));
const dist = join(root, 'dist');

/** What is started by its name: the command line, the library, and the programs and the thread that tutti starts itself. */
const entries = {
  main: 'src/cli/main.ts',
  index: 'src/index.ts',
  'launcher-process': 'src/process/launcher-process.ts',
  'search-thread': 'src/system/search-thread.ts',
  'scripted-program': 'src/agents/scripted-program.ts',
  'sandbox-process': 'src/agents/sandbox-process.ts',
};

/**
 * What no call of tutti needs: the module by which commander could start programs for subcommands, which takes Node 5 ms to
 * load at each call, and what connects ink to React's developer tools.
 */
const leavesOut: Plugin = {
  name: 'leaves-out',
  resolveId(source, importer = '') {
    const isNeedless =
      (source === 'node:child_process' && /\/commander\//.test(importer)) ||
      (source === './devtools.js' && /\/ink\//.test(importer));
    return isNeedless ? '\0nothing' : null;
  },
  load: (id) => (id === '\0nothing' ? 'export {};' : null),
};

/**
 * Takes modules of Node's from `process` instead of importing them: to import `node:fs` makes Node look at all that it exports,
 * and load streams and promises for it, which most commands need not.
 */
const asksProcess: Plugin = {
  name: 'asks-process',
  renderChunk: (code) =>
    code
      .replace(/^import ([^;\n]*) from "(node:[\w/]+)";$/gm, (_, names: string, id: string) =>
        [...names.matchAll(/\{[^}]*\}|\* as [\w$]+|[\w$]+/g)]
          .map(([name]) => name.replace(/^\* as /, '').replaceAll(' as ', ': '))
          .map((name) => `const ${name} = globalThis.process.getBuiltinModule("${id}");`)
          .join(' '),
      )
      .replace(/\b__require\(("node:[\w/]+")\)/g, 'globalThis.process.getBuiltinModule($1)'),
};

/** Writes the program in ASCII: Node decodes anything else to twice the size, and encodes it again to find it in its cache. */
const writesAscii: Plugin = {
  name: 'writes-ascii',
  // Not `renderChunk`: what it gives is printed anew, with the characters themselves.
  generateBundle(_, bundle) {
    for (const file of Object.values(bundle)) {
      if (file.type !== 'chunk') continue;
      file.code = file.code.replace(
        /[^\0-\x7f]/g,
        (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`,
      );
    }
  },
};

/** What commands that read a plan and run nothing import, one from the other: a fifth of `src/core` and `src/view`. */
const neededForPlans = new Set<string>();
const notesNeeds: Plugin = {
  name: 'notes-needs',
  buildEnd() {
    const next = ['src/cli/main.ts', 'src/cli/commands/analyze.ts'].map((file) => join(root, file));
    for (const id of next) {
      if (neededForPlans.has(id)) continue;
      neededForPlans.add(id);
      next.push(...(this.getModuleInfo(id)?.importedIds ?? []));
    }
  },
};

/** What most commands load, in few files: to find and open a file takes Node longer than to load what it may hold too much. */
const isCore = (id: string): boolean =>
  /\/src\/(?:core|view|cli\/(?:alias-groups|exit-code|palette|report\/report-output|tell-error|wrapped-text)\.ts)|^\0/.test(
    id,
  );
const together = [
  { name: 'core', test: (id: string) => isCore(id) && neededForPlans.has(id), minShareCount: 2 },
  { name: 'engine', test: isCore, minShareCount: 2 },
  // Without what needs a package: that is loaded for the plans that need it.
  {
    name: 'readers',
    test: /\/src\/readers\/(?!native-(?:plan|schema|issues|text)\.|yaml-source\.)|\/src\/cli\/(?:load-plan|choose-plan|analysis-output|analysis-text)\.ts/,
    minShareCount: 2,
  },
];

rmSync(dist, { recursive: true, force: true });
const modules = await writeProgram();
writeFileSync(join(dist, 'THIRD-PARTY-LICENSES.txt'), licencesOf(modules));
writeTypes();
copySandbox();
compileEagerly(dist, join(root, 'bin/tutti.mjs'));

/** Gives the files that went in. */
async function writeProgram(): Promise<readonly string[]> {
  const bundle = await rolldown({
    cwd: root,
    input: entries,
    platform: 'node',
    plugins: [leavesOut, asksProcess, writesAscii, notesNeeds],
    // React and ink have a second self for those who develop with them.
    transform: {
      define: {
        'process.env.NODE_ENV': '"production"',
        'process.env.DEV': '"false"',
      },
    },
  });
  // All files side by side: the programs find each other, and package.json, by a path beside their own.
  const { output } = await bundle.write({
    dir: dist,
    format: 'esm',
    chunkFileNames: '[name].js',
    codeSplitting: { groups: together },
  });
  await bundle.close();
  return output.flatMap((file) => (file.type === 'chunk' ? file.moduleIds : []));
}

function licencesOf(files: readonly string[]): string {
  const folders = files.map((file) => /^.*\/node_modules\/(?:@[^/]+\/)?[^/]+/.exec(file)?.[0]);
  const packages = [...new Set(folders)].filter((folder) => folder !== undefined).sort();
  return packages.map(licenceOf).join(`\n${'-'.repeat(80)}\n\n`);
}

/** @throws Error when a package has no licence file: then it may not go into the bundle */
function licenceOf(folder: string): string {
  const { name, version } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as {
    readonly name: string;
    readonly version: string;
  };
  const own = readdirSync(folder).find((entry) => /^licen[cs]e(\.|$)/i.test(entry));
  // Some publish theirs in their repository only.
  const file = own === undefined ? join(root, 'scripts/licences', `${name}.txt`) : join(folder, own);
  if (!existsSync(file)) throw new Error(`${name} has no licence file`);
  return `${name} ${version}\n\n${readFileSync(file, 'utf8').trim()}\n`;
}

/** Programs that the library of the sandbox looks for beside itself, once it is bundled. */
function copySandbox(): void {
  const vendor = join(root, 'node_modules/@anthropic-ai/sandbox-runtime/vendor');
  for (const file of [
    'seccomp/arm64/apply-seccomp',
    'seccomp/x64/apply-seccomp',
    'java-proxy-agent/srt-proxy-agent.jar',
  ])
    cpSync(join(vendor, file), join(dist, 'vendor', file));
}

function writeTypes(): void {
  const { status } = spawnSync('tsc', ['-p', 'tsconfig.build.json'], { cwd: root, stdio: 'inherit' });
  if (status !== 0) process.exitCode = 1;
}
