// Writes dist/builtin.lock: the composition for a folder without one, resolved when this package is built.
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
