#!/usr/bin/env node
// Plain CommonJS on purpose: an old Node must be able to read this far and say what is wrong, and what is asked most,
// the version and the help, needs no code of the program.
'use strict';
const { argv, stdout, stderr, versions } = process;
const [major = 0, minor = 0] = versions.node.split('.').map(Number);

/** What was made when this program was built. Undefined: it takes more to answer. */
function builtAnswer() {
  const [only = '--help', ...more] = argv.slice(2);
  if (more.length > 0 || !['--version', '-V', '--help', '-h'].includes(only)) return undefined;
  const { version, columns, narrow, wide } = require('../dist/help.json');
  if (/^(--version|-V)$/.test(only)) return `${version}\n`;
  // Without a terminal there are 80 columns; another width takes other line breaks.
  if (stdout.columns === undefined || stdout.columns === 80) return narrow;
  return stdout.columns >= columns ? wide : undefined;
}

if (major < 22 || (major === 22 && minor < 19)) {
  stderr.write(
    `RUSTIC_NODE_VERSION: rustic needs Node 22.19 or later; this is Node ${versions.node}.\n` +
      'Fix: install a current Node from https://nodejs.org, then run the command again.\n',
  );
  process.exitCode = 3;
} else {
  const answer = builtAnswer();
  if (answer === undefined) require('../dist/start.cjs');
  else {
    // A reader that has gone is no failure.
    stdout.on('error', () => {});
    stdout.write(answer);
  }
}
