import type { Parts, Tools } from '../parts.js';
import { printable } from '../text.js';
import { parseGlob } from './glob-pattern.js';
import { searchTree } from './tree.js';

export const glob = ({ roots, pins }: Parts): Tools['fs_glob'] => ({
  access: ({ path = '.' }, call) => pins.access([{ path, actions: ['fs.read'] }], call),
  async run({ pattern, path = '.', folders = false, hidden, ignored = false, offset = 1, limit = 500 }, call) {
    await pins.check(call);
    const wanted = await parseGlob(pattern);
    const type = folders ? 'directory' : 'file';
    const found: string[] = [];
    let number = 0;
    let complete = true;
    const search = {
      files: await roots.filesOf(path),
      folder: await roots.real(path),
      hidden: hidden ?? wanted.hidden,
      ignored,
      signal: call.signal,
    };
    await searchTree(search, (folder) => {
      for (const entry of folder.entries) {
        if (entry.type !== type) continue;
        const below = folder.path ? `${folder.path}/${entry.name}` : entry.name;
        if (!wanted.test(below) || folder.isIgnored(folders ? `${entry.name}/` : entry.name)) continue;
        if (++number < offset) continue;
        if (found.length === limit) return (complete = false);
        found.push(joined(path, below));
      }
      return true;
    });
    const end = complete ? [] : [`[There are more. Go on with offset ${offset + found.length}.]`];
    const text = [...found.map(printable), ...end].join('\n') || '[Nothing was found.]';
    return { parts: [{ type: 'text', text }], data: { paths: found, complete } };
  },
});

/** A found path as other tools take it. */
export const joined = (path: string, below: string): string => {
  const folder = path.replace(/^\.\/+|\/+$/g, '');
  return folder === '.' ? below : path === '/' ? `/${below}` : `${folder}/${below}`;
};
