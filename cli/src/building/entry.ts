import { join } from 'node:path';
import { formatLock } from '@rustic-ai/kernel/compose';
import { appOf } from '../product/product.js';
import type { BuildRequest, InstalledPlugin } from './request.js';

const text = (value: unknown) => JSON.stringify(value);

/** The module a bundle begins with: the product, and what runs it. */
export function entryText(request: BuildRequest, inside: readonly InstalledPlugin[]): string {
  const { name, version, description, settings, open, kernel, lock, own, target, format } = request;
  const door = text(join(own, target === 'library' ? 'app.js' : open ? 'open-product.js' : 'product.js'));
  const plugins = inside
    .map(({ locked, root }) => `${text(locked.package)}: () => import(${text(join(root, locked.entry))}),`)
    .join('\n    ');
  const [folder, seal] = places[format];
  const product = `{
  ...${text({ name, version, description, settings, open, kernel })},
  lock: ${text(JSON.stringify(JSON.parse(formatLock(lock))))},
  folder: ${folder},
  seal: ${seal},
  plugins: {
    ${plugins}
  },
}`;
  if (target === 'library')
    return `import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { startApp, sealOfFile, sealOfFolder } from ${door};
const product = ${product};
/** Boots the composition this library was built from. */
export const createApp = (options) => startApp(product, options);
`;
  // Whoever only asks for the version waits for nothing else to be read.
  return `import { enableCompileCache } from 'node:module';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
const args = process.argv.slice(2);
const run = async () => {
  ${format === 'executable' ? '' : cacheText(name)}
  const { runProduct, sealOfExecutable, sealOfFile, sealOfFolder } = await import(${door});
  process.exitCode = await runProduct(${product}, args);
};
if (args.length === 1 && (args[0] === '--version' || args[0] === '-V')) process.stdout.write(${text(`${version}\n`)});
else run();
`;
}

/** Where a product stands, and how it knows damage. */
const places: Readonly<Record<BuildRequest['format'], readonly [folder: string, seal: string]>> = {
  folder: [
    "join(dirname(fileURLToPath(import.meta.url)), '..')",
    "sealOfFolder(new URL('./digests.json', import.meta.url))",
  ],
  file: ['dirname(fileURLToPath(import.meta.url))', 'sealOfFile(new URL(import.meta.url))'],
  executable: ['dirname(process.execPath)', 'sealOfExecutable'],
};

/** What starts a folder: it says what is wrong with an old Node, and answers for the version itself. */
export const starterText = (version: string, name: string): string => `#!/usr/bin/env node
const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
if (major < 22 || (major === 22 && minor < 19)) {
  process.stderr.write(${text(`${name} needs Node 22.19 or later; this is Node `)} + process.versions.node + '.\\n');
  process.exitCode = 3;
} else if (process.argv.length === 3 && (process.argv[2] === '--version' || process.argv[2] === '-V')) {
  process.stdout.write(${text(`${version}\n`)});
} else {
  import('./app/start.js');
}
`;

/** Compiled code is kept in the user's own cache, never in a folder others can write to. */
const cacheText = (name: string) => `const { env } = process;
  enableCompileCache(join(env.${appOf({ name }).home} ?? env.XDG_CACHE_HOME ?? join(homedir(), '.cache'), ${text(name)}, 'code'));`;
