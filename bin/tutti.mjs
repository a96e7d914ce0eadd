#!/usr/bin/env node
// Checks the Node version before anything is imported that an old one could not even parse.
const [major, minor] = process.versions.node.split('.').map(Number);
if (major < 22 || (major === 22 && minor < 18)) {
  process.stderr.write(
    `tutti needs Node 22.18 or later, this is ${process.version}: install a newer one from https://nodejs.org\n`,
  );
  process.exitCode = 2;
} else {
  const { main } = await import('../dist/main.js');
  await main(process.argv);
}
