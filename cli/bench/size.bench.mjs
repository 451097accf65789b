// What a minimal composition takes on disk: the kernel, a loop, sessions in memory, the terminal and one provider.
import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync, realpathSync, statSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { verdict } from './verdict.mjs';

const root = join(import.meta.dirname, '../..');
const minimal = ['agent-loop', 'session-log', 'storage-memory', 'frontend-terminal', 'provider-openai'];
const jsonOf = (folder) => JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));

/** The folder of a package as another one finds it. */
function folderOf(name, from) {
  for (const base of createRequire(join(from, 'package.json')).resolve.paths(name) ?? []) {
    const at = join(base, name);
    try {
      if (statSync(join(at, 'package.json')).isFile()) return realpathSync(at);
    } catch {
      // It is further up.
    }
  }
  throw new Error(`${name} is not installed`);
}
/** Everything that is installed with a package: what it depends on, and the kernel it is made for. */
const found = new Map();
function collect(name, from) {
  const folder = folderOf(name, from);
  if (found.has(folder)) return;
  found.set(folder, name);
  const { dependencies = {}, peerDependencies = {}, peerDependenciesMeta = {} } = jsonOf(folder);
  const peers = Object.keys(peerDependencies).filter((peer) => !peerDependenciesMeta[peer]?.optional);
  for (const one of [...Object.keys(dependencies), ...peers]) collect(one, folder);
}
for (const id of minimal) collect(`@rustic-ai/plugin-${id}`, root);

/** Unit: bytes, as it lies on disk once it is installed. */
function bytesOf(folder) {
  if (!folder.includes('node_modules')) {
    const args = ['pack', '--dry-run', '--json', '--ignore-scripts', '--loglevel=error'];
    const said = JSON.parse(execFileSync('npm', args, { cwd: folder, encoding: 'utf8' }));
    return Object.values(said)[0].unpackedSize;
  }
  const sizes = readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && !join(entry.parentPath, '/').slice(folder.length).includes('/node_modules/'))
    .map((entry) => statSync(join(entry.parentPath, entry.name)).size);
  return sizes.reduce((sum, size) => sum + size, 0);
}
const rows = [...found]
  .map(([folder, name]) => ({ name, bytes: bytesOf(folder) }))
  .toSorted((a, b) => b.bytes - a.bytes);
const total = rows.reduce((sum, { bytes }) => sum + bytes, 0);
const largest = rows.slice(0, 3).map(({ name, bytes }) => `${name} ${(bytes / 1e6).toFixed(1)}`);
verdict({
  name: 'a minimal composition with one provider',
  value: total / 1e6,
  limit: 15,
  unit: 'MB',
  digits: 1,
  note: `largest: ${largest.join(', ')}`,
});
verdict({
  name: 'its packages',
  value: rows.length,
  limit: 10,
  unit: 'packages',
  note: rows.map(({ name }) => name).join(', '),
});
