import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { findPackage, type Lock, type LockedPlugin } from '@rustic-ai/kernel';
import type { Format, InstalledPlugin } from './request.js';

/** What bundling would break, found in the text of a plugin's code, and what is said of it. */
const obstacles: readonly { readonly pattern: RegExp; readonly reason: string; readonly in?: readonly Format[] }[] = [
  {
    pattern: /new URL\(\s*["'`]\.{1,2}\/[^"'`]+["'`]\s*,\s*import\.meta\.url\s*\)/,
    reason: 'it opens a file that lies beside its code',
  },
  { pattern: /import\.meta\.(?:dirname|filename)\b/, reason: 'it looks for its own folder' },
  {
    pattern: /new (?:\w+\.)?Worker\(\s*new URL\(\s*import\.meta\.url\s*\)/,
    reason: 'it starts a worker from the file it is in',
    in: ['file', 'executable'],
  },
];

/** Top-level await, which no CommonJS file can hold. */
export const awaitsAtTop = /top-level await/i;

const isCode = (path: string) => /\.m?js$/.test(path) && path !== 'dist/manifest.js';

/** The plugins of a lock where they are installed, and which of them can't be part of a bundle. Throws: `RUSTIC_PLUGIN_UNKNOWN`. */
export const installedPlugins = (lock: Lock, from: string, format: Format): Promise<readonly InstalledPlugin[]> =>
  Promise.all(
    lock.plugins.map(async (locked) => {
      const root = await findPackage(locked.package, from);
      return { locked, root, beside: await obstacleIn(locked, root, format) };
    }),
  );

async function obstacleIn({ files }: LockedPlugin, root: string, format: Format): Promise<string | undefined> {
  const paths = Object.keys(files);
  const native = paths.find((path) => path.endsWith('.node'));
  if (native) return `it holds native code (${native})`;
  for (const path of paths.filter(isCode)) {
    const text = await readFile(join(root, path), 'utf8');
    const found = obstacles.find((one) => (one.in ?? [format]).includes(format) && one.pattern.test(text));
    if (found) return `${found.reason} (${path})`;
  }
  return undefined;
}
