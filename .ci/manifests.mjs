// Writes each plugin's manifest into its package.json#rustic; with --check it only says which ones differ.
import { existsSync } from 'node:fs';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { pathToFileURL } from 'node:url';
import { join, resolve } from 'node:path';

const check = process.argv.includes('--check');
const root = resolve(import.meta.dirname, '..');
const folders = [
  ...(await readdir(join(root, 'plugins'))).map((name) => join(root, 'plugins', name)),
  join(root, 'plugin-template'),
  ...(await readdir(join(root, 'plugin-template/kinds'))).map((name) => join(root, 'plugin-template/kinds', name)),
];
let different = 0;
for (const folder of folders) {
  const built = join(folder, 'dist/manifest.js');
  if (!existsSync(built)) continue;
  const file = join(folder, 'package.json');
  const before = await readFile(file, 'utf8');
  const { default: manifest } = await import(pathToFileURL(built).href);
  const after = `${JSON.stringify({ ...JSON.parse(before), rustic: { manifest } }, null, 2)}\n`;
  if (JSON.stringify(JSON.parse(before)) === JSON.stringify(JSON.parse(after))) continue;
  different++;
  if (check) console.log(`${file}: package.json#rustic is not its manifest; run npm run manifests`);
  else await writeFile(file, after);
}
process.exitCode = check && different > 0 ? 1 : 0;
