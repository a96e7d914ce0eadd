#!/usr/bin/env node
// Checks the Node version before anything is imported that an old one could not even parse.
const [major, minor] = process.versions.node.split('.').map(Number);
if (major < 22 || (major === 22 && minor < 18)) {
  process.stderr.write(
    `tutti needs Node 22.18 or later, this is ${process.version}: install a newer one from https://nodejs.org\n`,
  );
  process.exitCode = 2;
} else {
  keepCompiled(process.env);
  const { main } = await import('../dist/main.js');
  await main(process.argv);
}

/** Has Node keep the compiled program (docs/decisions/0016-compile-cache.md). Where it cannot, it compiles as ever and says nothing. */
function keepCompiled({ XDG_CACHE_HOME: stated, HOME: home }) {
  // Not imported: that makes Node load more (`scripts/build.ts`).
  const { existsSync } = process.getBuiltinModule('node:fs');
  const { isAbsolute, join } = process.getBuiltinModule('node:path');
  const module = process.getBuiltinModule('node:module');
  if (stated && isAbsolute(stated)) module.enableCompileCache(join(stated, 'tutti'));
  // A home that does not exist is none to be made: users of services have such.
  else if (home && existsSync(home)) module.enableCompileCache(join(home, '.cache', 'tutti'));
}
