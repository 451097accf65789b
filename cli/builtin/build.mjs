// Writes dist/builtin.lock: the composition for a folder without one, resolved when this package is built; and
// dist/official.json: the plugins of this repository, for those who look for one offline.
import { globSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { formatLock, makeLock } from '@rustic-ai/kernel/compose';
import { standard } from '@rustic-ai/kernel/contracts';
import { parse } from 'jsonc-parser';
import { readFile } from 'node:fs/promises';

const folder = fileURLToPath(new URL('.', import.meta.url));
const { plugins } = parse(await readFile(new URL('rustic.json', import.meta.url), 'utf8'));
const composition = { plugins: plugins.map((name) => ({ package: name, options: {} })), bind: {}, rules: [] };
const lock = await makeLock({ folder, composition, inputs: [], contracts: standard });
await writeFile(new URL('../dist/builtin.lock', import.meta.url), formatLock(lock));

const repository = fileURLToPath(new URL('../..', import.meta.url));
const packages = globSync('plugins/*/package.json', { cwd: repository }).toSorted();
const official = packages.map(async (file) => {
  const { name, version, description, rustic } = JSON.parse(await readFile(`${repository}/${file}`, 'utf8'));
  const { models, apiKey } = rustic.manifest.config?.properties ?? {};
  const [family] = Object.keys(rustic.manifest.contributes?.model ?? {});
  const [, key] = /the variable ([A-Z][A-Z0-9_]+)/.exec(apiKey?.description ?? '') ?? [];
  const provider = family && { family, models: models?.default ?? [], ...(key && { key }) };
  return { name, version, description, ...(provider && { provider }) };
});
await writeFile(new URL('../dist/official.json', import.meta.url), `${JSON.stringify(await Promise.all(official))}\n`);
