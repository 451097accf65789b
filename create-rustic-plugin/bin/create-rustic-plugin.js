#!/usr/bin/env node
// Plain JavaScript on purpose: an old Node must be able to read this far and say what is wrong.
const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
if (major < 22 || (major === 22 && minor < 19)) {
  process.stderr.write(
    `RUSTIC_NODE_VERSION: create-rustic-plugin needs Node 22.19 or later; this is Node ${process.versions.node}.\n` +
      'Fix: install a current Node from https://nodejs.org, then run the command again.\n',
  );
  process.exitCode = 3;
} else {
  import('../dist/main.js');
}
