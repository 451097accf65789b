// Gives every package its next version, as the changesets say. `changeset version` moves the lower end of a peer range up to
// the new kernel, which would shut out everybody who has the one before; so the ranges are written again.
import { execFileSync } from 'node:child_process';
import { globSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { kernel, rangeFor } from './peers.mjs';

const changeset = createRequire(import.meta.url).resolve('@changesets/cli/bin.js');
execFileSync(process.execPath, [changeset, 'version'], { stdio: 'inherit' });

const read = (file) => JSON.parse(readFileSync(file, 'utf8'));
const { version } = read('kernel/package.json');
for (const file of globSync('{plugins/*,plugin-template,plugin-template/kinds/*,docs/examples/*}/package.json')) {
  const json = read(file);
  if (!json.peerDependencies?.[kernel]) continue;
  json.peerDependencies[kernel] = rangeFor(version);
  writeFileSync(file, `${JSON.stringify(json, null, 2)}\n`);
}
