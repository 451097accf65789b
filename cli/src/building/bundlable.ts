import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { findPackage, type LockedPlugin } from '@rustic-ai/kernel';
import { cliError } from '../errors.js';
import { type BuildRequest, type InstalledPlugin, isScript } from './request.js';
import { awaitsAtTop, commonJsWith, esbuildAt } from './tools.js';

/** What bundling would break, found in the text of a plugin's code, and what is said of it. */
const obstacles: readonly {
  readonly pattern: RegExp;
  readonly reason: string;
  readonly unless?: (request: BuildRequest) => boolean;
}[] = [
  {
    pattern: /new URL\(\s*["'`]\.{1,2}\/[^"'`]+["'`]\s*,\s*import\.meta\.url\s*\)/,
    reason: 'it opens a file that lies beside its code',
  },
  { pattern: /import\.meta\.(?:dirname|filename)\b/, reason: 'it looks for its own folder' },
  {
    pattern: /new (?:\w+\.)?Worker\(\s*new URL\(\s*import\.meta\.url\s*\)/,
    reason: 'it starts a worker from the file it is in',
    unless: ({ target, format }) => target === 'library' && format === 'folder',
  },
];

const isCode = (path: string) => /\.m?js$/.test(path) && path !== 'dist/manifest.js';

/**
 * The plugins of a lock where they are installed, and which of them can't be part of a bundle.
 *
 * Throws: `RUSTIC_PLUGIN_UNKNOWN`, `RUSTIC_BUILD_PLUGIN`, `RUSTIC_BUILD_TOOL`.
 */
export async function installedPlugins(request: BuildRequest): Promise<readonly InstalledPlugin[]> {
  const toCommonJs = commonJsWith(await esbuildAt(request.from));
  return Promise.all(
    request.lock.plugins.map(async (locked) => {
      const root = await findPackage(locked.package, request.from);
      return { locked, root, beside: await obstacleIn(locked, root, request, toCommonJs) };
    }),
  );
}

async function obstacleIn(
  { id, files }: LockedPlugin,
  root: string,
  request: BuildRequest,
  toCommonJs: ReturnType<typeof commonJsWith>,
): Promise<string | undefined> {
  const paths = Object.keys(files);
  const native = paths.find((path) => path.endsWith('.node'));
  if (native) return `it holds native code (${native})`;
  for (const path of paths.filter(isCode)) {
    const text = await readFile(join(root, path), 'utf8');
    const found = obstacles.find(({ pattern, unless }) => !unless?.(request) && pattern.test(text));
    if (found) return `${found.reason} (${path})`;
    if (!isScript(request) || !/\bawait\b/.test(text)) continue;
    const failed = await toCommonJs({ name: path, text }).then(() => '', String);
    if (!awaitsAtTop.test(failed)) continue;
    const reason = `it awaits at the top of a module, which a script can not (${path})`;
    if (request.format === 'executable') throw cliError('RUSTIC_BUILD_PLUGIN', { plugin: id, reason });
    return reason;
  }
  return undefined;
}
